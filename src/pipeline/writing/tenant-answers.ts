import type { BulkBehaviour } from '../../apply/item.ts'
import { tenantKey } from '../planning/planhat-snapshot.ts'
import type { Session } from '../run/session.ts'

const BEHAVIOURS: Readonly<Record<string, BulkBehaviour>> = {
  company: 'matches',
  global: 'matches',
  no: 'creates',
}

/**
 * What the probe `bulk-matches-external-id` (docs/contract.md section 14) found out about this tenant, kept in the
 * state under `tenantKey(session, 'bulk-matches-external-id')` as `company`, `global` or `no`; null where nobody
 * asked.
 */
export function bulkBehaviour(session: Pick<Session, 'settings' | 'store'>): BulkBehaviour | null {
  const answer = session.store.meta.get(tenantKey(session, 'bulk-matches-external-id'))
  return BEHAVIOURS[answer ?? ''] ?? null
}
