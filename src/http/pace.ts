/** A hundredth of slack: timers and networks jitter, and a 429 costs a whole minute. */
const SLACK = 1.01
/** A pause prolonged by less than this is the same pause to a reader of the log. */
const SAME_PAUSE_MS = 30_000
/** From this rate on (tests and benches) no timer can express the spacing: such a pace only pauses. */
const UNPACED_PER_MINUTE = 60_000

/** Whether starts at this rate are spaced, and not only paused. */
export function isPaced(perMinute: number): boolean {
  return perMinute < UNPACED_PER_MINUTE
}

/** When the next request to a host may start. PURE: every reading of the clock is passed in. */
export class Pace {
  #perMinute: number
  #nextMs: number
  #pause = { sinceMs: 0, untilMs: 0, announcedMs: 0 }

  /** `lastMs`: when the last request started, whoever sent it. */
  constructor(perMinute: number, lastMs: number) {
    this.#perMinute = Math.max(perMinute, 0.001)
    this.#nextMs = lastMs + this.spacingMs
  }

  get perMinute(): number {
    return this.#perMinute
  }

  get spacingMs(): number {
    return isPaced(this.#perMinute) ? (60_000 / this.#perMinute) * SLACK : 0
  }

  /** Zero or less: now. A clock that was set back does not turn a wait of a second into one of hours. */
  waitMs(nowMs: number): number {
    this.#nextMs = Math.min(this.#nextMs, nowMs + this.spacingMs)
    const { sinceMs, untilMs } = this.#pause
    if (nowMs < sinceMs) this.#pause = { ...this.#pause, sinceMs: nowMs, untilMs: nowMs + untilMs - sinceMs }
    return Math.max(this.#pause.untilMs, this.#nextMs) - nowMs
  }

  /** Whether a pause, and not the spacing alone, holds requests back. */
  isPaused(nowMs: number): boolean {
    return this.#pause.untilMs > nowMs
  }

  /** Counted from the start itself, so that time lost is not made up by a burst. */
  start(nowMs: number): void {
    this.#nextMs = nowMs + this.spacingMs
  }

  /** True when this is a new pause to a reader; a shorter one than the one in force changes nothing. */
  pause(nowMs: number, untilMs: number): boolean {
    const { untilMs: before, announcedMs } = this.#pause
    if (untilMs <= Math.max(nowMs, before)) return false
    const isNew = before <= nowMs || untilMs - announcedMs > SAME_PAUSE_MS
    this.#pause = { sinceMs: nowMs, untilMs, announcedMs: isNew ? untilMs : announcedMs }
    return isNew
  }

  /** Whether it is lower than what was in force. */
  lowerTo(perMinute: number): boolean {
    const isLower = perMinute >= 1 && perMinute < this.#perMinute
    if (isLower) this.#perMinute = perMinute
    return isLower
  }
}
