import type { Day, Stream } from './evidence.ts'
import { dayAt, lengthInDays, type Stretch, stretchesOf, type Wishes } from './stretches.ts'

/** A border is narrowed to so many days; texts so close to each other are taken for one time of being switched on. */
const BORDER_DAYS = 2
const TOGETHER_DAYS = 7

/**
 * One call in the middle of each stretch that lies beside a text and is still
 * long. `misses`: see `missesToBelieve`.
 */
export function narrowBorders({ days }: Stream, misses: number): Wishes {
  const wishes: Wishes = new Map()
  for (const stretch of stretchesOf(days)) {
    const index = whereToLook(days, stretch, misses)
    if (index !== null) wishes.set(index, 1)
  }
  return wishes
}

function whereToLook(days: readonly Day[], stretch: Stretch, misses: number): number | null {
  const { left, right, open } = stretch
  if (left !== 'some' && right !== 'some') return null
  if (left === 'edge') return stretch.from
  if (right === 'edge') return stretch.to
  const length = lengthInDays(days, stretch)
  if (left === right) return length > TOGETHER_DAYS ? dayAt(days, stretch, 0.5) : null
  return length > BORDER_DAYS && open > 2 * misses ? dayAt(days, stretch, 0.5) : null
}

/** Days with a text whole, and the day with calls on either side of each: what tells how many have one. */
export function askAround({ days }: Stream): Wishes {
  const wishes: Wishes = new Map()
  for (const [index, { ready }] of days.entries()) {
    if (ready === 0) continue
    for (const near of [index - 1, index, index + 1]) {
      const open = days[near]?.open ?? 0
      if (open > 0) wishes.set(near, open)
    }
  }
  return wishes
}

/** The days between a text and the next one, where none in between was without one. */
export function fillBetween({ days }: Stream): Wishes {
  const wishes: Wishes = new Map()
  let before: number | null = null
  for (const [index, { ready }] of days.entries()) {
    if (ready === 0) continue
    const between = before === null ? [] : days.slice(before + 1, index)
    if (between.every(({ none }) => none === 0)) {
      for (const [step, { open }] of between.entries()) wishes.set(index - between.length + step, open)
    }
    before = index
  }
  return wishes
}

/** What stands beside a text, and outwards from each on until so many calls in a row had none. */
export function growOutwards(stream: Stream, misses: number): Wishes {
  const wishes = askAround(stream)
  for (const [index, { ready }] of stream.days.entries()) {
    if (ready === 0) continue
    for (const step of [-1, 1] as const) growOneWay(stream.days, index, step, { misses, wishes })
  }
  return wishes
}

function growOneWay(
  days: readonly Day[],
  start: number,
  step: -1 | 1,
  { misses, wishes }: { readonly misses: number; readonly wishes: Wishes },
): void {
  let counted = 0
  for (let index = start + step; counted < misses; index += step) {
    const day = days[index]
    if (day === undefined || day.ready > 0) return
    const asked = Math.min(day.open, Math.max(0, misses - counted - day.none))
    if (asked > 0) wishes.set(index, Math.max(asked, wishes.get(index) ?? 0))
    counted += day.none + asked
  }
}
