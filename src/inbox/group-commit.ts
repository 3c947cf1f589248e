import type { Clock } from '../domain.ts'
import { RetryableError } from '../errors.ts'

/**
 * How long a locked file is tried again before whoever waits is told. Aircall waits 5 s
 * (docs/reference/webhooks-and-content.md section 2).
 */
const PATIENCE_MS = 1_000
const PAUSE_MS = 25

interface Waiting<T> {
  readonly item: T
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Puts items on disk so that those that come together share one sync: what arrives while one commit is under way
 * waits for the next. The promise resolves once the item is on disk, and rejects with what `store` threw.
 */
export function createGroupCommit<T>(o: {
  store: (items: readonly T[]) => void
  clock: Clock
}): (item: T) => Promise<void> {
  let waiting: Waiting<T>[] = []
  let isBusy = false

  async function commitAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await withPatience(o.clock, PATIENCE_MS, () => o.store(batch.map(({ item }) => item)))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    isBusy = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (isBusy) return
      isBusy = true
      // After everything that this turn of the event loop brings.
      setImmediate(() => void commitAll())
    })
}

/** Tries again while another process has the file locked, without ever blocking the event loop. */
export async function withPatience<R>(clock: Clock, forMs: number, work: () => R): Promise<R> {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      return work()
    } catch (error) {
      const isLocked = error instanceof RetryableError && error.code === 'STATE_BUSY'
      if (!isLocked || waitedMs >= forMs) throw error
      await clock.sleep(PAUSE_MS)
    }
  }
}
