import type { CountryCode, Holder, MatchSettings } from '../domain.ts'
import { judgeHolders, type Verdict } from './holders.ts'
import { type PhoneReading, readPhone } from './phone.ts'
import type { PhoneIndex } from './phone-index.ts'
import { sayHolder, sayReason, sayWhere } from './say.ts'
import { isWithheld } from './withheld.ts'

export type LookupDecision =
  | 'matched'
  | 'shared-line'
  | 'ambiguous'
  | 'unmatched'
  | 'anonymous'
  | 'invalid-number'
  | 'own-number'
  | 'proposed'

/** Contract section 5, `index lookup`; `steps` is the reasoning for people, one sentence a step. */
export interface NumberExplanation {
  readonly input: string
  readonly e164: string | null
  readonly decision: LookupDecision
  readonly tier: '' | '1' | '2' | '3'
  readonly holders: readonly Holder[]
  readonly steps: readonly string[]
}

const DECISIONS = {
  one: 'matched',
  company: 'shared-line',
  companies: 'ambiguous',
  proposed: 'proposed',
  none: 'unmatched',
} as const satisfies Record<Verdict['kind'], LookupDecision>

/** Why a number is whose it is: the value, the country used and why, the tiers tried, the candidates, the decision. */
export function explainNumber(
  raw: string,
  country: CountryCode | null,
  o: { index: PhoneIndex; settings: MatchSettings; ownNumbers?: ReadonlySet<string> },
): NumberExplanation {
  const base = { input: raw, e164: null, tier: '', holders: [] } as const
  if (isWithheld(raw)) return { ...base, decision: 'anonymous', steps: [`${sayReason('withheld')}.`] }
  const supplied = country ?? o.settings.defaultCountry
  const reading = readPhone(raw, supplied)
  if (reading.kind === 'rejected')
    return { ...base, decision: 'invalid-number', steps: sayRejected(reading, supplied) }
  const read = sayRead(reading, { fromLine: country !== null })
  if (o.ownNumbers?.has(reading.e164)) {
    return {
      ...base,
      e164: reading.e164,
      decision: 'own-number',
      steps: [read, "It is one of the account's own numbers, never matched."],
    }
  }
  const verdict = judgeHolders(reading.e164, o.index, o.settings)
  const holders = holdersOf(verdict)
  return {
    input: raw,
    e164: reading.e164,
    decision: DECISIONS[verdict.kind],
    tier: tierOf(verdict, reading.tier),
    holders,
    steps: [
      read,
      ...sayVerdict(verdict),
      ...holders.map((h) => `Candidate: ${sayHolder(h)}, in ${sayWhere(h)}.`),
    ],
  }
}

function sayRejected(reading: PhoneReading & { kind: 'rejected' }, country: CountryCode): string[] {
  const hint = reading.hint === undefined ? [] : [`It may stand for ${reading.hint}.`]
  return [`${sayReason(reading.reason)} (country tried: ${country}).`, ...hint]
}

function sayRead(reading: PhoneReading & { kind: 'number' }, o: { fromLine: boolean }): string {
  if (reading.tier === 1) return `Read as ${reading.e164}, no country needed.`
  const source = o.fromLine ? 'given with the number' : 'the configured default'
  return `Read as ${reading.e164} with country ${reading.country} (${source}).`
}

function holdersOf(verdict: Verdict): readonly Holder[] {
  if (verdict.kind === 'one') return [verdict.holder]
  return verdict.kind === 'none' ? verdict.archived : verdict.holders
}

function tierOf(verdict: Verdict, read: 1 | 2): NumberExplanation['tier'] {
  if (verdict.kind === 'none') return ''
  const tier = Math.max(
    read,
    ...holdersOf(verdict)
      .slice(0, 1)
      .map((h) => h.tier),
  )
  return tier === 1 ? '1' : tier === 2 ? '2' : '3'
}

function sayVerdict(verdict: Verdict): string[] {
  const tried = 'Tiers 1 and 2 (the number itself): '
  switch (verdict.kind) {
    case 'one':
      return [`${tried}one End User, so the call is matched.`]
    case 'company':
      return [`${tried}${verdict.holders.length} End Users of one company, so it goes to the company alone.`]
    case 'companies':
      return [`${tried}End Users of ${verdict.companies} companies, so the call is held.`]
    case 'proposed':
      return [`${tried}nobody live.`, 'Tier 3 (another spelling): shown, held, never written by itself.']
    case 'none': {
      const archived = verdict.archived.length > 0 ? ' Archived End Users bear it: shown, never written.' : ''
      return [`${tried}nobody live.`, `Tier 3 (another spelling): nobody.${archived}`]
    }
  }
}
