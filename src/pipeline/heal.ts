import type { ApplyItem } from '../apply/item.ts'
import { digestHeld } from '../plan/held-digest.ts'
import type { DriftRow } from '../reconcile/drift-row.ts'
import { emptyApplied } from '../report/summary.ts'
import { sendItems } from './apply-decisions.ts'
import { appendAudit } from './audit.ts'
import type { PlanhatConnection } from './connect.ts'
import { isWritable } from './desired.ts'
import type { DriftScan } from './drift-scan.ts'
import type { OutcomeBook } from './outcomes.ts'
import { plannedRows } from './plan-calls.ts'
import { toItem } from './prepare-row.ts'
import { isoOf } from './run.ts'
import type { Session } from './session.ts'

/** What a difference needs, kept small: payloads are computed again when it is their turn. */
export type Repair = Pick<DriftRow, 'class' | 'callId' | 'externalId' | 'planhatId' | 'heal' | 'requires'>

/** Writes what is missing, changed or moved. */
export async function fixDrift(
  scan: DriftScan,
  planhat: PlanhatConnection,
  repairs: readonly Repair[],
  book: OutcomeBook,
): Promise<void> {
  scan.session.progress.start(repairs.length, 'records')
  await sendItems(scan.session, planhat, itemsOf(scan, repairs), book)
  scan.session.progress.stop()
}

async function* itemsOf(
  { session, matcher, users, options }: DriftScan,
  repairs: readonly Repair[],
): AsyncGenerator<ApplyItem> {
  for (const { callId, externalId } of repairs) {
    session.signal.throwIfAborted()
    const call = session.store.calls.get(callId)
    const match = call === null ? null : matcher(call)
    if (call === null || match === null || !isWritable(match)) continue
    const planned = plannedRows(session, call, match, users, options).find(
      (row) => row.externalId === externalId,
    )
    const item = planned === undefined ? null : toItem(planned)
    if (item !== null) yield item
  }
}

/** The repairs that `--prune` may make: what stands in for a deleted record is in Planhat, or about to be. */
export function prunable(
  { store }: Session,
  repairs: readonly Repair[],
  fixed: ReadonlySet<string>,
): Repair[] {
  return repairs.filter(({ heal, requires }) => {
    if (heal !== 'delete') return false
    return requires === null || fixed.has(requires) || store.held.byExternalId(requires).length > 0
  })
}

/** Deletes superseded placeholders and copies; each only once what replaces it is confirmed. */
export async function pruneDrift(
  session: Session,
  planhat: PlanhatConnection,
  repairs: readonly Repair[],
): Promise<number> {
  const { store, run, clock, settings, signal } = session
  session.summary.applied ??= { ...emptyApplied() }
  const writer = planhat.openWriter()
  let deleted = 0
  for (const { planhatId, requires, externalId, callId } of repairs) {
    signal.throwIfAborted()
    const held = planhatId === null ? null : store.held.get(planhatId)
    if (held === null || planhatId === null || !isReplaced(session, requires, planhatId)) continue
    await writer.remove(planhatId, signal)
    deleted += 1
    session.summary.applied.deleted += 1
    const atMs = clock.nowMs()
    store.runs.recordWrite({
      runId: run.id,
      externalId,
      callId,
      record: 'call',
      planhatId,
      kind: 'deleted',
      before: held,
      payload: null,
      atMs,
    })
    appendAudit(settings.stateDir, {
      at: isoOf(atMs),
      runId: run.id,
      kind: 'deleted',
      externalId,
      planhatId,
      companyId: held.companyId ?? null,
      before: digestHeld(held),
      after: null,
    })
  }
  return deleted
}

/** Another record bears what the deleted one stood for: confirmed in the ledger, or seen in Planhat. */
function isReplaced({ store }: Session, requires: string | null, planhatId: string): boolean {
  if (requires === null) return true
  const known = store.ledger.get(requires)
  if (known !== null && known.planhatId !== planhatId) return true
  return store.held.byExternalId(requires).some(({ _id }) => _id !== planhatId)
}
