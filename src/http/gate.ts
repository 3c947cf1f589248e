import type { Clock } from '../domain.ts'
import { isPaced, Pace } from './pace.ts'
import { type SharedPace, Turn } from './turn.ts'
import { type Priority, WaitingLine } from './waiting-line.ts'

export type { Priority } from './waiting-line.ts'

/** Says when a request to one host may start. One gate a host, shared by all its callers. */
export interface Gate {
  /** Resolves when this request may start; first come, first served within a priority. */
  enter(priority: Priority, signal?: AbortSignal): Promise<void>
  /** Nothing starts before `untilMs`. A shorter pause than the one in force changes nothing. */
  pauseUntil(untilMs: number, reason: string): void
  /** The server named a lower limit than the configured one: it is kept, for an hour by all that share the pace. */
  lowerTo(perMinute: number): void
  /** The rate in force. */
  readonly perMinute: number
}

export interface GateOptions {
  readonly perMinute: number
  readonly clock: Clock
  readonly shared?: SharedPace
  /** Called once a pause, however many requests run into it. */
  readonly onPause?: (pause: Pause) => void
}

export interface Pause {
  readonly untilMs: number
  readonly waitMs: number
  readonly reason: string
}

/** docs/contract.md section 3: a wait over this is said when it begins. */
export const LONG_WAIT_MS = 30_000

/** Long waits are slept in steps, so that a laptop that was suspended notices that they are over. */
const LONGEST_SLEEP_MS = 15_000

/**
 * A gate with evenly spaced starts: at least 60 s / `perMinute` apart, never a burst, also not after a
 * pause, a suspended laptop or a clock that was set; with `shared`, over all gates that share it. Where nobody knows
 * when the last request started, the first one waits a spacing too: a run that was killed a moment ago may just have
 * used its turn.
 */
export function createGate(options: GateOptions): Gate {
  return new SpacedGate(options)
}

class SpacedGate implements Gate {
  readonly #clock: Clock
  readonly #onPause: (pause: Pause) => void
  readonly #shared: SharedPace | null
  readonly #pace: Pace
  readonly #turn: Turn | null
  readonly #line = new WaitingLine(() => this.#nap.abort())
  #nap = new AbortController()
  #isRunning = false
  #saidSlow = false

  constructor({ perMinute, clock, shared, onPause }: GateOptions) {
    this.#clock = clock
    this.#onPause = onPause ?? (() => {})
    this.#shared = isPaced(perMinute) ? (shared ?? null) : null
    this.#pace = new Pace(perMinute, this.#shared?.lastMs() ?? clock.nowMs())
    this.#turn = this.#shared === null ? null : new Turn(this.#shared)
    this.#pace.lowerTo(this.#shared?.limit(clock.nowMs()) ?? perMinute)
  }

  get perMinute(): number {
    return this.#pace.perMinute
  }

  async enter(priority: Priority, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const pace = this.#pace
    if (pace.spacingMs === 0 && this.#line.isEmpty && pace.waitMs(this.#clock.nowMs()) <= 0) return
    const turn = this.#line.join(priority, signal)
    void this.#run()
    await turn
  }

  pauseUntil(untilMs: number, reason: string): void {
    this.#shared?.pause(this.#clock.nowMs(), untilMs)
    this.#pause(untilMs, reason)
  }

  lowerTo(perMinute: number): void {
    if (this.#pace.lowerTo(perMinute)) this.#shared?.lower(this.#clock.nowMs(), perMinute)
  }

  /**
   * Nothing may be awaited between finding the line empty and saying that nobody runs: a request that joined in
   * between would take this run for its own and wait for ever.
   */
  async #run(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      while (!this.#line.isEmpty) {
        const waitMs = this.#takeTurn(this.#clock.nowMs())
        if (waitMs > 0) await this.#sleep(waitMs)
        else this.#line.admitNext()
      }
    } catch (error) {
      this.#line.refuseAll(error)
    } finally {
      this.#isRunning = false
    }
  }

  /** How long until a request may start; zero or less: one starts now. */
  #takeTurn(nowMs: number): number {
    let waitMs = this.#pace.waitMs(nowMs)
    if (waitMs <= 0 && this.#turn !== null) {
      const others = this.#turn.waitMs(nowMs, this.#pace.spacingMs)
      waitMs = others.waitMs
      if (others.isPaused) this.#pause(nowMs + waitMs, 'the server told another command to wait')
    }
    if (waitMs > 0) this.#saySlow(waitMs, nowMs)
    else this.#pace.start(nowMs)
    return waitMs
  }

  async #sleep(waitMs: number): Promise<void> {
    this.#nap = new AbortController()
    const { signal } = this.#nap
    try {
      await this.#clock.sleep(Math.min(Math.ceil(waitMs), LONGEST_SLEEP_MS), signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  #pause(untilMs: number, reason: string): void {
    const nowMs = this.#clock.nowMs()
    if (this.#pace.pause(nowMs, untilMs)) this.#onPause({ untilMs, waitMs: untilMs - nowMs, reason })
  }

  /** A limit of one a minute makes every request wait long: that is said once. */
  #saySlow(waitMs: number, nowMs: number): void {
    const { spacingMs, perMinute } = this.#pace
    if (this.#saidSlow || spacingMs <= LONG_WAIT_MS || this.#pace.isPaused(nowMs)) return
    this.#saidSlow = true
    const reason = `at most ${perMinute} a minute, so every request waits as long`
    this.#onPause({ untilMs: nowMs + waitMs, waitMs, reason })
  }
}
