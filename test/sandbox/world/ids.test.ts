import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIdSource } from '../../../src/sandbox/world/ids.ts'

/** As a spreadsheet reads a cell: digits with at most one decimal point and one exponent are a number. */
const isNumberToSpreadsheet = (text: string) => /^[+-]?\d*\.?\d+(?:e[+-]?\d+)?$/i.test(text)

describe('the ids of the made-up Planhat', () => {
  it('are 24 hexadecimal digits that ascend, and no spreadsheet takes one for a number', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff }), (seed) => {
        const next = createIdSource(seed)
        const ids = Array.from({ length: 300 }, next)
        expect(ids.every((id) => /^[0-9a-f]{24}$/.test(id))).toBe(true)
        expect(ids.some(isNumberToSpreadsheet)).toBe(false)
        expect([...ids].sort()).toEqual(ids)
        expect(new Set(ids).size).toBe(ids.length)
      }),
      { numRuns: 100 },
    )
  })

  it('of conversations are younger than those of the people of any world of the first 32,767 seeds', () => {
    const first = createIdSource(0x7fff)()
    expect(createIdSource(0x8000)() > first).toBe(true)
  })
})
