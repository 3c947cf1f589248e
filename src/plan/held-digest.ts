import { digest } from '../conversation/digest.ts'
import { foldText } from '../conversation/html.ts'
import type { HeldRecord } from '../records.ts'
import { instantOf, isUnset } from './diff.ts'
import { keysOf, namedPeople } from './people.ts'

/**
 * Digest of what a held record says in the compared fields, so that an apply sees whether it changed since its
 * plan. Folded, because a list and a single read may write the same record differently.
 */
export function digestHeld(held: HeldRecord): string {
  const custom = Object.entries(held.custom).filter(([, value]) => !isUnset(value))
  return digest({
    type: held.type ?? '',
    subject: foldText(held.subject ?? ''),
    description: foldText(held.description ?? ''),
    date: instantOf(held.date),
    companyId: held.companyId ?? '',
    contactId: held.contactId ?? '',
    endusers: keysOf(namedPeople(held.endusers)),
    users: keysOf(namedPeople(held.users)),
    custom: Object.fromEntries(custom),
  })
}
