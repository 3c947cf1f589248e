import { bodyOf, byteLength } from './body.ts'
import { type ApplyItem, toEntry } from './item.ts'

export interface BatchLimits {
  readonly maxItems: number
  readonly maxBytes: number
}

/**
 * Cuts items into batches, in order, by count and by bytes of JSON, never with the same key twice in one. A
 * record larger than a batch goes alone. PURE: holds one batch at a time.
 */
export async function* cutBatches(
  items: Iterable<ApplyItem> | AsyncIterable<ApplyItem>,
  limits: BatchLimits,
): AsyncGenerator<ApplyItem[]> {
  let batch: ApplyItem[] = []
  let keys = new Set<string>()
  let bytes = 2
  for await (const item of items) {
    const own = keysOf(item)
    const size = byteLength(bodyOf(toEntry(item))) + 1
    const isFull = batch.length >= limits.maxItems || bytes + size > limits.maxBytes
    if (batch.length > 0 && (isFull || own.some((key) => keys.has(key)))) {
      yield batch
      batch = []
      keys = new Set()
      bytes = 2
    }
    batch.push(item)
    for (const key of own) keys.add(key)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

function keysOf(item: ApplyItem): string[] {
  const external = `x:${item.payload.externalId}`
  return item.planhatId === null ? [external] : [external, `i:${item.planhatId}`]
}
