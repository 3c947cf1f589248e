const DAY_MS = 86_400_000
const LONGEST_HINT_MS = 400 * DAY_MS

type Headers = Readonly<Record<string, string>>

interface Asked {
  readonly nowMs: number
  /** In which this API says when its limit is over. */
  readonly resetHeader?: string | undefined
}

/** Milliseconds until the server will answer again, by the first header that makes sense; null without one. */
export function hintedWaitMs(headers: Headers, asked: Asked): number | null {
  const reset = asked.resetHeader === undefined ? undefined : headers[asked.resetHeader.toLowerCase()]
  const clocks = clocksOf(headers, asked)
  const wait = reset === undefined ? null : readHint(reset.trim(), clocks)
  return wait !== null && wait <= DAY_MS ? wait : retryAfterMs(headers, asked)
}

/** https://www.rfc-editor.org/rfc/rfc9110#field.retry-after: of a 429, and of any error that will pass. */
export function retryAfterMs(headers: Headers, asked: Asked): number | null {
  const text = headers['retry-after']
  return text === undefined ? null : readHint(text.trim(), clocksOf(headers, asked))
}

function clocksOf(headers: Headers, { nowMs }: Asked): number[] {
  return [Date.parse(headers['date'] ?? ''), nowMs]
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

/** A moment in the past is no hint, and neither is one that no calendar has. */
function plausible(waitMs: number): number | null {
  return waitMs >= 0 && waitMs <= LONGEST_HINT_MS ? waitMs : null
}
