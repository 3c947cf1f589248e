import type { Clock } from '../domain.ts'
import { Pace, PaceMemory } from './pace.ts'
import { type Priority, WaitingLine } from './waiting-line.ts'

export type { Priority } from './waiting-line.ts'

/** Says when a request to one host may start. One gate a host, shared by all its callers. */
export interface Gate {
  /** Resolves when this request may start; first come, first served within a priority. */
  enter(priority: Priority, signal?: AbortSignal): Promise<void>
  /** Nothing starts before `untilMs`. A shorter pause than the one in force changes nothing. */
  pauseUntil(untilMs: number, reason: string): void
  /** The server named a lower limit than the configured one: keep to it for the rest of the run. */
  lowerTo(perMinute: number): void
  /** The rate in force. */
  readonly perMinute: number
}

export interface GateOptions {
  readonly perMinute: number
  readonly clock: Clock
  /** Of the gates before this one; without it, the first request waits a whole spacing. */
  readonly memory?: PaceMemory | undefined
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
 * pause, a suspended laptop or a clock that was set.
 */
export function createGate(options: GateOptions): Gate {
  const { clock } = options
  const pace = new Pace(options.perMinute, options.memory ?? new PaceMemory(clock.nowMs()))
  let nap = new AbortController()
  const line = new WaitingLine(() => nap.abort())
  let isRunning = false
  let saidSlow = false

  /** A limit of one a minute makes every request wait long: that is said once. */
  function saySlow(waitMs: number, nowMs: number): void {
    if (saidSlow || pace.spacingMs <= LONG_WAIT_MS || pace.isPaused(nowMs)) return
    saidSlow = true
    const reason = `at most ${pace.perMinute} a minute, so every request waits as long`
    options.onPause?.({ untilMs: nowMs + waitMs, waitMs, reason })
  }

  async function sleepFor(waitMs: number): Promise<void> {
    nap = new AbortController()
    try {
      await clock.sleep(Math.min(Math.ceil(waitMs), LONGEST_SLEEP_MS), nap.signal)
    } catch (error) {
      if (!nap.signal.aborted) throw error
    }
  }

  /**
   * Nothing may be awaited between finding the line empty and saying that nobody runs: a request that joined in
   * between would take this run for its own and wait for ever.
   */
  async function run(): Promise<void> {
    if (isRunning) return
    isRunning = true
    try {
      while (!line.isEmpty) {
        const nowMs = clock.nowMs()
        const waitMs = pace.waitMs(nowMs)
        if (waitMs > 0) {
          saySlow(waitMs, nowMs)
          await sleepFor(waitMs)
          continue
        }
        pace.start(clock.nowMs())
        line.admitNext()
      }
    } catch (error) {
      line.refuseAll(error)
    } finally {
      isRunning = false
    }
  }

  return {
    get perMinute() {
      return pace.perMinute
    },
    async enter(priority, signal) {
      signal?.throwIfAborted()
      if (pace.spacingMs === 0 && line.isEmpty && pace.waitMs(clock.nowMs()) <= 0) return
      const turn = line.join(priority, signal)
      void run()
      await turn
    },
    pauseUntil(untilMs, reason) {
      const nowMs = clock.nowMs()
      if (pace.pause(nowMs, untilMs)) options.onPause?.({ untilMs, waitMs: untilMs - nowMs, reason })
    },
    lowerTo: (perMinute) => pace.lowerTo(perMinute),
  }
}
