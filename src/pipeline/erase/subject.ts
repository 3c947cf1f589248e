import { UsageError } from '../../errors.ts'
import { readPhone } from '../../match/phone.ts'
import type { Desk } from '../run/session.ts'

/** Whom an erasure is about. */
export type Subject =
  | { readonly kind: 'number'; readonly e164: string }
  | {
      readonly kind: 'end-user'
      readonly id: string
      readonly name: string | null
      readonly email: string | null
    }

/** Planhat's ids; an End User who is gone from the index can still be named by one. */
const PLANHAT_ID = /^[0-9a-f]{24}$/i

/** A number in any spelling, or an End User's id. @throws UsageError ERASE_SUBJECT. */
export function readSubject({ store, settings }: Pick<Desk, 'store' | 'settings'>, text: string): Subject {
  const given = text.trim()
  const known = store.index.endUser(given)
  if (known !== null) return { kind: 'end-user', id: known.id, name: known.name, email: known.email }
  const reading = readPhone(given, settings.config.defaultCountry)
  if (reading.kind === 'number') return { kind: 'number', e164: reading.e164 }
  if (PLANHAT_ID.test(given)) return { kind: 'end-user', id: given, name: null, email: null }
  throw new UsageError(
    'ERASE_SUBJECT',
    'This is neither a telephone number nor the id of an End User in the index.',
    {
      suggestions: [
        'write the number with its country: aircall-sync erase "+1 202 555 0143"',
        'find the id of the End User: aircall-sync index lookup NUMBER',
      ],
    },
  )
}
