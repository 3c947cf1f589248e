import type { CountryCode } from '../../domain.ts'
import { UsageError } from '../../errors.ts'
import { identifyNumber } from '../../match/identity.ts'
import type { IndexedEndUser } from '../../match/phone-index.ts'
import type { Desk } from '../run/session.ts'

/** Whom an erasure is about. */
export type Subject =
  | {
      readonly kind: 'number'
      /** As it was given; shown masked. */
      readonly number: string
      /** Every old and variant form of it, in E.164 or as bare digits. */
      readonly spellings: readonly string[]
      /** End Users of the index who have the number: the rest of them stays. */
      readonly holders: readonly IndexedEndUser[]
    }
  | {
      readonly kind: 'person'
      /** Planhat's id; null for somebody of whom only an e-mail is known. */
      readonly id: string | null
      readonly name: string | null
      readonly email: string | null
      readonly companyName: string | null
    }

/** As Planhat refers to End Users; one who is gone from the index can still be named by it. */
const PLANHAT_ID = /^(?:[0-9a-f]{24}|(?:extid|srcid)-.+)$/i
const EMAIL = /^[^\s@]+@[^\s@]+$/

/** A number in any spelling, an e-mail, a name or an End User's id. @throws UsageError ERASE_SUBJECT, ERASE_SEVERAL. */
export function readSubject(desk: Pick<Desk, 'store' | 'settings'>, text: string): Subject {
  const { index } = desk.store
  const given = text.trim()
  const known = index.endUser(given)
  if (known !== null) return personOf(known)
  if (PLANHAT_ID.test(given)) return { kind: 'person', id: given, name: null, email: null, companyName: null }
  const named = index.endUsersCalled(given)
  const [only] = named
  if (only !== undefined && named.length === 1) return personOf(only)
  if (named.length > 1) throw several(named)
  if (EMAIL.test(given)) return { kind: 'person', id: null, name: null, email: given, companyName: null }
  return numberOf(desk, given) ?? unknown()
}

function personOf({ id, name, email, companyName }: IndexedEndUser): Subject {
  return { kind: 'person', id, name, email, companyName }
}

function numberOf({ store, settings }: Pick<Desk, 'store' | 'settings'>, given: string): Subject | null {
  const country: CountryCode = settings.config.defaultCountry
  const { spellings } = identifyNumber(given, country)
  // A few digits of a text would be a number of everybody's.
  if (!spellings.some((spelling) => spelling.replace(/\D/g, '').length >= 5)) return null
  const holders = new Map(
    spellings.flatMap((number) => store.index.holders(number)).map(({ endUser }) => [endUser.id, endUser]),
  )
  return { kind: 'number', number: given, spellings, holders: [...holders.values()] }
}

function several(named: readonly IndexedEndUser[]): UsageError {
  return new UsageError('ERASE_SEVERAL', `${named.length} End Users of the index have this name or e-mail.`, {
    suggestions: named
      .slice(0, 10)
      .map(({ id, companyName }) => `aircall-sync erase ${id}  # of ${companyName ?? 'no company'}`),
  })
}

function unknown(): never {
  throw new UsageError(
    'ERASE_SUBJECT',
    'This is neither a telephone number, nor the e-mail, name or id of an End User in the index.',
    {
      suggestions: [
        'write the number with its country, for example +1 and then its ten digits',
        'find the id of the End User: aircall-sync index lookup NUMBER',
      ],
    },
  )
}

/** Of the person, what stands in texts. */
export function wordsOf(subject: Subject): string[] {
  if (subject.kind === 'number') return []
  return [subject.id, subject.name, subject.email].filter((word) => word !== null)
}
