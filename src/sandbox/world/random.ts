/**
 * Seeded randomness. Everything made up here is a function of (seed, stream, index), so call number
 * 731,204 can be made without making the ones before it, and one seed always gives one world.
 */

/** mulberry32 (public domain, Tommy Ettinger): 32 bits of state, good enough for made-up data. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A 32-bit hash of its parts (murmur3's finaliser): neighbouring indexes give unrelated values. */
export function hashParts(seed: number, stream: number, index: number): number {
  let hash = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35)) >>> 0
  hash = Math.imul(hash ^ (index >>> 0), 0x27d4eb2f)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** One uniform number in [0, 1) for this part of the world. */
export function uniformAt(seed: number, stream: number, index: number): number {
  return hashParts(seed, stream, index) / 4_294_967_296
}

/** Separates the draws of one index from each other. */
export const STREAM = {
  company: 1,
  endUser: 2,
  callTime: 3,
  call: 4,
  transfer: 5,
  transcript: 6,
  utterances: 7,
  automation: 8,
  faults: 9,
  unknownCaller: 10,
  deliveries: 11,
  note: 12,
  insight: 13,
} as const

export function pickFrom<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

export function integerBetween(low: number, high: number, random: () => number): number {
  return low + Math.floor(random() * (high - low + 1))
}

/** Picks by weight; the weights need not add up to one. */
export function pickWeighted<T>(table: readonly (readonly [T, number])[], random: () => number): T {
  const sum = table.reduce((total, [, weight]) => total + weight, 0)
  let rest = random() * sum
  for (const [item, weight] of table) {
    rest -= weight
    if (rest < 0) return item
  }
  return pickFrom(table, random)[0]
}
