import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identifyNumber, spellingsOf } from '../../src/match/identity.ts'

/** The rule of the docs: keep the spellings, ask for what is written. */
function isOneNumber(kept: string, asked: string, country: string | null = null): boolean {
  const { spellings } = identifyNumber(kept, country)
  return identifyNumber(asked, country).written.some((text) => spellings.includes(text))
}

const PAIRS: [string, string, string | null][] = [
  ['+52 55 1234 5678', '+52 1 55 1234 5678', null],
  ['+52 55 1234 5678', '044 55 1234 5678', 'MX'],
  ['+52 1 55 1234 5678', '045 55 1234 5678', 'MX'],
  ['+52 1 55 1234 5678', '1 55 1234 5678', 'MX'],
  ['+55 11 98765 4321', '+55 11 8765 4321', null],
  ['+55 11 98765 4321', '11 8765-4321', 'BR'],
  ['+39 06 1234 5678', '+39 6 1234 5678', null],
  ['+39 347 123 4567', '0347 123 4567', 'IT'],
  ['+54 9 11 6907 1234', '+54 11 6907 1234', null],
  ['+54 9 11 6907 1234', '011 15 6907 1234', 'AR'],
  ['+225 07 07 12 34 56', '+225 07 12 34 56', null],
  ['+225 07 07 12 34 56', '07 12 34 56', 'CI'],
  ['+33 1 76 36 06 95', '33176360695', 'US'],
  ['+1 202-555-0143', '(202) 555.0143 x12', 'US'],
  ['+1 202-555-0143', '١ ٢٠٢ ٥٥٥ ٠١٤٣', 'US'],
]

describe('the identity of a number', () => {
  it.each(PAIRS)('takes %s and %s for one number, whichever of them is kept', (one, other, country) => {
    expect(isOneNumber(one, other, country)).toBe(true)
    expect(isOneNumber(other, one, country)).toBe(true)
  })

  it.each([
    ['+225 07 07 12 34 56', '+225 01 07 12 34 56'],
    ['+52 55 1234 5678', '+52 55 1234 5679'],
    ['+39 06 1234 5678', '+39 02 1234 5678'],
    ['+65 6555 0123', '+1 656 555 0123'],
  ])('takes %s and %s for two', (one, other) => {
    expect(isOneNumber(one, other)).toBe(false)
  })

  it('knows a text again that is no valid number', () => {
    expect(isOneNumber('+1 234', '+1234')).toBe(true)
    expect(isOneNumber('ext. 72345', '72345', 'US')).toBe(true)
    expect(identifyNumber('nobody', null)).toEqual({ written: [], spellings: [] })
  })

  it('has every number of a text that holds several', () => {
    const { written } = identifyNumber('+1 202-555-0143 / +52 1 55 1234 5678', 'US')
    expect(written).toEqual(expect.arrayContaining(['+12025550143', '+525512345678']))
  })

  it('goes both ways for any digits: what is a spelling of a number has that number among its own', () => {
    const code = fc.constantFrom(
      '52',
      '521',
      '52044',
      '5245',
      '55',
      '39',
      '390',
      '54',
      '549',
      '225',
      '22507',
      '1',
    )
    const digits = fc.tuple(code, fc.stringMatching(/^\d{4,12}$/)).map((parts) => parts.join(''))
    fc.assert(
      fc.property(digits, (text) =>
        spellingsOf(text).every((spelling) => spellingsOf(spelling).includes(`+${text}`)),
      ),
    )
  })
})
