import { isCertificateCode } from './certificate.ts'
import { hintedWaitMs, retryAfterMs } from './retry-after.ts'

/**
 * May a request be sent again, and when? PURE: clock readings and random numbers are values here.
 * Reads are repeated freely. A write whose outcome is unknown is looked up first, never blindly repeated;
 * a 429 or a connection that never stood was not executed, so those repeat for writes too.
 */
export type Failure =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  /** A 2xx whose body is cut, no JSON, too deep or (BODY_TOO_LARGE) of too many parts. */
  | { readonly kind: 'body'; readonly code: 'BODY_BROKEN' | 'BODY_TOO_LARGE' }
  | { readonly kind: 'network'; readonly sent: boolean; readonly code: string }

export type Decision =
  | { readonly kind: 'again'; readonly waitMs: number }
  /** The whole host pauses, then the request is sent again. */
  | { readonly kind: 'pause'; readonly untilMs: number }
  | { readonly kind: 'give-up'; readonly code: GiveUpCode }
  /** The server names a moment that no run waits for. */
  | { readonly kind: 'too-long'; readonly untilMs: number }
  /** Whom to trust is not for a repetition to find out. */
  | { readonly kind: 'untrusted'; readonly code: string }
  | { readonly kind: 'unknown-outcome' }
  /** The server said no: repeating changes nothing. */
  | { readonly kind: 'refused' }

type GiveUpCode =
  | 'HTTP_UNREACHABLE'
  | 'HTTP_5XX'
  | 'HTTP_THROTTLED'
  | 'HTTP_TOO_LARGE'
  /** A name that does not resolve: a slip, far more often than an outage. */
  | 'HTTP_HOST_UNKNOWN'

export interface RetryQuestion {
  readonly failure: Failure
  readonly isWrite: boolean
  /** Tries that failed for a passing reason so far, this one included; 429s are counted apart. */
  readonly failures: number
  readonly throttles: number
  readonly maxAttempts: number
  readonly nowMs: number
  /** In [0, 1). */
  readonly random: number
  readonly resetHeader?: string | undefined
}

const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000] as const
/** docs/reference/aircall-api.md section 5: exceeding the limit "blocks your access for 60 seconds". */
const BLOCKED_MS = 60_000
/** Ten waits of a minute: after that somebody else is using the company's allowance up. */
const MAX_THROTTLES = 10
/** docs/contract.md section 3: who waits longer keeps the lock, and a scheduler can do it as well. */
const LONGEST_WAIT_MS = 600_000
/** Of what the next try is all but sure to meet again. */
const FEW_TRIES: Readonly<Record<string, { readonly code: GiveUpCode; readonly tries: number }>> = {
  ENOTFOUND: { code: 'HTTP_HOST_UNKNOWN', tries: 3 },
  BODY_TOO_LARGE: { code: 'HTTP_TOO_LARGE', tries: 2 },
}

export function decide(question: RetryQuestion): Decision {
  const { failure, isWrite } = question
  if (failure.kind === 'network' && isCertificateCode(failure.code))
    return { kind: 'untrusted', code: failure.code }
  if (failure.kind === 'answer' && failure.status === 429) return decideThrottle(question, failure.headers)
  const isPassing = failure.kind !== 'answer' || failure.status >= 500 || failure.status === 408
  if (!isPassing) return { kind: 'refused' }
  const wasExecuted = failure.kind !== 'network' || failure.sent
  if (isWrite && wasExecuted) return { kind: 'unknown-outcome' }
  return decideAgain(question)
}

function decideAgain(question: RetryQuestion): Decision {
  const { failure, failures, maxAttempts } = question
  const hint = failure.kind === 'answer' ? (retryAfterMs(failure.headers, question) ?? 0) : 0
  if (hint > LONGEST_WAIT_MS) return tooLong(question, hint)
  const { code, tries } = endOf(failure)
  if (failures >= Math.min(maxAttempts, tries)) return { kind: 'give-up', code }
  const base = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? BACK_OFF_MS[0]
  return { kind: 'again', waitMs: Math.round(Math.max(base, hint) * (1 + question.random * 0.25)) }
}

function endOf(failure: Failure): { readonly code: GiveUpCode; readonly tries: number } {
  const tries = Number.POSITIVE_INFINITY
  if (failure.kind === 'answer') return { code: 'HTTP_5XX', tries }
  return FEW_TRIES[failure.code] ?? { code: 'HTTP_UNREACHABLE', tries }
}

function tooLong({ nowMs }: RetryQuestion, waitMs: number): Decision {
  return { kind: 'too-long', untilMs: Math.round(nowMs + waitMs) }
}

function decideThrottle(question: RetryQuestion, headers: Readonly<Record<string, string>>): Decision {
  if (question.throttles >= MAX_THROTTLES) return { kind: 'give-up', code: 'HTTP_THROTTLED' }
  const hint = hintedWaitMs(headers, question)
  if (hint !== null && hint > LONGEST_WAIT_MS) return tooLong(question, hint)
  // One second past the hint, because its unit is whole seconds; jitter, because every client reads the same hint.
  const wait = hint === null ? BLOCKED_MS + question.random * 5_000 : hint + 1_000 + question.random * 1_000
  return { kind: 'pause', untilMs: Math.round(question.nowMs + wait) }
}
