import type { CountryCode, E164, EndUser, PhoneField, Tier } from '../domain.ts'
import { isPlain, isValidE164, type PhoneReading, type PhoneReason, readPhoneField } from './phone.ts'
import { variantsOf } from './variants.ts'

export interface BorneNumber {
  readonly e164: string
  readonly field: string
  readonly tier: Tier
}

export interface UnusablePhone {
  readonly field: string
  readonly raw: string
  readonly reason: PhoneReason
  readonly hint: string | null
}

/** What the phone fields of one End User say, each number once. */
export interface EndUserPhones {
  readonly numbers: readonly BorneNumber[]
  /** Numbers that it may have under another spelling (tier 3). */
  readonly proposals: readonly BorneNumber[]
  readonly unusable: readonly UnusablePhone[]
}

export type FieldReader = (raw: string, country: CountryCode | null) => readonly PhoneReading[]

/**
 * `readPhoneField` that remembers: exports repeat a switchboard's number for each of its people. Forgets all
 * at `capacity` values, so that memory stays bounded.
 */
export function createFieldReader(o: { capacity: number }): FieldReader {
  const known = new Map<string, readonly PhoneReading[]>()
  return (raw, country) => {
    // Plain digits are read faster than they are remembered.
    if (isPlain(raw)) return readPhoneField(raw, country)
    const key = country === null ? raw : `${country}${raw}`
    const held = known.get(key)
    if (held) return held
    if (known.size >= o.capacity) known.clear()
    const readings = readPhoneField(raw, country)
    known.set(key, readings)
    return readings
  }
}

// Fewer digits are a national number without its area code; with a plus they would be somebody else's.
const BARE_INTERNATIONAL = /^[1-9]\d{8,14}$/

/** The bare digits of a national reading may be an international number that lost its plus. */
function lostPlus(raw: string, e164: E164): string[] {
  const digits = raw.replace(/[\s().-]/g, '')
  if (!BARE_INTERNATIONAL.test(digits) || `+${digits}` === e164) return []
  return isValidE164(`+${digits}`) ? [`+${digits}`] : []
}

// Only these plans have a second spelling that is itself a valid number (variants.ts).
const HAS_VARIANTS = /^\+(?:54|39|225|52|55)/

function otherSpellings(raw: string, reading: PhoneReading): readonly string[] {
  if (reading.kind === 'rejected') return reading.hints ?? []
  const variants = HAS_VARIANTS.test(reading.e164) ? variantsOf(reading.e164).filter(isValidE164) : []
  return reading.tier === 2 ? [...variants, ...lostPlus(raw, reading.e164)] : variants
}

/** An End User has few numbers: a short list is faster than a map, and a million of them cost less. */
function keepBest(found: BorneNumber[], number: BorneNumber): void {
  const at = found.findIndex((held) => held.e164 === number.e164)
  if (at < 0) found.push(number)
  else if (number.tier < (found[at]?.tier ?? 0)) found[at] = number
}

/** `defaultCountry` serves where the End User has none of its own (issue: matching, "Numbers"). */
export function readEndUserPhones(
  endUser: Pick<EndUser, 'country' | 'phones'>,
  o: { defaultCountry: CountryCode; read?: FieldReader },
): EndUserPhones {
  const numbers: BorneNumber[] = []
  const proposals: BorneNumber[] = []
  const unusable: UnusablePhone[] = []
  const read = o.read ?? readPhoneField
  for (const { field, raw } of endUser.phones) readOne({ field, raw })
  const isBorne = (proposal: BorneNumber) => numbers.some((number) => number.e164 === proposal.e164)
  return { numbers, proposals: proposals.filter((proposal) => !isBorne(proposal)), unusable }

  function readOne({ field, raw }: PhoneField): void {
    for (const reading of read(raw, endUser.country ?? o.defaultCountry)) {
      if (reading.kind === 'number') keepBest(numbers, { e164: reading.e164, field, tier: reading.tier })
      else if (reading.reason !== 'empty')
        unusable.push({ field, raw, reason: reading.reason, hint: reading.hint ?? null })
      for (const e164 of otherSpellings(raw, reading)) keepBest(proposals, { e164, field, tier: 3 })
    }
  }
}
