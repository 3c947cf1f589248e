import type { CountryCode } from '../domain.ts'
import { type PhoneReading, readPhoneField } from './phone.ts'
import { foldNumberText } from './phone-text.ts'
import { variantsOf } from './variants.ts'

/**
 * What a text says of whose number it is. Two texts are one number when something that the one has in `written` is
 * among the `spellings` of the other. So: keep `spellings`, ask for `written`.
 */
export interface NumberIdentity {
  /**
   * What it says: its E.164 form; for an old form that and what it may stand
   * for; for what is no number, its digits.
   */
  readonly written: readonly string[]
  /** That, and every old and variant form of it that is known. */
  readonly spellings: readonly string[]
}

const once = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

/**
 * PURE. Every spelling of one number, itself included: `+525512345678` also as `+5215512345678` and with 044 and 045.
 * The relation goes both ways. It is not followed further: an old number of Ivory Coast may be any of six new ones, and
 * those are six people's.
 */
export function spellingsOf(e164OrDigits: string): readonly string[] {
  const own = `+${e164OrDigits.replace(/\D/g, '')}`
  const near = variantsOf(own)
  const siblings = own.startsWith('+225') ? [] : near.flatMap(variantsOf)
  return once([own, ...near, ...siblings])
}

/**
 * PURE. The identity of the number or numbers in a text, as Aircall, an export or
 * a person writes them; a national one with `country`. Empty only for a text
 * without a digit. This is what an erasure goes by, so that no spelling is missed.
 */
export function identifyNumber(raw: string, country: CountryCode | null): NumberIdentity {
  const readings = readPhoneField(raw, country)
  const read = readings.flatMap((reading) => writtenIn(reading))
  const written = read.length > 0 ? once([...read, ...asWritten(raw, readings)]) : asWritten(raw, readings)
  return {
    written,
    spellings: once(written.flatMap((text) => (text.startsWith('+') ? spellingsOf(text) : text))),
  }
}

function writtenIn(reading: PhoneReading): readonly string[] {
  return reading.kind === 'number' ? [reading.e164] : (reading.hints ?? [])
}

/** The bare digits where no valid number was read: the same unusable text must be known again. */
function asWritten(raw: string, readings: readonly PhoneReading[]): readonly string[] {
  if (readings.some(({ kind }) => kind === 'number')) return []
  const text = foldNumberText(raw)
  const digits = text.replace(/\D/g, '')
  if (digits === '') return []
  return [text.startsWith('+') ? `+${digits}` : digits]
}
