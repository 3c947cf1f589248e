import type { Call, E164, Holder, Match, MatchSettings } from '../domain.ts'
import { type ExternalParty, type PartyReader, readExternalParty } from './external-number.ts'
import { isOldForm, judgeHolders, judgeVariants, type Verdict } from './holders.ts'
import type { NumberWord, Settlement } from './number-word.ts'
import { readPhone } from './phone.ts'
import type { IndexedEndUser, PhoneIndex } from './phone-index.ts'
import { sayHolder, sayReason, sayWhere } from './say.ts'

export interface MatchContext {
  readonly index: PhoneIndex
  readonly settings: MatchSettings
  /** The account's lines and the configured numbers, in E.164. */
  readonly ownNumbers: ReadonlySet<string>
  /** True where a flag leaves the call out. */
  readonly filter?: (call: Call) => boolean
  /** Of this call: it goes before what was said of its number. */
  readonly settled?: Settlement | null
  readonly spoken?: (number: string) => NumberWord | null
  /** Where many calls are matched: one that remembers (`rememberReadings`). */
  readonly read?: PartyReader
}

type Known = ExternalParty & { kind: 'number' }
type Variant = ExternalParty & { kind: 'variant' }

/**
 * Whose call this is, with the reason in one sentence. Total: every call gets exactly one of the buckets, the
 * first that fits in the order of docs/contract.md section 5.
 */
export function matchCall(call: Call, context: MatchContext): Match {
  const party = readExternalParty(call, context.settings, context.read)
  const number = party.kind === 'number' ? party.e164 : call.rawDigits
  if (call.status !== 'done' && call.endedAt === null) {
    return { kind: 'in-progress', number, because: 'The call has not ended yet.' }
  }
  if (context.filter?.(call))
    return { kind: 'filtered', number, because: 'A flag of this run leaves it out.' }
  if (party.kind === 'withheld') return matchAnonymous(number, context)
  if (party.kind === 'invalid') {
    return { kind: 'invalid-number', number: party.raw, because: `${sayReason(party.reading.reason)}.` }
  }
  const spellings = party.kind === 'variant' ? party.mayBe : [party.e164]
  if (spellings.some((e164) => context.ownNumbers.has(e164))) {
    return { kind: 'own-number', number, because: "The other party is one of the account's own numbers." }
  }
  return matchReviewed(party, context) ?? matchParty(party, context)
}

function matchParty(party: Known | Variant, context: MatchContext): Match {
  return party.kind === 'variant' ? matchVariant(party, context) : matchNumber(party, context)
}

/** A reviewer's word stands above the phone book: first that on the call, then that on its number. */
function matchReviewed(party: Known | Variant, context: MatchContext): Match | null {
  const number = party.kind === 'variant' ? party.raw : party.e164
  const own = context.settled ? matchSettled(number, context.settled, context) : null
  if (own !== null) return own
  const word = context.spoken?.(number) ?? null
  if (word === null) return null
  if (word.kind === 'always') return matchSettled(number, word.settlement, context)
  return declineNumber(matchParty(party, context), number)
}

/**
 * It keeps the bucket it would be in, so that the counts of a range stay
 * comparable; nobody is asked about it again.
 */
function declineNumber(match: Match, number: string): Match {
  const because = "A reviewer said that this number is nobody's (index forget takes that back)."
  const kind = match.kind === 'ambiguous' || match.kind === 'proposed' ? match.kind : 'unmatched'
  return { kind, number, because, candidates: [], declined: true }
}

/**
 * A number in a form that no longer counts: whoever has the form that does is
 * proposed (docs/contract.md section 5).
 */
function matchVariant({ raw, reason, mayBe }: Variant, context: MatchContext): Match {
  const verdict = judgeVariants(mayBe, context.index, context.settings)
  if (verdict.kind === 'proposed') {
    const because = `${sayReason(reason)}; the form that counts is known, at ${sayHolder(verdict.holders[0])}.`
    return {
      kind: 'proposed',
      number: raw,
      because,
      candidates: addStored(verdict.holders, mayBe, context.index),
    }
  }
  if (!isOldForm(reason)) return { kind: 'invalid-number', number: raw, because: `${sayReason(reason)}.` }
  return matchFallback(raw, context) ?? leaveUnmatched(raw, verdict.archived)
}

/** The national end of a number, which all of its spellings share. */
const SHARED_DIGITS = 6

/** What is stored for a proposed End User, so that a person sees what fits, and how. */
function addStored(holders: readonly Holder[], numbers: readonly string[], index: PhoneIndex): Holder[] {
  const ends = new Set(numbers.map(endOf))
  return holders.map((holder) => {
    const stored = index.storedNumbers(holder.endUser.id).find((number) => ends.has(endOf(number)))
    return stored === undefined ? holder : { ...holder, stored }
  })
}

function endOf(number: string): string {
  return number.replace(/\D/g, '').slice(-SHARED_DIGITS)
}

function matchAnonymous(number: string | null, context: MatchContext): Match {
  const fallback = matchFallback(number, context)
  return fallback ?? { kind: 'anonymous', number, because: 'The caller kept the number back.' }
}

function matchNumber(party: Known, context: MatchContext): Match {
  const number = party.e164
  const verdict = judgeHolders(number, context.index, context.settings)
  switch (verdict.kind) {
    case 'one':
      return matchOne(verdict.holder, party, context)
    case 'company':
      return shareLine(verdict, number, context.index)
    case 'companies': {
      const because = `${verdict.holders.length} End Users of ${verdict.companies} companies have this number.`
      return { kind: 'ambiguous', number, because, candidates: verdict.holders }
    }
    case 'proposed': {
      const because = `Only another spelling of this number is known, at ${sayHolder(verdict.holders[0])}.`
      return {
        kind: 'proposed',
        number,
        because,
        candidates: addStored(verdict.holders, [number], context.index),
      }
    }
    case 'none':
      return matchFallback(number, context) ?? leaveUnmatched(number, verdict.archived)
  }
}

function leaveUnmatched(number: string, archived: readonly Holder[]): Match {
  const because =
    archived.length > 0
      ? 'Only archived End Users have this number, and they receive no write.'
      : 'No End User has this number.'
  return { kind: 'unmatched', number, because, candidates: archived }
}

function matchOne(holder: Holder, party: Known, context: MatchContext): Match {
  const { endUser, field, tier } = holder
  const more = furtherEndUsers(holder, party, context)
  const others = more.length > 0 ? ` ${more.length} more took part, of the same company.` : ''
  return {
    kind: 'matched',
    number: party.e164,
    because: `Only ${sayHolder(holder)} has this number, in ${sayWhere(holder)}.${others}`,
    companyId: endUser.companyId,
    companyName: nameCompany(endUser, context.index),
    endUsers: [endUser, ...more],
    field,
    tier: party.tier > tier ? party.tier : tier,
    via: 'phone',
  }
}

/** Further external parties, each only where one live End User of the same company has its number. */
function furtherEndUsers(holder: Holder, party: Known, context: MatchContext): IndexedEndUser[] {
  const found = new Map<string, IndexedEndUser>()
  for (const e164 of party.others) {
    if (context.ownNumbers.has(e164)) continue
    const verdict = judgeHolders(e164, context.index, { archivedMayMatch: false })
    if (verdict.kind !== 'one' || verdict.holder.endUser.companyId !== holder.endUser.companyId) continue
    if (verdict.holder.endUser.id !== holder.endUser.id)
      found.set(verdict.holder.endUser.id, verdict.holder.endUser)
  }
  return [...found.values()]
}

function shareLine(verdict: Verdict & { kind: 'company' }, number: E164, index: PhoneIndex): Match {
  const [first] = verdict.holders
  return {
    kind: 'shared-line',
    number,
    because: `${verdict.holders.length} End Users of one company have this number: attached to the company alone.`,
    companyId: verdict.companyId,
    companyName: nameCompany(first.endUser, index),
    candidates: verdict.holders,
    field: first.field,
    tier: first.tier,
    via: 'phone',
  }
}

/** Null where the End User is gone or archived since. */
function matchSettled(number: string, settled: Settlement, context: MatchContext): Match | null {
  const { index } = context
  const base = {
    number,
    companyId: settled.companyId,
    field: 'review',
    tier: 1,
    via: 'review',
  } as const
  if (settled.endUserId === null) {
    const companyName = index.companyName(settled.companyId)
    const because = 'A reviewer attached it to the company alone.'
    return { kind: 'shared-line', ...base, companyName, because, candidates: [] }
  }
  const endUser = index.endUser(settled.endUserId)
  if (!endUser || (endUser.archived && !context.settings.archivedMayMatch)) return null
  // The company is the one that the End User has now, not the one of the day of the review.
  const { companyId } = endUser
  const companyName = index.companyName(companyId)
  const because = `A reviewer attached it to ${sayHolder({ endUser })}.`
  return { kind: 'matched', ...base, companyId, companyName, because, endUsers: [endUser] }
}

/**
 * The automation's habit (docs/reference/automation.md M1), off by default: strangers' calls go to one chosen End User.
 */
function matchFallback(number: string | null, context: MatchContext): Match | null {
  const { fallbackNumber, defaultCountry } = context.settings
  if (fallbackNumber === null) return null
  const reading = readPhone(fallbackNumber, defaultCountry)
  if (reading.kind !== 'number') return null
  const verdict = judgeHolders(reading.e164, context.index, { archivedMayMatch: false })
  if (verdict.kind !== 'one') return null
  const { endUser, field, tier } = verdict.holder
  return {
    kind: 'matched',
    number,
    because: `Nobody is known by it, and match.fallbackNumber sends it to ${sayHolder(verdict.holder)}.`,
    companyId: endUser.companyId,
    companyName: nameCompany(endUser, context.index),
    endUsers: [endUser],
    field,
    tier,
    via: 'fallback',
  }
}

function nameCompany(endUser: IndexedEndUser, index: PhoneIndex): string | null {
  return index.companyName(endUser.companyId) ?? endUser.companyName
}
