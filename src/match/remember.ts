import { type PartyReader, readParty } from './external-number.ts'
import type { PhoneIndex } from './phone-index.ts'

/** The few thousand numbers that call often make most of the calls; a million strangers must not fill the memory. */
const MOST = 5_000

/** The same index, asked once for each number that comes again. For one run: it does not see the index change. */
export function rememberLookups(index: PhoneIndex): PhoneIndex {
  return {
    holders: remember((e164) => index.holders(e164)),
    proposals: remember((e164) => index.proposals(e164)),
    endUser: (id) => index.endUser(id),
    companyName: remember((id) => index.companyName(id)),
    hasCompany: (id) => index.hasCompany(id),
    get size() {
      return index.size
    },
  }
}

/** Reads each text once for each country. PURE but for what it remembers. */
export function rememberReadings(): PartyReader {
  const byCountry = remember((country) => remember((raw) => readParty(raw, country)))
  return (raw, country) => byCountry(country)(raw)
}

/** Forgets everything when it is full: simpler than the least recent, and as good for calls in order of time. */
function remember<T>(ask: (key: string) => T): (key: string) => T {
  let known = new Map<string, T>()
  return (key) => {
    const held = known.get(key)
    if (held !== undefined) return held
    const answer = ask(key)
    if (known.size >= MOST) known = new Map()
    known.set(key, answer)
    return answer
  }
}
