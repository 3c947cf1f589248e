import type { BulkBehaviour } from '../../apply/item.ts'
import type { Desk, Session } from '../run/session.ts'
import { answerTo, knownAnswers } from '../run/tenant-facts.ts'

/**
 * What the write probe (docs/contract.md section 14) found out about this
 * tenant's bulk upsert; null where nobody asked.
 */
export function bulkBehaviour(desk: Pick<Desk, 'settings' | 'store'>): BulkBehaviour | null {
  const matches = knownAnswers(desk)?.bulkMatches ?? null
  if (matches === null) return null
  return matches ? 'matches' : 'creates'
}

/** Said once a run that wrote something: what Planhat did not keep of it. */
export function warnOfAnswers(session: Session): void {
  if (answerTo(session, 'contact-id-stored') !== 'no') return
  session.warn(
    'CONTACT_NOT_STORED',
    'Planhat does not store contactId here: calls hang on the company alone, and on the End Users named in them.',
  )
}
