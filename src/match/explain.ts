import type { CountryCode, Holder, MatchSettings } from '../domain.ts'
import { isOldForm, judgeHolders, judgeVariants, type Verdict } from './holders.ts'
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

/** docs/contract.md section 5, `index lookup`; `steps` is the reasoning for people, one sentence a step. */
export interface NumberExplanation {
  readonly input: string
  readonly e164: string | null
  readonly decision: LookupDecision
  readonly tier: '' | '1' | '2' | '3'
  readonly holders: readonly Holder[]
  readonly steps: readonly string[]
}

const OWN_NUMBER = "It is one of the account's own numbers, never matched."

const DECISIONS = {
  one: 'matched',
  company: 'shared-line',
  companies: 'ambiguous',
  proposed: 'proposed',
  none: 'unmatched',
} as const satisfies Record<Verdict['kind'], LookupDecision>

/** Why a number is whose it is: the value, the country used and why, the tiers tried, the candidates, the decision. */
export function explainNumber(raw: string, country: CountryCode | null, o: World): NumberExplanation {
  const base = { input: raw, e164: null, tier: '', holders: [] } as const
  if (isWithheld(raw)) return { ...base, decision: 'anonymous', steps: [`${sayReason('withheld')}.`] }
  const supplied = country ?? o.settings.defaultCountry
  const reading = readPhone(raw, supplied)
  if (reading.kind === 'rejected') return { input: raw, ...explainRejected(reading, supplied, o) }
  const read = sayRead(reading, { fromLine: country !== null })
  if (o.ownNumbers?.has(reading.e164)) {
    return {
      ...base,
      e164: reading.e164,
      decision: 'own-number',
      steps: [read, OWN_NUMBER],
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
    steps: [read, ...sayVerdict(verdict), ...sayCandidates(holders)],
  }
}

type World = { index: PhoneIndex; settings: MatchSettings; ownNumbers?: ReadonlySet<string> }
type Rejected = PhoneReading & { kind: 'rejected' }

/** What is no number as it stands may be an old or damaged form of one that somebody has. */
function explainRejected(
  reading: Rejected,
  country: CountryCode,
  o: World,
): Omit<NumberExplanation, 'input'> {
  const steps = sayRejected(reading, country)
  const base = { e164: null, tier: '', holders: [], steps } as const
  const mayBe = reading.hints ?? []
  if (mayBe.some((e164) => o.ownNumbers?.has(e164))) {
    return { ...base, decision: 'own-number', steps: [...steps, OWN_NUMBER] }
  }
  const verdict = judgeVariants(mayBe, o.index, o.settings)
  const holders = holdersOf(verdict)
  const said = [...steps, ...(mayBe.length > 0 ? [sayTier3(verdict)] : []), ...sayCandidates(holders)]
  if (verdict.kind === 'proposed') return { ...base, decision: 'proposed', tier: '3', holders, steps: said }
  return {
    ...base,
    decision: isOldForm(reading.reason) ? 'unmatched' : 'invalid-number',
    holders,
    steps: said,
  }
}

function sayCandidates(holders: readonly Holder[]): string[] {
  return holders.map((holder) => `Candidate: ${sayHolder(holder)}, in ${sayWhere(holder)}.`)
}

function sayRejected(reading: Rejected, country: CountryCode): string[] {
  const hint = reading.hints === undefined ? [] : [`It may stand for ${reading.hints.join(' or ')}.`]
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
  const tried = 'The number itself, as it is written or with its country: '
  switch (verdict.kind) {
    case 'one':
      return [`${tried}one End User, so the call is matched.`]
    case 'company':
      return [`${tried}${verdict.holders.length} End Users of one company, so it goes to the company alone.`]
    case 'companies':
      return [`${tried}End Users of ${verdict.companies} companies, so the call is held.`]
    case 'proposed':
    case 'none':
      return [`${tried}nobody live.`, sayTier3(verdict)]
  }
}

function sayTier3(verdict: Verdict & { kind: 'proposed' | 'none' }): string {
  if (verdict.kind === 'proposed')
    return 'Under another spelling: somebody; shown, held, never written by itself.'
  const archived = verdict.archived.length > 0 ? ' Archived End Users have it: shown, never written.' : ''
  return `Under another spelling: nobody.${archived}`
}
