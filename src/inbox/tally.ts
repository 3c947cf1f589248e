import type { Clock } from '../domain.ts'

const MINUTE_MS = 60_000
/** There from the start, so that a rate of them can be asked for before the first comes. */
const EXPECTED = [200, 401, 503]

/**
 * Counts answers by their status. A wrong token is said at most once a minute, as
 * a number and without a word of what was sent: a stranger must not fill the log.
 */
export class Tally {
  readonly #o: { readonly clock: Pick<Clock, 'nowMs'>; readonly sayRefused: (count: number) => void }
  readonly #answers = new Map<number, number>(EXPECTED.map((status) => [status, 0]))
  #refused = 0
  #saidMs = Number.NEGATIVE_INFINITY

  constructor(o: { clock: Pick<Clock, 'nowMs'>; sayRefused: (count: number) => void }) {
    this.#o = o
  }

  note(status: number): void {
    this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1)
    if (status !== 401) return
    this.#refused += 1
    const nowMs = this.#o.clock.nowMs()
    // A clock that was set back must not silence it.
    if (Math.abs(nowMs - this.#saidMs) < MINUTE_MS) return
    this.#o.sayRefused(this.#refused)
    this.#refused = 0
    this.#saidMs = nowMs
  }

  get answers(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#answers)
  }
}
