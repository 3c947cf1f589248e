import type { CountryCode, EndUser, Holder } from '../domain.ts'
import { readEndUserPhones } from './end-user-phones.ts'

export type IndexedEndUser = Omit<EndUser, 'phones'>

/** Number to all its holders. Archived End Users are in it: they are shown, and `matchCall` decides. */
export interface PhoneIndex {
  /** Who has just this number (tiers 1 and 2), in the order of their ids. */
  holders(e164: string): readonly Holder[]
  /** Who may have it under another spelling (tier 3). */
  proposals(e164: string): readonly Holder[]
  endUser(id: string): IndexedEndUser | null
  /** What is stored of an End User's numbers: in E.164 where it is read, else as it is written. */
  storedNumbers(endUserId: string): readonly string[]
  companyName(id: string): string | null
  hasCompany(id: string): boolean
  readonly size: { readonly endUsers: number; readonly numbers: number }
}

const byId = (a: Holder, b: Holder): number => (a.endUser.id < b.endUser.id ? -1 : 1)

/** The same index in memory, for small worlds and for tests; `store/index.ts` holds the one for millions. */
export function createMemoryIndex(endUsers: Iterable<EndUser>, defaultCountry: CountryCode): PhoneIndex {
  const people = new Map<string, IndexedEndUser>()
  const companies = new Map<string, string | null>()
  const numbers = new Map<string, Holder[]>()
  const proposals = new Map<string, Holder[]>()
  const stored = new Map<string, string[]>()
  for (const { phones, ...endUser } of endUsers) {
    if (people.has(endUser.id)) continue
    people.set(endUser.id, endUser)
    companies.set(endUser.companyId, companies.get(endUser.companyId) ?? endUser.companyName)
    const read = readEndUserPhones({ country: endUser.country, phones }, { defaultCountry })
    stored.set(endUser.id, [...read.numbers.map(({ e164 }) => e164), ...read.unusable.map(({ raw }) => raw)])
    for (const n of read.numbers) put(numbers, n.e164, { endUser, field: n.field, tier: n.tier })
    for (const n of read.proposals) put(proposals, n.e164, { endUser, field: n.field, tier: n.tier })
  }
  return {
    holders: (e164) => (numbers.get(e164) ?? []).toSorted(byId),
    proposals: (e164) => (proposals.get(e164) ?? []).toSorted(byId),
    endUser: (id) => people.get(id) ?? null,
    storedNumbers: (id) => stored.get(id) ?? [],
    companyName: (id) => companies.get(id) ?? null,
    hasCompany: (id) => companies.has(id),
    size: { endUsers: people.size, numbers: numbers.size },
  }
}

function put(into: Map<string, Holder[]>, e164: string, holder: Holder): void {
  const held = into.get(e164)
  if (held) held.push(holder)
  else into.set(e164, [holder])
}
