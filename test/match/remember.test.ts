import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readParty } from '../../src/match/external-number.ts'
import { createMemoryIndex } from '../../src/match/phone-index.ts'
import { rememberLookups, rememberReadings } from '../../src/match/remember.ts'
import { anEndUser } from '../support/builders.ts'

describe('rememberLookups', () => {
  it('answers like the index, and asks it once for each number, however many there are', () => {
    const index = createMemoryIndex([anEndUser()], 'US')
    let asked = 0
    const counted = {
      ...index,
      holders: (e164: string) => {
        asked += 1
        return index.holders(e164)
      },
    }
    const remembered = rememberLookups(counted)
    for (let n = 0; n < 3; n += 1)
      expect(remembered.holders('+12025550134')).toEqual(index.holders('+12025550134'))
    expect(asked).toBe(1)
    for (let n = 0; n < 45_000; n += 1) expect(remembered.holders(`+1${n}`)).toEqual([])
    expect(remembered.holders('+12025550134')).toHaveLength(1)
    expect(remembered.companyName('co-1')).toBe('Acme')
  })
})

describe('rememberReadings', () => {
  it('reads every text as it is read without a memory, each for its country', () => {
    const raws = [
      '+1 202-555-0134',
      '020 7946 0000',
      '07700 900123',
      'anonymous',
      '+266696687',
      '',
      '12',
      'x',
    ]
    const read = rememberReadings()
    const asked = fc.array(fc.tuple(fc.constantFrom(...raws), fc.constantFrom('US', 'GB', 'FR')))
    fc.assert(
      fc.property(asked, (texts) => {
        for (const [raw, country] of texts) expect(read(raw, country)).toEqual(readParty(raw, country))
      }),
    )
  })
})
