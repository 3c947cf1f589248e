import { describe, expect, it } from 'vitest'
import { readPhone, readPhoneField } from '../../src/match/phone.ts'
import { variantsOf } from '../../src/match/variants.ts'
import { isWithheld } from '../../src/match/withheld.ts'
import { PHONE_CASES } from './phone-cases.ts'

describe('reading one number', () => {
  it('is proved by a table of at least 150 different cases', () => {
    expect(new Set(PHONE_CASES.map((c) => `${c.raw}|${c.country}`)).size).toBe(PHONE_CASES.length)
    expect(PHONE_CASES.length).toBeGreaterThanOrEqual(150)
  })

  it.each(PHONE_CASES)('$name: $raw [$country] ($source)', ({ raw, country, expected }) => {
    const reading = readPhone(raw, country)
    if ('reason' in expected) expect(reading).toMatchObject({ kind: 'rejected', ...expected })
    else
      expect(reading).toEqual({ kind: 'number', ...expected, country: expected.tier === 2 ? country : null })
  })

  it('never throws and never hangs, whatever the text', () => {
    const nasty = [
      '\u0000',
      '+'.repeat(500),
      '('.repeat(10_000),
      '1'.repeat(10_000),
      'a1'.repeat(5000),
      '😀',
      '\ud800',
      ' ;,'.repeat(3000),
    ]
    for (const raw of nasty) expect(readPhoneField(raw, 'US').every((r) => r.kind === 'rejected')).toBe(true)
  })
})

describe('a field with several numbers', () => {
  const numbersOf = (raw: string, country: string) =>
    readPhoneField(raw, country).map((r) => (r.kind === 'number' ? r.e164 : r.reason))

  it.each([
    ['+33 1 76 36 06 95 / +33 6 12 34 56 78', 'FR', ['+33176360695', '+33612345678']],
    ['01 76 36 06 95; 06 12 34 56 78', 'FR', ['+33176360695', '+33612345678']],
    ['202-555-0143, 202-555-0144 x7', 'US', ['+12025550143', '+12025550144']],
    ['202-555-0143 x12 / 202-555-0144', 'US', ['+12025550143', '+12025550144']],
    ['202-555-0143\r\n202-555-0144', 'US', ['+12025550143', '+12025550144']],
    ['office 202-555-0143 or mobile 202-555-0144', 'US', ['+12025550143', '+12025550144']],
    ['202-555-0143 | 202-555-0144', 'US', ['+12025550143', '+12025550144']],
    ['202-555-0143 & 202-555-0144', 'US', ['+12025550143', '+12025550144']],
    ['202-555-0143, n/a', 'US', ['+12025550143', 'not-a-number']],
    ['01 76 36 06 95/96', 'FR', ['alternative-ending']],
  ])('%s gives each of them', (raw, country, expected) => {
    expect(numbersOf(raw, country)).toEqual(expected)
  })
})

describe('a caller who kept the number back', () => {
  it.each([null, '', ' ', 'anonymous', 'Anonymous', '+266696687', '+86 282 452 253', 'Private Number'])(
    '%j is withheld',
    (raw) => {
      expect(isWithheld(raw)).toBe(true)
    },
  )

  it.each(['+1 202-555-0143', '72345', 'unknown street 5', '+1 737-874-2833'])('%j is not', (raw) => {
    expect(isWithheld(raw)).toBe(false)
  })
})

describe('known variants of one number', () => {
  it.each([
    ['+5491169071234', '+541169071234'],
    ['+5215512345678', '+525512345678'],
    ['+5511987654321', '+551187654321'],
    ['+390612345678', '+39612345678'],
    ['+2250707123456', '+22507123456'],
  ])('%s and %s are variants of each other, both ways', (one, other) => {
    expect(variantsOf(one)).toContain(other)
    expect(variantsOf(other)).toContain(one)
  })

  it('are none for numbers of the plans that have only one spelling', () => {
    for (const e164 of ['+12025550143', '+33176360695', '+442079460958', '+6565550123'])
      expect(variantsOf(e164)).toEqual([])
  })
})
