import { FatalError, RetryableError } from '../errors.ts'
import { certificateError } from './certificate.ts'
import type { FailedReading } from './reading.ts'
import type { Decision } from './retry.ts'

export type GivingUp = Extract<Decision, { kind: 'give-up' | 'too-long' | 'untrusted' }>

/** What a request that is not sent again ends with, for people. */
export function giveUp(o: {
  /** Method and path. */
  readonly what: string
  readonly host: string
  readonly reading: FailedReading
  readonly decision: GivingUp
  readonly tries: number
}): Error {
  const { what, reading, decision } = o
  const { cause } = reading
  if (decision.kind === 'untrusted') return certificateError(o.host, decision.code, cause)
  if (decision.kind === 'too-long') return tooLong(what, reading, decision.untilMs)
  if (decision.code === 'HTTP_HOST_UNKNOWN') return hostUnknown(hostOf(cause) ?? o.host, reading)
  const message = `${what}: gave up after ${o.tries} tries; the last was ${reading.why}`
  return new RetryableError(decision.code, message, {
    cause,
    suggestions: ['run the same command again later: it continues where it stopped'],
  })
}

function tooLong(what: string, { why, cause }: FailedReading, untilMs: number): RetryableError {
  const until = new Date(untilMs).toISOString()
  return new RetryableError(
    'HTTP_WAIT_TOO_LONG',
    `${what}: the server asks to wait until ${until}, longer than a run waits (${why}).`,
    { cause, suggestions: [`run the same command again after ${until}: it continues where it stopped`] },
  )
}

function hostUnknown(host: string, { why, cause }: FailedReading): FatalError {
  return new FatalError('HTTP_HOST_UNKNOWN', `The name ${host} does not resolve (${why}).`, {
    suggestions: [
      'check AIRCALL_BASE_URL, PLANHAT_BASE_URL and the proxy for a slip of the pen',
      "check this machine's network and DNS, then run the same command again",
    ],
    cause,
  })
}

/** It may be the proxy's name. */
function hostOf(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null
  const { hostname } = cause as Error & { hostname?: unknown }
  return typeof hostname === 'string' ? hostname : hostOf(cause.cause)
}
