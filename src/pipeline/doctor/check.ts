import { RetryableError, SyncError } from '../../errors.ts'
import type { ProbeAnswer } from '../run/tenant-facts.ts'

export type CheckStatus = 'ok' | 'warning' | 'failure'

/** One line of the diagnosis: what was looked at, what was found, and what to do about it. */
export interface Check {
  readonly name: string
  readonly status: CheckStatus
  readonly message: string
  /** Null where nothing is to be done. */
  readonly remedy: string | null
  /** People whom the message is about; shown to whoever runs it, and in no report that is sent on. */
  readonly people?: string
}

export interface Diagnosis {
  readonly checks: readonly Check[]
  /** No failure; warnings do not count. */
  readonly ok: boolean
  /** What this tenant is known to do: asked just now, or kept from an earlier write probe. */
  readonly probes: readonly ProbeAnswer[]
  /** Of the write probe where it was asked for, else 7 with a failure. */
  readonly exitCode: number
}

export function ok(name: string, message: string): Check {
  return { name, status: 'ok', message, remedy: null }
}

export function warning(name: string, message: string, remedy: string): Check {
  return { name, status: 'warning', message, remedy }
}

export function failure(name: string, message: string, remedy: string): Check {
  return { name, status: 'failure', message, remedy }
}

/**
 * Runs one check; what an API or the disk has against it becomes a failure of
 * that line, not the end of the diagnosis.
 */
export async function attempt(name: string, check: () => Promise<Check> | Check): Promise<Check> {
  try {
    return await check()
  } catch (error) {
    if (error instanceof RetryableError)
      return failure(name, error.message, 'check network, proxy and base URL, then run doctor again')
    if (error instanceof SyncError)
      return failure(name, error.message, error.suggestions[0] ?? `see ${error.code} in docs/errors.md`)
    if (isSystemError(error)) return failure(name, error.message, 'fix what the operating system names')
    throw error
  }
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error
}

/** Calls are listed up to "now" by this machine's clock: a wrong one leaves the newest out, or none in. */
const SKEW_WARNING_MS = 60_000
const SKEW_FAILURE_MS = 15 * 60_000

/** `dateMs` is the server's clock as it answered. */
export function checkSkew(name: string, dateMs: number | null, nowMs: number): Check {
  if (dateMs === null) return ok(name, 'the server does not say its time')
  const skewMs = Math.abs(nowMs - dateMs)
  const message = `this machine's clock is ${Math.round(skewMs / 1000)} s from the server's`
  const remedy = 'set the clock of this machine, for example by switching on NTP'
  if (skewMs >= SKEW_FAILURE_MS) return failure(name, message, remedy)
  return skewMs >= SKEW_WARNING_MS ? warning(name, message, remedy) : ok(name, message)
}
