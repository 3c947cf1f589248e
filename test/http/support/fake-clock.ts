import type { Clock } from '../../../src/domain.ts'

interface Sleeper {
  readonly untilMs: number
  readonly wake: () => void
}

/**
 * A clock that runs ahead by itself: whenever nothing else is left to do in this turn of the event loop, it
 * jumps to the earliest sleeper. Tests with real sockets work under it, and none waits.
 */
export class FakeClock implements Clock {
  readonly sleeps: number[] = []
  #nowMs: number
  #sleepers: Sleeper[] = []
  #isScheduled = false

  constructor(nowMs = Date.UTC(2026, 10, 22, 12)) {
    this.#nowMs = nowMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  /** The laptop was suspended, or somebody set the clock. */
  jump(ms: number): void {
    this.#nowMs += ms
  }

  get sleeping(): number {
    return this.#sleepers.length
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    this.sleeps.push(ms)
    return new Promise((resolve, reject) => {
      const sleeper = { untilMs: this.#nowMs + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', stop, { once: true })
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      const [first] = this.#sleepers.toSorted((a, b) => a.untilMs - b.untilMs)
      if (first === undefined) return
      this.#sleepers = this.#sleepers.filter((other) => other !== first)
      this.#nowMs = Math.max(this.#nowMs, first.untilMs)
      first.wake()
      this.#schedule()
    })
  }
}
