import { setImmediate } from 'node:timers/promises'

/** Long enough to cost nothing, short enough that a signal is heard at once. */
const STEPS = 500

/** Lets signals and the progress bar in between the steps of long work that waits for nothing. Throws once stopped. */
export function createBreather(signal: AbortSignal): () => Promise<void> | undefined {
  let steps = 0
  return () => {
    steps += 1
    if (steps % STEPS !== 0) return undefined
    return setImmediate().then(() => signal.throwIfAborted())
  }
}
