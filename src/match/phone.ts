import { type CountryCode as LibraryCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { CountryCode, E164 } from '../domain.ts'
import {
  callingCodeOf,
  certainNational,
  isCountry,
  judgeInternational,
  leadingCallingCode,
} from './numbering-plans.ts'
import { splitNumbers } from './phone-split.ts'
import { countDigits, foldNumberText, resolveLetters, stripExtension, stripLabel } from './phone-text.ts'
import { variantsOf } from './variants.ts'
import { isWithheld, spellsWord } from './withheld.ts'

export type PhoneReason =
  | 'empty'
  | 'withheld'
  | 'not-a-number'
  | 'several-numbers'
  | 'alternative-ending'
  | 'spreadsheet-exponent'
  | 'short-code'
  | 'placeholder'
  | 'unknown-calling-code'
  | 'needs-country'
  | 'lost-plus'
  | 'old-format'
  | 'ambiguous-prefix'
  | 'not-valid'
  | 'too-long'

/** `country` is the one that was supplied (tier 2); `hint` is a valid number that the value may stand for. */
export type PhoneReading =
  | {
      readonly kind: 'number'
      readonly e164: E164
      readonly tier: 1 | 2
      readonly country: CountryCode | null
    }
  | {
      readonly kind: 'rejected'
      readonly reason: PhoneReason
      readonly hint?: string
      readonly hints?: readonly string[]
    }

/** E.164 as it is stored nearly everywhere: nothing to clean. */
const CLEAN = /^\+[1-9]\d{6,16}$/
// Excel shows a long number as 3.31763E+10; its digits are lost unless all of them stand in the mantissa.
const EXPONENT = /^([+-]?)(\d)(?:[.,](\d+))?E\+?(\d{1,2})$/i
const PLAIN = /^[\d ()+.-]+$/
const FLOAT = /^(\+?\d{6,})[.,]0+$/
/** A field of a few numbers with their labels is far shorter; looking for numbers in whole pages costs minutes. */
const LONGEST_FIELD = 500
// libphonenumber: 17 digits of a national number and 3 of a calling code, at most.
const MAX_DIGITS = 20

const reject = (reason: PhoneReason, hints: readonly string[] = []): PhoneReading =>
  hints[0] === undefined ? { kind: 'rejected', reason } : { kind: 'rejected', reason, hint: hints[0], hints }

/** Whether `+digits` is a valid number that the library would write just so. */
export function isValidE164(e164: string): boolean {
  if (!/^\+\d{5,20}$/.test(e164)) return false
  const verdict = judgeInternational(e164.slice(1))
  if (verdict !== 'unsure') return verdict === 'valid'
  const parsed = parsePhoneNumberFromString(e164)
  return parsed?.isValid() === true && parsed.number === e164
}

function parseInternational(digits: string): string | null {
  const verdict = judgeInternational(digits)
  if (verdict !== 'unsure') return verdict === 'valid' ? `+${digits}` : null
  const parsed = parsePhoneNumberFromString(`+${digits}`)
  return parsed?.isValid() === true ? parsed.number : null
}

function parseNational(digits: string, country: CountryCode): string | null {
  const certain = certainNational(digits, country)
  if (certain !== null) return `+${certain}`
  const parsed = parsePhoneNumberFromString(digits, country as LibraryCountry)
  return parsed?.isValid() === true ? parsed.number : null
}

const validVariants = (digits: string): string[] => variantsOf(digits).filter(isValidE164)

function rejectDigits(digits: string): PhoneReading {
  if (/^(\d)\1*$/.test(digits) && digits.length > 4) return reject('placeholder')
  if (digits.length <= 6) return reject('short-code')
  if (leadingCallingCode(digits) === null) return reject('unknown-calling-code')
  const variants = validVariants(digits)
  return variants.length > 0 ? reject('old-format', variants) : reject('not-valid')
}

function readInternational(digits: string): PhoneReading {
  const e164 = parseInternational(digits)
  return e164 === null ? rejectDigits(digits) : { kind: 'number', e164: e164 as E164, tier: 1, country: null }
}

function rejectNational(digits: string, country: CountryCode | null): PhoneReading {
  if (/^(\d)\1*$/.test(digits) && digits.length > 4) return reject('placeholder')
  if (digits.length <= 6) return reject('short-code')
  const bare = parseInternational(digits) === `+${digits}` ? [`+${digits}`] : []
  if (country === null || !isCountry(country)) return reject('needs-country', bare)
  const hints = [...new Set([...bare, ...writtenInFull(digits, country).flatMap(validVariants)])]
  if (bare.length > 0) return reject('lost-plus', hints)
  return hints.length > 0 ? reject('old-format', hints) : reject('not-valid')
}

/** What national digits may be in full: with the code in front, without a trunk zero, or the code was there already. */
function writtenInFull(digits: string, country: CountryCode): string[] {
  const code = callingCodeOf(country) ?? ''
  const national = digits.startsWith(code) ? [] : [code + digits.replace(/^0/, ''), code + digits]
  return [...national, digits]
}

/**
 * 00 stands for the plus in most of the world, and no national number begins with it. Where the country dials
 * abroad by another prefix that begins so (008 in Korea) and both readings are valid, nobody can tell.
 */
function readDoubleZero(digits: string, country: CountryCode | null): PhoneReading | null {
  const e164 = parseInternational(digits.slice(2))
  if (e164 === null) return null
  const national = country !== null && isCountry(country) ? parseNational(digits, country) : null
  if (national !== null && national !== e164) return reject('ambiguous-prefix', [e164, national])
  return { kind: 'number', e164: e164 as E164, tier: 1, country: null }
}

function readNational(digits: string, country: CountryCode | null): PhoneReading {
  if (/^00[1-9]/.test(digits)) {
    const reading = readDoubleZero(digits, country)
    if (reading !== null) return reading
  }
  // 011 only without a country: it is an area code in Buenos Aires, Johannesburg and Sapporo.
  if (country === null && /^011[1-9]/.test(digits)) return readInternational(digits.slice(3))
  const known = country !== null && isCountry(country) && digits.length > 3
  const e164 = known ? parseNational(digits, country) : null
  return e164 === null
    ? rejectNational(digits, country)
    : { kind: 'number', e164: e164 as E164, tier: 2, country }
}

function readDigits(text: string, country: CountryCode | null): PhoneReading {
  if (/\d[^\d]*\+/.test(text)) return reject('several-numbers')
  const digits = text.replace(/\D/g, '')
  if (digits === '') return reject('not-a-number')
  if (digits.length > MAX_DIGITS) return reject('not-valid')
  if (spellsWord(digits)) return reject('withheld')
  return text.includes('+') ? readInternational(digits) : readNational(digits, country)
}

/** The integer behind spreadsheet damage, null when its digits are lost, the text itself when there is none. */
function undoSpreadsheet(text: string): string | null {
  const exponent = EXPONENT.exec(text)
  if (!exponent) return FLOAT.exec(text)?.[1] ?? text
  const decimals = exponent[3] ?? ''
  const power = Number(exponent[4])
  // A run of zeros at the end may be a number that ended in zeros, or a cell that was cut: only whole mantissas count.
  return decimals.length === power ? `${exponent[2]}${decimals}` : null
}

function readCleaned(folded: string, country: CountryCode | null): PhoneReading {
  if (folded === '') return reject('empty')
  if (isWithheld(folded)) return reject('withheld')
  const whole = undoSpreadsheet(folded)
  if (whole === null) return reject('spreadsheet-exponent')
  const number = resolveLetters(stripExtension(stripLabel(whole)))
  if (countDigits(number) === 0) return reject('not-a-number')
  return readDigits(number, country)
}

/** Digits and the usual punctuation only: nothing to fold, split or cut. */
export function isPlain(raw: string): boolean {
  return PLAIN.test(raw)
}

function readPlain(text: string, country: CountryCode | null): PhoneReading {
  return text === '' ? reject('empty') : readDigits(FLOAT.exec(text)?.[1] ?? text, country)
}

/**
 * One number, whatever is around it. `country` (ISO 3166-1 alpha-2) is used for a nationally written one only.
 * Valid by libphonenumber's full metadata or rejected with the reason; never an exception.
 */
export function readPhone(raw: string, country: CountryCode | null): PhoneReading {
  if (CLEAN.test(raw) && !spellsWord(raw.slice(1))) return readInternational(raw.slice(1))
  const [only, ...more] = readPhoneField(raw, country)
  if (only === undefined) return reject('empty')
  return more.length > 0 ? reject('several-numbers') : only
}

/** Every number of a field that may hold several (`+33 1 … / +33 6 …`), in their order. */
export function readPhoneField(raw: string, country: CountryCode | null): PhoneReading[] {
  if (CLEAN.test(raw) && !spellsWord(raw.slice(1))) return [readInternational(raw.slice(1))]
  if (raw.length > LONGEST_FIELD) return [reject(raw.trim() === '' ? 'empty' : 'too-long')]
  if (isPlain(raw)) return [readPlain(raw.trim(), country)]
  const folded = foldNumberText(raw)
  if (isPlain(folded)) return [readPlain(folded, country)]
  if (EXPONENT.test(folded)) return [readCleaned(folded, country)]
  return splitNumbers(folded).map((part) =>
    part.kind === 'alternative-ending' ? reject('alternative-ending') : readCleaned(part.text, country),
  )
}
