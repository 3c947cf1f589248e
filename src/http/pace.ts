/** A hundredth of slack: timers and networks jitter, and a 429 costs a whole minute. */
const SLACK = 1.01
/** A pause prolonged by less than this is the same pause to a reader of the log. */
const SAME_PAUSE_MS = 30_000
/** From this rate on (tests and benches) no timer can express the spacing: such a pace only pauses. */
const UNPACED_PER_MINUTE = 60_000

/** What the next gate to a host has to know of those before it. Gates that share one keep one spacing together. */
export class PaceMemory {
  /** When the last request started. */
  lastMs: number
  pause = { sinceMs: 0, untilMs: 0, announcedMs: 0 }

  /** As if a request had started now: a run that was killed a moment ago may just have used its turn. */
  constructor(nowMs: number) {
    this.lastMs = nowMs
  }
}

/** When the next request to a host may start. PURE: every reading of the clock is passed in. */
export class Pace {
  #perMinute: number
  readonly #memory: PaceMemory

  constructor(perMinute: number, memory: PaceMemory) {
    this.#perMinute = Math.max(perMinute, 0.001)
    this.#memory = memory
  }

  get perMinute(): number {
    return this.#perMinute
  }

  get spacingMs(): number {
    return this.#perMinute >= UNPACED_PER_MINUTE ? 0 : (60_000 / this.#perMinute) * SLACK
  }

  /** Zero or less: now. A clock that was set back does not turn a wait of a second into one of hours. */
  waitMs(nowMs: number): number {
    const memory = this.#memory
    memory.lastMs = Math.min(memory.lastMs, nowMs)
    const { sinceMs, untilMs } = memory.pause
    if (nowMs < sinceMs)
      memory.pause = { ...memory.pause, sinceMs: nowMs, untilMs: nowMs + untilMs - sinceMs }
    return Math.max(memory.pause.untilMs, memory.lastMs + this.spacingMs) - nowMs
  }

  /** Whether a pause, and not the spacing alone, holds requests back. */
  isPaused(nowMs: number): boolean {
    return this.#memory.pause.untilMs > nowMs
  }

  /** Counted from the start itself, so that time lost is not made up by a burst. */
  start(nowMs: number): void {
    this.#memory.lastMs = nowMs
  }

  /** True when this is a new pause to a reader; a shorter one than the one in force changes nothing. */
  pause(nowMs: number, untilMs: number): boolean {
    const { untilMs: before, announcedMs } = this.#memory.pause
    if (untilMs <= Math.max(nowMs, before)) return false
    const isNew = before <= nowMs || untilMs - announcedMs > SAME_PAUSE_MS
    this.#memory.pause = { sinceMs: nowMs, untilMs, announcedMs: isNew ? untilMs : announcedMs }
    return isNew
  }

  lowerTo(perMinute: number): void {
    if (perMinute >= 1 && perMinute < this.#perMinute) this.#perMinute = perMinute
  }
}
