import type { ApplyItem } from '../../apply/item.ts'
import { DELETED_CLASSES, HEALABLE } from '../../reconcile/drift-row.ts'
import type { DriftClass, RecordOutcome } from '../../records.ts'
import { isWritable } from '../planning/desired.ts'
import { enforceDeletes, enforcePlan } from '../planning/guards.ts'
import { plannedRows } from '../planning/plan-calls.ts'
import type { PlanhatConnection } from '../run/connect.ts'
import { type OutcomeBook, openOutcomeBook } from '../writing/outcome-book.ts'
import { startPace } from '../writing/pace.ts'
import { toItem } from '../writing/prepare-row.ts'
import { sendItems } from '../writing/send.ts'
import type { CallScan } from './drift-scan.ts'
import { prunable, pruneDrift, type Repair } from './prune.ts'

/** What the user allowed to be put right. */
export interface HealRequest {
  readonly fix: boolean
  readonly prune: boolean
  readonly overwriteEdits: boolean
  readonly restoreDeleted: boolean
  readonly maxDeletes: number
}

export type Remaining = Partial<Record<DriftClass, number>>

/**
 * Heals what was asked for; every guard is asked before the first write. Returns what can
 * be healed and remains, a refused one among them, by class (docs/contract.md section 8).
 * @throws RefusedError GUARD_… (exit 6) before anything was sent.
 */
export async function healDrift(
  scan: CallScan,
  planhat: PlanhatConnection,
  request: HealRequest,
  rows: readonly Repair[],
): Promise<Remaining> {
  const { session } = scan
  const healable = rows.filter((row) => counts(row, request))
  const writes = rows.filter((row) => mayWrite(row, request))
  const deletes = request.prune
    ? prunable(session, rows, new Set(writes.map(({ externalId }) => externalId)))
    : []
  if (writes.length + deletes.length === 0) return countByClass(healable)
  if (writes.length > 0) (scan.enforce ?? enforcePlan)(session, writes.length)
  enforceDeletes(deletes.length, request.maxDeletes)
  const book = openOutcomeBook(session)
  try {
    const written = writes.length > 0 ? await fixDrift(scan, planhat, writes, book) : new Set<string>()
    const deleted = deletes.length > 0 ? await pruneDrift(session, planhat, deletes, book) : new Set<string>()
    return countByClass(
      healable.filter((row) =>
        row.heal === 'delete' ? !deleted.has(row.planhatId ?? '') : !isWritten(row, written),
      ),
    )
  } finally {
    book.close()
  }
}

/** What only deleting heals is no matter of a run that may write alone: the automation leaves some every night. */
function counts(row: Repair, { fix, prune, overwriteEdits, restoreDeleted }: HealRequest): boolean {
  if (!HEALABLE.has(row.class)) return false
  return !DELETED_CLASSES.has(row.class) || prune || !(fix || overwriteEdits || restoreDeleted)
}

function countByClass(rows: readonly Repair[]): Remaining {
  const counted: Remaining = {}
  for (const row of rows) counted[row.class] = (counted[row.class] ?? 0) + 1
  return counted
}

/** A copy that `--prune` may not touch has the external id of the one that was written, and remains. */
function isWritten(row: Repair, written: ReadonlySet<string>): boolean {
  return row.class !== 'duplicate' && written.has(row.externalId)
}

function mayWrite(row: Repair, request: HealRequest): boolean {
  if (row.heal !== 'create' && row.heal !== 'update' && row.heal !== 'move') return false
  if (row.class === 'edited') return request.overwriteEdits
  if (row.class === 'deleted') return request.restoreDeleted
  return request.fix
}

const SETTLED: ReadonlySet<RecordOutcome['outcome']> = new Set(['created', 'updated', 'unchanged'])

/** Writes what is missing, changed or moved. Returns the external ids that Planhat confirmed. */
async function fixDrift(
  scan: CallScan,
  planhat: PlanhatConnection,
  repairs: readonly Repair[],
  book: OutcomeBook,
): Promise<Set<string>> {
  const written = new Set<string>()
  const noting: OutcomeBook = {
    ...book,
    note(outcome, item, remote) {
      book.note(outcome, item, remote)
      scan.onOutcome?.(outcome)
      if (SETTLED.has(outcome.outcome)) written.add(outcome.externalId)
    },
  }
  const pace = startPace(scan.session, { total: repairs.length, done: 0 })
  await sendItems(scan.session, planhat, itemsOf(scan, repairs), { book: noting, pace })
  pace.stop()
  return written
}

async function* itemsOf(
  { session, matcher, users, options }: CallScan,
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
