import type { Content } from '../content.ts'
import type { ConversationSettings } from '../content-settings.ts'
import type { PlannedRow } from '../plan/build.ts'
import { compareRecord } from '../plan/compare.ts'
import type { DesiredRecord, LedgerEntry } from '../records.ts'
import { type DriftRow, driftRow } from './drift-row.ts'

interface Copies {
  readonly desired: DesiredRecord
  readonly content: Content
  readonly settings: ConversationSettings
  readonly entries: readonly LedgerEntry[]
}

/**
 * The copies beside the one that is kept. A copy may go when this tool or the automation wrote all of it; one
 * that has a person's words is reported and stays (docs/contract.md section 2, `--prune`).
 */
export function classifyExtras(row: PlannedRow, o: Copies): DriftRow[] {
  return row.extras.map((extra) => {
    // Judged without the ledger, which speaks of one copy only; its place is wrong by nature and no edit.
    const comparison = compareRecord({ ...o, remote: extra, base: null })
    const old = o.entries.find((entry) => entry.externalId === row.externalId)
    const isOurs = comparison.edited.length === 0 || (old !== undefined && isAsWritten(extra, old, o))
    return driftRow({
      class: 'duplicate',
      callId: row.callId,
      record: row.record,
      externalId: row.externalId,
      planhatId: extra._id,
      changes: comparison.changes,
      edited: comparison.edited,
      heal: isOurs ? 'delete' : 'none',
    })
  })
}

/** Says what our ledger says we wrote, perhaps before the call or the match changed. */
function isAsWritten(extra: PlannedRow['extras'][number], entry: LedgerEntry, o: Copies): boolean {
  const desired = { ...o.desired, payload: entry.payload }
  return compareRecord({ ...o, desired, remote: extra, base: null }).edited.length === 0
}
