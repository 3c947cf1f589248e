/** A stop leaves so long for reads that tell what became of a write; what they do not settle, the next run does. */
const GRACE_MS = 5_000

/** Aborts some seconds after `signal` does, with its reason. Does not keep the process alive. */
export function readingAfter(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined) return undefined
  const reading = new AbortController()
  const stop = () => reading.abort(signal.reason)
  const soon = () => AbortSignal.timeout(GRACE_MS).addEventListener('abort', stop, { once: true })
  if (signal.aborted) soon()
  else signal.addEventListener('abort', soon, { once: true })
  return reading.signal
}
