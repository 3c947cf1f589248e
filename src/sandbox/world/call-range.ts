/** Windows over a list that ascends by start: bisection, and pages of it in either order. */

/** The first index in [0, count) whose value is above `limit`. */
export function firstAbove(count: number, valueAt: (index: number) => number, limit: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (valueAt(middle) > limit) high = middle
    else low = middle + 1
  }
  return low
}

/** A window of calls that can be counted and read by offset without making the calls in between. */
export interface CallRange<T> {
  readonly total: number
  page(offset: number, limit: number, order: 'asc' | 'desc'): T[]
}

export function createRange<T>(total: number, at: (position: number) => T): CallRange<T> {
  return {
    total,
    page(offset, limit, order) {
      const count = Math.max(0, Math.min(limit, total - offset))
      return Array.from({ length: count }, (_, step) =>
        at(order === 'asc' ? offset + step : total - 1 - offset - step),
      )
    },
  }
}
