/** A small generator of its own, so that a mutation is the same in every process for a seed. */
export function createDice(seed: number): (sides: number) => number {
  let state = seed >>> 0 || 1
  return (sides) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % sides
  }
}

const WRONG: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  1e308,
  2 ** 60,
  true,
  'x'.repeat(5000),
  '\u0000\uD800',
  [],
  {},
  [null],
  { __proto__: null, constructor: 1 },
  'NaN',
  '2026-13-45T99:99:99Z',
]

/** A copy in which about one value in `rarity` is of another kind, gone, or said twice. */
export function spoil(value: unknown, dice: (sides: number) => number, rarity: number): unknown {
  if (dice(rarity) === 0) return WRONG[dice(WRONG.length)]
  if (Array.isArray(value)) {
    const items = value.map((item) => spoil(item, dice, rarity))
    return dice(rarity) === 0 ? [...items, ...items.slice(0, 1)] : items
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(() => dice(rarity) !== 0)
      .map(([key, item]) => [key, spoil(item, dice, rarity)]),
  )
}
