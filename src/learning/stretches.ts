import type { Day } from './evidence.ts'

/** How many calls of each of a stream's days are to be asked for, by the index of the day. */
export type Wishes = Map<number, number>

/** What a day that was asked about says; `edge` is where the calls end. */
export type Side = 'some' | 'none' | 'edge'

/** Days in a row of which nothing is known, and what is known at either end. */
export interface Stretch {
  /** Indexes into the stream's days, both included. */
  readonly from: number
  readonly to: number
  /** Calls that may be asked for. */
  readonly open: number
  readonly left: Side
  readonly right: Side
}

export function sideOf({ none, ready }: Day): 'some' | 'none' | 'unknown' {
  if (ready > 0) return 'some'
  return none > 0 ? 'none' : 'unknown'
}

export function stretchesOf(days: readonly Day[]): Stretch[] {
  const found: Stretch[] = []
  let from = 0
  let open = 0
  let left: Side = 'edge'
  for (const [index, day] of days.entries()) {
    const side = sideOf(day)
    if (side === 'unknown') {
      open += day.open
      continue
    }
    if (index > from) found.push({ from, to: index - 1, open, left, right: side })
    from = index + 1
    open = 0
    left = side
  }
  if (days.length > from) found.push({ from, to: days.length - 1, open, left, right: 'edge' })
  return found
}

/** The day in which a share (0 to 1) of the stretch's open calls has gone by. */
export function dayAt(days: readonly Day[], { from, to, open }: Stretch, share: number): number {
  let passed = 0
  for (let index = from; index < to; index++) {
    passed += days[index]?.open ?? 0
    if (passed > open * share) return index
  }
  return to
}

/** From the first to the last day of the stretch, both included. */
export function lengthInDays(days: readonly Day[], { from, to }: Pick<Stretch, 'from' | 'to'>): number {
  return (days[to]?.day ?? 0) - (days[from]?.day ?? 0) + 1
}
