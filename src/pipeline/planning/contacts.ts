import type { PlannedRow } from '../../plan/build.ts'
import { formatCount } from '../../report/text/words.ts'
import type { Desk, Session } from '../run/session.ts'
import { tenantKey } from '../run/tenant-facts.ts'

const KEY = 'contact-kept'
/** A tenant that did not clear a contact is asked again after so long. */
const ASK_AGAIN_MS = 30 * 86_400_000

/**
 * Whether this tenant may clear a `contactId`, by what was seen of it last
 * (docs/reference/planhat-api.md section 9, 11 and 12).
 */
export function clearsContacts({
  store,
  settings,
  clock,
}: Pick<Desk, 'store' | 'settings' | 'clock'>): boolean {
  const sinceMs = store.meta.get(tenantKey({ settings }, KEY))
  return sinceMs === null || clock.nowMs() - Number(sinceMs) >= ASK_AGAIN_MS
}

/** A contact was to be cleared, and stands there still. */
export function learnContactKept({ store, settings, clock, book: { facts } }: Session): void {
  if (facts.contactsKept === 0) store.meta.set(tenantKey({ settings }, KEY), String(clock.nowMs()))
  facts.contactsKept += 1
}

export function noteContactKept({ book: { facts } }: Session, row: PlannedRow): void {
  if (row.contactKept === true) facts.contactsKept += 1
}

/** Said once a run: nothing more can be done from here. */
export function warnOfContacts({ book: { facts }, warn }: Session): void {
  if (facts.contactsKept === 0) return
  const count = formatCount(facts.contactsKept)
  warn(
    'CONTACT_KEPT',
    `${count} records still name a contact (contactId) who is not of their call ` +
      'any more: Planhat does not clear it. Their company and End Users are right.',
  )
}
