import type { Call, CountryCode, E164, MatchSettings } from '../domain.ts'
import { type PhoneReading, type PhoneReason, readPhone } from './phone.ts'
import { isWithheld } from './withheld.ts'

/** Whose number a call is decided by. `others` are further external parties, each valid and different. */
export type ExternalParty =
  | {
      readonly kind: 'number'
      readonly e164: E164
      readonly tier: 1 | 2
      readonly country: CountryCode | null
      readonly from: 'raw digits' | 'participant'
      readonly others: readonly E164[]
    }
  | { readonly kind: 'withheld' }
  /** No valid number as it stands, but a known old or damaged form of one of `mayBe`. */
  | {
      readonly kind: 'variant'
      readonly raw: string
      readonly reason: PhoneReason
      readonly mayBe: readonly string[]
    }
  | { readonly kind: 'invalid'; readonly raw: string; readonly reading: PhoneReading & { kind: 'rejected' } }

/** The number that a text stands for; null where it says that the caller kept it back. */
export type PartyReader = (raw: string, country: CountryCode) => PhoneReading | null

export const readParty: PartyReader = (raw, country) => (isWithheld(raw) ? null : readPhone(raw, country))

/** The Aircall line's country, else the configured default: both are countries that a national number needs. */
export function callCountry(call: Call, settings: Pick<MatchSettings, 'defaultCountry'>): CountryCode {
  return call.line?.country ?? settings.defaultCountry
}

/**
 * The external party of a call: `raw_digits` (docs/reference/aircall-api.md section 3: always the external party) when
 * it is a number; else the first external participant; a caller who kept the number back stays anonymous.
 */
export function readExternalParty(
  call: Call,
  settings: Pick<MatchSettings, 'defaultCountry'>,
  read: PartyReader = readParty,
): ExternalParty {
  const country = callCountry(call, settings)
  const raw = call.rawDigits?.trim() ? call.rawDigits : null
  const own = raw === null ? null : read(raw, country)
  if (raw !== null && own === null) return { kind: 'withheld' }
  // The party is among the participants as well: the same text is read once.
  const others = participantNumbers(call, (text) => (text === raw ? own : read(text, country)))
  if (own?.kind === 'number') {
    return { ...own, from: 'raw digits', others: others.map((o) => o.e164).filter((n) => n !== own.e164) }
  }
  const [first, ...rest] = others
  if (first) return { ...first, from: 'participant', others: rest.map((o) => o.e164) }
  if (own === null || raw === null) return { kind: 'withheld' }
  const { reason, hints } = own
  return hints ? { kind: 'variant', raw, reason, mayBe: hints } : { kind: 'invalid', raw, reading: own }
}

function participantNumbers(
  call: Call,
  read: (text: string) => PhoneReading | null,
): (PhoneReading & { kind: 'number' })[] {
  const found = new Map<string, PhoneReading & { kind: 'number' }>()
  for (const participant of call.participants) {
    if (participant.kind !== 'external' || participant.phoneNumber === null) continue
    const reading = read(participant.phoneNumber)
    if (reading?.kind === 'number' && !found.has(reading.e164)) found.set(reading.e164, reading)
  }
  return [...found.values()]
}
