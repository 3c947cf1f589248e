import * as fc from 'fast-check'
import examples from 'libphonenumber-js/examples.mobile.json'
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'
import metadata from 'libphonenumber-js/metadata.max.json'
import { describe, expect, it } from 'vitest'
import { certainNational, judgeInternational } from '../../src/match/numbering-plans.ts'
import { readPhone } from '../../src/match/phone.ts'
import { createRandom, randomDigits } from './random.ts'

const COUNTRIES = getCountries()
const CODES = [...Object.keys(metadata.country_calling_codes), ...Object.keys(metadata.nonGeographic)]

/** The library alone: the answer that the short way may never contradict. */
function askLibrary(text: string, country?: CountryCode): string | null {
  const parsed = parsePhoneNumberFromString(text, country)
  return parsed?.isValid() ? parsed.number : null
}

function exampleOf(country: CountryCode): string {
  const example = getExampleNumber(country, examples)
  if (!example) throw new Error(`no example number for ${country}`)
  return example.number
}

function expectAgreement(text: string, library: string | null): void {
  const verdict = judgeInternational(text)
  if (verdict === 'valid') expect(library).toBe(`+${text}`)
  if (verdict === 'invalid') expect({ text, library }).toEqual({ text, library: null })
}

describe('the short way for clean E.164', () => {
  it("answers every country's example number as the library does, and takes it for nearly all", () => {
    const taken = COUNTRIES.filter((country) => {
      const e164 = exampleOf(country)
      expect(askLibrary(e164)).toBe(e164)
      expect(readPhone(e164, null)).toMatchObject({ kind: 'number', e164, tier: 1 })
      return judgeInternational(e164.slice(1)) === 'valid'
    })
    expect(taken.length / COUNTRIES.length).toBeGreaterThan(0.9)
  })

  it("never contradicts the library, one to three digits away from any country's example number", () => {
    const example = fc.constantFrom(...COUNTRIES.map(exampleOf))
    const edits = fc.array(fc.record({ at: fc.nat(16), digit: fc.nat(9) }), { minLength: 1, maxLength: 3 })
    const tail = fc.constantFrom('keep', 'cut', 'grow')
    fc.assert(
      fc.property(example, edits, tail, (e164, changes, end) => {
        const digits = [...e164.slice(1)]
        for (const { at, digit } of changes) digits[at % digits.length] = String(digit)
        if (end === 'cut') digits.pop()
        if (end === 'grow') digits.push('7')
        const text = digits.join('')
        const library = askLibrary(`+${text}`)
        expectAgreement(text, library)
        const reading = readPhone(`+${text}`, null)
        if (reading.kind === 'number') expect(reading.e164).toBe(library)
        else if (!['withheld', 'short-code'].includes(reading.reason)) expect(library).toBeNull()
      }),
      { numRuns: 20_000, seed: 4 },
    )
  })

  it('never contradicts the library, for random digits behind every calling code', () => {
    const random = createRandom(11)
    let taken = 0
    for (const code of CODES) {
      for (let i = 0; i < 600; i++) {
        const text = code + randomDigits(random, 4 + Math.floor(random() * 9))
        if (judgeInternational(text) === 'valid') taken += 1
        expectAgreement(text, askLibrary(`+${text}`))
      }
    }
    expect(taken).toBeGreaterThan(5000)
  })
})

describe('the short way for national numbers', () => {
  it('gives the E.164 that the library gives, with and without the trunk prefix, for every country', () => {
    const random = createRandom(12)
    let taken = 0
    for (const country of COUNTRIES) {
      const national = exampleOf(country).slice(1 + getCountryCallingCode(country).length)
      for (let i = 0; i < 200; i++) {
        const kept = national.slice(0, Math.floor(random() * national.length))
        const body = kept + randomDigits(random, national.length - kept.length)
        for (const text of [body, `0${body}`, `1${body}`, `8${body}`]) {
          const certain = certainNational(text, country)
          if (certain === null) continue
          taken += 1
          expect({ country, text, e164: `+${certain}` }).toEqual({
            country,
            text,
            e164: askLibrary(text, country),
          })
        }
      }
    }
    expect(taken).toBeGreaterThan(20_000)
  })
})
