import type { CountryCode } from '../domain.ts'
import { type PartyReader, readParty } from './external-number.ts'
import type { PhoneIndex } from './phone-index.ts'

/** The numbers that call often make most of the calls; a million strangers must not fill the memory. */
const MOST = 20_000

/** The same index, asked once for each number that comes again. For one run: it does not see the index change. */
export function rememberLookups(index: PhoneIndex): PhoneIndex {
  return {
    holders: remember((e164: string) => index.holders(e164)),
    proposals: remember((e164: string) => index.proposals(e164)),
    endUser: (id) => index.endUser(id),
    storedNumbers: remember((id: string) => index.storedNumbers(id)),
    companyName: remember((id: string) => index.companyName(id)),
    hasCompany: (id) => index.hasCompany(id),
    get size() {
      return index.size
    },
  }
}

/** Reads each text once for each country. PURE but for what it remembers. */
export function rememberReadings(): PartyReader {
  const byCountry = remember((country: CountryCode) => remember((raw: string) => readParty(raw, country)))
  return (raw, country) => byCountry(country)(raw)
}

/**
 * Asks once for each key. Forgets everything when it is full: simpler than the
 * least recent, and as good for calls in order of time.
 */
export function remember<K, T>(ask: (key: K) => T): (key: K) => T {
  let known = new Map<K, T>()
  return (key) => {
    const held = known.get(key)
    if (held !== undefined) return held
    const answer = ask(key)
    if (known.size >= MOST) known = new Map()
    known.set(key, answer)
    return answer
  }
}
