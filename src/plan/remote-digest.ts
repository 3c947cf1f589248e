import { digest } from '../conversation/digest.ts'
import { foldText } from '../conversation/html.ts'
import type { RemoteRecord } from '../records.ts'
import { instantOf, isUnset } from './diff.ts'
import { keysOf, namedPeople } from './people.ts'

/**
 * Digest of what a record in Planhat says in the compared fields, so that an apply sees whether it changed since its
 * plan. Folded, because a list and a single read may write the same record differently.
 */
export function digestRemote(remote: RemoteRecord): string {
  const custom = Object.entries(remote.custom).filter(([, value]) => !isUnset(value))
  return digest({
    type: remote.type ?? '',
    subject: foldText(remote.subject ?? ''),
    description: foldText(remote.description ?? ''),
    date: instantOf(remote.date),
    companyId: remote.companyId ?? '',
    contactId: remote.contactId ?? '',
    endusers: keysOf(namedPeople(remote.endusers)),
    users: keysOf(namedPeople(remote.users)),
    custom: Object.fromEntries(custom),
  })
}
