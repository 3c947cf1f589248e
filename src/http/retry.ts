/**
 * May a request be sent again, and when? PURE: clock readings and random numbers are values here.
 * Reads are repeated freely. A write whose outcome is unknown is looked up first, never blindly repeated;
 * a 429 or a connection that never stood was not executed, so those repeat for writes too.
 */
export type Failure =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  /** A 2xx whose body is cut, no JSON, too large or too deep. */
  | { readonly kind: 'body' }
  | { readonly kind: 'network'; readonly sent: boolean }

export type Decision =
  | { readonly kind: 'again'; readonly waitMs: number }
  /** The whole host pauses, then the request is sent again. */
  | { readonly kind: 'pause'; readonly untilMs: number }
  | { readonly kind: 'give-up'; readonly code: 'HTTP_UNREACHABLE' | 'HTTP_5XX' | 'HTTP_THROTTLED' }
  | { readonly kind: 'unknown-outcome' }
  /** The server said no: repeating changes nothing. */
  | { readonly kind: 'refused' }

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
const DAY_MS = 86_400_000

export function decide(question: RetryQuestion): Decision {
  const { failure, isWrite } = question
  if (failure.kind === 'answer' && failure.status === 429) return decideThrottle(question, failure.headers)
  const isPassing = failure.kind !== 'answer' || failure.status >= 500 || failure.status === 408
  if (!isPassing) return { kind: 'refused' }
  const wasExecuted = failure.kind !== 'network' || failure.sent
  if (isWrite && wasExecuted) return { kind: 'unknown-outcome' }
  if (question.failures >= question.maxAttempts) {
    return { kind: 'give-up', code: failure.kind === 'answer' ? 'HTTP_5XX' : 'HTTP_UNREACHABLE' }
  }
  const base = BACK_OFF_MS[Math.min(question.failures, BACK_OFF_MS.length) - 1] ?? BACK_OFF_MS[0]
  return { kind: 'again', waitMs: Math.round(base * (1 + question.random * 0.25)) }
}

function decideThrottle(question: RetryQuestion, headers: Readonly<Record<string, string>>): Decision {
  if (question.throttles >= MAX_THROTTLES) return { kind: 'give-up', code: 'HTTP_THROTTLED' }
  const hint = hintedWaitMs(headers, question)
  // One second past the hint, because its unit is whole seconds; jitter, because every client reads the same hint.
  const wait = hint === null ? BLOCKED_MS + question.random * 5_000 : hint + 1_000 + question.random * 1_000
  return { kind: 'pause', untilMs: Math.round(question.nowMs + wait) }
}

/** Milliseconds until the server will answer again, by the first header that makes sense; null without one. */
function hintedWaitMs(headers: Readonly<Record<string, string>>, question: RetryQuestion): number | null {
  const reset = question.resetHeader === undefined ? undefined : headers[question.resetHeader.toLowerCase()]
  const serverMs = Date.parse(headers['date'] ?? '')
  for (const text of [reset, headers['retry-after']]) {
    const wait = text === undefined ? null : readHint(text.trim(), [serverMs, question.nowMs])
    if (wait !== null) return wait
  }
  return null
}

/**
 * A moment in UNIX seconds or milliseconds (below 1e12 means seconds, docs/reference/aircall-api.md section 5) or as an
 * HTTP date, or a number of seconds from now. A moment is measured on the server's own clock when it sent
 * one, because laptops are often minutes off.
 */
function readHint(text: string, clocks: readonly number[]): number | null {
  if (text === '') return null
  const number = Number(text)
  if (Number.isFinite(number) && number < 1e6) return plausible(number * 1_000)
  const momentMs = Number.isFinite(number) ? (number < 1e12 ? number * 1_000 : number) : Date.parse(text)
  for (const clockMs of clocks) {
    const wait = plausible(momentMs - clockMs)
    if (wait !== null) return wait
  }
  return null
}

/** A reset in the past, or more than a day ahead, is no hint. */
function plausible(waitMs: number): number | null {
  return waitMs >= 0 && waitMs <= DAY_MS ? waitMs : null
}
