import type { Holder } from '../domain.ts'
import type { PhoneReason } from './phone.ts'
import type { PhoneIndex } from './phone-index.ts'

/** What the bearers of one number say together. */
export type Verdict =
  | { readonly kind: 'one'; readonly holder: Holder }
  | { readonly kind: 'company'; readonly companyId: string; readonly holders: readonly [Holder, ...Holder[]] }
  | { readonly kind: 'companies'; readonly holders: readonly Holder[]; readonly companies: number }
  | { readonly kind: 'proposed'; readonly holders: readonly Holder[] }
  | { readonly kind: 'none'; readonly archived: readonly Holder[] }

/** An End User with the number in two fields is one holder, by its stronger field. */
function oncePerEndUser(holders: readonly Holder[]): readonly Holder[] {
  if (holders.length < 2) return holders
  const best = new Map<string, Holder>()
  for (const holder of holders) {
    const held = best.get(holder.endUser.id)
    if (!held || holder.tier < held.tier) best.set(holder.endUser.id, holder)
  }
  return [...best.values()]
}

/** Archived ones lose against live ones; alone they count only where the configuration says so. */
function eligible(holders: readonly Holder[], o: { archivedMayMatch: boolean }): readonly Holder[] {
  const live = holders.some((h) => h.endUser.archived) ? holders.filter((h) => !h.endUser.archived) : holders
  return live.length === 0 && o.archivedMayMatch ? holders : live
}

/**
 * Who has `e164`. Tiers 1 and 2 count alike: equal E.164, also after a country was supplied, applies by itself
 * (docs/contract.md section 5). Tier 3 proposes only, and only where nobody has the number itself.
 */
export function judgeHolders(e164: string, index: PhoneIndex, o: { archivedMayMatch: boolean }): Verdict {
  const all = oncePerEndUser(index.holders(e164))
  const holders = eligible(all, o)
  const [first, ...more] = holders
  if (first) {
    if (more.length === 0) return { kind: 'one', holder: first }
    const companies = new Set(holders.map((h) => h.endUser.companyId)).size
    if (companies > 1) return { kind: 'companies', holders, companies }
    return { kind: 'company', companyId: first.endUser.companyId, holders: [first, ...more] }
  }
  const proposed = eligible(oncePerEndUser(index.proposals(e164)), o)
  return proposed.length > 0 ? { kind: 'proposed', holders: proposed } : { kind: 'none', archived: all }
}

/** Who has one of `mayBe`, for a number that is written in an old form: shown to a person, whoever it is. */
export function judgeVariants(
  mayBe: readonly string[],
  index: PhoneIndex,
  o: { archivedMayMatch: boolean },
): Verdict & { kind: 'proposed' | 'none' } {
  const borne = mayBe.flatMap((e164) => [...index.holders(e164), ...index.proposals(e164)])
  const all = oncePerEndUser(borne)
    .map((holder) => ({ ...holder, tier: 3 as const }))
    .toSorted((a, b) => (a.endUser.id < b.endUser.id ? -1 : 1))
  const proposed = eligible(all, o)
  return proposed.length > 0 ? { kind: 'proposed', holders: proposed } : { kind: 'none', archived: all }
}

/** Old forms were valid numbers once, so a call from one is nobody's; other damage leaves a number that is none. */
export function isOldForm(reason: PhoneReason): boolean {
  return reason === 'old-format'
}
