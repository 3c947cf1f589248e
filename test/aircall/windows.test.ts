import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  expectedTotal,
  openWindows,
  splitState,
  splitWindow,
  toBounds,
  unread,
} from '../../src/aircall/windows.ts'

describe('windows', () => {
  it('say a half-open range with an exclusive lower and an inclusive upper bound', () => {
    expect(toBounds({ since: 100, until: 200 })).toEqual({ from: 99, to: 199 })
    expect(openWindows({ since: 100, until: 200 })).toEqual([
      { from: 99, to: 199, total: null, nextPage: 1, done: false },
    ])
    expect(openWindows({ since: 100, until: 100 })).toEqual([])
  })

  it('that are split tile the whole without gap or overlap, and none is empty', () => {
    const total = fc.option(fc.integer({ min: 10_000, max: 2_000_000 }))
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e9 }),
        fc.integer({ min: 2, max: 2e7 }),
        total,
        (from, seconds, rows) => {
          const parts = splitWindow({ from, to: from + seconds, total: rows })
          expect(parts.length).toBeGreaterThanOrEqual(2)
          expect(parts[0]?.from).toBe(from)
          expect(parts.at(-1)?.to).toBe(from + seconds)
          for (const [index, part] of parts.entries()) {
            expect(part.to).toBeGreaterThan(part.from)
            if (index > 0) expect(part.from).toBe(parts[index - 1]?.to)
          }
        },
      ),
    )
  })

  it('are cut into as many parts as an exact total calls for, and in halves when it may be saturated', () => {
    expect(splitWindow({ from: 0, to: 86_400, total: 25_000 })).toHaveLength(4)
    expect(splitWindow({ from: 0, to: 86_400, total: 10_000 })).toHaveLength(2)
    expect(splitWindow({ from: 0, to: 3, total: 1_000_000 })).toHaveLength(3)
  })

  it('hand the pages read so far to their first part when all rows lie in it', () => {
    const window = { ...unread({ from: 0, to: 100 }), total: 10_000, nextPage: 2 }
    expect(splitState(window, 50).map(({ nextPage }) => nextPage)).toEqual([2, 1])
    expect(splitState(window, 51).map(({ nextPage }) => nextPage)).toEqual([1, 1])
    expect(splitState(window, null).map(({ nextPage }) => nextPage)).toEqual([1, 1])
  })

  it('know the whole total once each has been counted', () => {
    const [first, second] = [unread({ from: 0, to: 1 }), unread({ from: 1, to: 2 })]
    expect(expectedTotal([{ ...first, total: 3 }, second])).toBeNull()
    expect(
      expectedTotal([
        { ...first, total: 3 },
        { ...second, total: 4 },
      ]),
    ).toBe(7)
  })
})
