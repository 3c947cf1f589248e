/** What all who ask one host tell each other, whatever process they are in (src/store/pace/pace-record.ts). */
export interface SharedPace {
  /** When the last request starts that is known of; null where nobody knows. */
  lastMs(): number | null
  /** The limit that the server named lately; null where it named none. */
  limit(nowMs: number): number | null
  /** The server named a limit. */
  lower(nowMs: number, perMinute: number): void
  /** Books the next start that is free; in a pause nothing, and `startMs` is its end. */
  book(nowMs: number, spacingMs: number): { readonly startMs: number; readonly isPaused: boolean }
  /** The server wants nothing from any of them before `untilMs`. */
  pause(nowMs: number, untilMs: number): void
}

/** A turn may be taken so late: the hundredth of slack in each spacing makes 600 ms in any minute. */
const LATEST_MS = 500

/** The turn of one gate among all that share a pace: booked when it is wanted, and once at a time. */
export class Turn {
  readonly #shared: SharedPace
  #booked: { readonly atMs: number; readonly startMs: number } | null = null

  constructor(shared: SharedPace) {
    this.#shared = shared
  }

  /** How long until it comes; 0: it is now, and taken. One that was missed, or moved by a set clock, is booked anew. */
  waitMs(nowMs: number, spacingMs: number): { readonly waitMs: number; readonly isPaused: boolean } {
    const { atMs, startMs } = this.#booked ?? { atMs: nowMs, startMs: Number.NEGATIVE_INFINITY }
    if (nowMs < atMs || nowMs > startMs + LATEST_MS) {
      const next = this.#shared.book(nowMs, spacingMs)
      if (next.isPaused) return { waitMs: next.startMs - nowMs, isPaused: true }
      this.#booked = { atMs: nowMs, startMs: next.startMs }
    }
    const waitMs = Math.max(0, (this.#booked?.startMs ?? nowMs) - nowMs)
    if (waitMs === 0) this.#booked = null
    return { waitMs, isPaused: false }
  }
}
