import type { Call, E164, Holder, Match, MatchSettings } from '../domain.ts'
import { type ExternalParty, type PartyReader, readExternalParty } from './external-number.ts'
import { isOldForm, judgeHolders, judgeVariants, type Verdict } from './holders.ts'
import { readPhone } from './phone.ts'
import type { IndexedEndUser, PhoneIndex } from './phone-index.ts'
import { sayHolder, sayReason, sayWhere } from './say.ts'

/** What a reviewer decided for a held call; `endUserId` null attaches it to the company alone. */
export interface Settlement {
  readonly endUserId: string | null
  readonly companyId: string
}

export interface MatchContext {
  readonly index: PhoneIndex
  readonly settings: MatchSettings
  /** The account's lines and the configured numbers, in E.164. */
  readonly ownNumbers: ReadonlySet<string>
  /** True where a flag leaves the call out. */
  readonly filter?: (call: Call) => boolean
  readonly settled?: Settlement | null
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
  const settled = matchSettled(party.kind === 'variant' ? party.raw : party.e164, context)
  return settled ?? (party.kind === 'variant' ? matchVariant(party, context) : matchNumber(party, context))
}

/** A number in a form that no longer counts: whoever bears the form that does is proposed (docs/contract.md section 5). */
function matchVariant({ raw, reason, mayBe }: Variant, context: MatchContext): Match {
  const verdict = judgeVariants(mayBe, context.index, context.settings)
  if (verdict.kind === 'proposed') {
    const because = `${sayReason(reason)}; the form that counts is known, at ${sayHolder(verdict.holders[0])}.`
    return { kind: 'proposed', number: raw, because, candidates: verdict.holders }
  }
  if (!isOldForm(reason)) return { kind: 'invalid-number', number: raw, because: `${sayReason(reason)}.` }
  return matchFallback(raw, context) ?? leaveUnmatched(raw, verdict.archived)
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
      const because = `${verdict.holders.length} End Users of ${verdict.companies} companies bear this number.`
      return { kind: 'ambiguous', number, because, candidates: verdict.holders }
    }
    case 'proposed': {
      const because = `Only another spelling of this number is known, at ${sayHolder(verdict.holders[0])}.`
      return { kind: 'proposed', number, because, candidates: verdict.holders }
    }
    case 'none':
      return matchFallback(number, context) ?? leaveUnmatched(number, verdict.archived)
  }
}

function leaveUnmatched(number: string, archived: readonly Holder[]): Match {
  const because =
    archived.length > 0
      ? 'Only archived End Users bear this number, and they receive no write.'
      : 'No End User bears this number.'
  return { kind: 'unmatched', number, because, candidates: archived }
}

function matchOne(holder: Holder, party: Known, context: MatchContext): Match {
  const { endUser, field, tier } = holder
  const more = furtherEndUsers(holder, party, context)
  const others = more.length > 0 ? ` ${more.length} more took part, of the same company.` : ''
  return {
    kind: 'matched',
    number: party.e164,
    because: `Only ${sayHolder(holder)} bears this number, in ${sayWhere(holder)}.${others}`,
    companyId: endUser.companyId,
    companyName: nameCompany(endUser, context.index),
    endUsers: [endUser, ...more],
    field,
    tier: party.tier > tier ? party.tier : tier,
    via: 'phone',
  }
}

/** Further external parties, each only where one live End User of the same company bears its number. */
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
    because: `${verdict.holders.length} End Users of one company bear this number: attached to the company alone.`,
    companyId: verdict.companyId,
    companyName: nameCompany(first.endUser, index),
    candidates: verdict.holders,
    field: first.field,
    tier: first.tier,
    via: 'phone',
  }
}

/** A reviewer's word stands above the phone book, unless the End User is gone or archived since. */
function matchSettled(number: string, context: MatchContext): Match | null {
  const { settled, index } = context
  if (!settled) return null
  const base = {
    number,
    companyId: settled.companyId,
    field: 'review',
    tier: 1,
    via: 'review',
  } as const
  const companyName = index.companyName(settled.companyId)
  if (settled.endUserId === null) {
    const because = 'A reviewer attached it to the company alone.'
    return { kind: 'shared-line', ...base, companyName, because, candidates: [] }
  }
  const endUser = index.endUser(settled.endUserId)
  if (!endUser || (endUser.archived && !context.settings.archivedMayMatch)) return null
  const because = `A reviewer attached it to ${sayHolder({ endUser })}.`
  return { kind: 'matched', ...base, companyId: endUser.companyId, companyName, because, endUsers: [endUser] }
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
