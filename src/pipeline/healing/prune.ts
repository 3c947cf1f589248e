import { removeSurely } from '../../apply/lost.ts'
import type { DriftRow } from '../../reconcile/drift-row.ts'
import type { RemoteRecord } from '../../records.ts'
import { bookWrite } from '../run/book-write.ts'
import type { PlanhatConnection } from '../run/connect.ts'
import type { Session } from '../run/session.ts'
import type { OutcomeBook } from '../writing/outcome-book.ts'

/** What a difference needs, kept small: payloads are computed again when it is their turn. */
export type Repair = Pick<DriftRow, 'class' | 'callId' | 'externalId' | 'planhatId' | 'heal' | 'requires'>

/** The repairs that `--prune` may make: what stands in for a deleted record is in Planhat, or about to be. */
export function prunable(
  { store }: Session,
  repairs: readonly Repair[],
  fixed: ReadonlySet<string>,
): Repair[] {
  return repairs.filter(({ heal, requires }) => {
    if (heal !== 'delete') return false
    return requires === null || fixed.has(requires) || store.snapshot.byExternalId(requires).length > 0
  })
}

/**
 * Deletes superseded placeholders and copies; each only once what replaces it is confirmed.
 * Returns the Planhat ids that are gone.
 */
export async function pruneDrift(
  session: Session,
  planhat: PlanhatConnection,
  repairs: readonly Repair[],
  book: OutcomeBook,
): Promise<Set<string>> {
  const { store, clock, signal } = session
  const writer = planhat.openWriter()
  const deleted = new Set<string>()
  for (const repair of repairs) {
    signal.throwIfAborted()
    const { planhatId, requires } = repair
    const remote = planhatId === null ? null : store.snapshot.get(planhatId)
    if (remote === null || planhatId === null || !isReplaced(session, requires, planhatId)) continue
    announceDeletion(session, repair, remote)
    const refused = await removeSurely({ writer, clock, signal }, planhatId)
    if (refused === null) {
      deleted.add(planhatId)
      bookDeletion(session, repair, remote)
      continue
    }
    store.intents.settle({ kind: 'delete', externalId: repair.externalId, planhatId })
    book.refuse(
      {
        line: null,
        callId: repair.callId,
        record: 'call',
        externalId: repair.externalId,
        code: 'DELETE_REFUSED',
        message: `Planhat does not let the Conversation ${planhatId} be deleted (${refused.status}).`,
        planhatMessage: refused.bodyMessage,
      },
      'failed',
    )
  }
  return deleted
}

/**
 * A deletion is announced like any write: whether one whose answer died with us
 * was carried out is seen by the next run.
 */
function announceDeletion(
  { store, clock, book }: Session,
  { externalId, callId }: Repair,
  remote: RemoteRecord,
): void {
  const fixed = { kind: 'delete', record: 'call', digest: '', payload: null, fields: null } as const
  const { _id: planhatId, companyId = '' } = remote
  const named = { runId: book.run.id, externalId, callId, planhatId, companyId }
  store.intents.announce([{ ...fixed, ...named, before: remote, atMs: clock.nowMs() }])
}

function bookDeletion(session: Session, { externalId, callId }: Repair, remote: RemoteRecord): void {
  const { clock, book } = session
  if (book.summary.applied !== undefined) book.summary.applied.deleted += 1
  const named = { runId: book.run.id, externalId, callId, planhatId: remote._id, atMs: clock.nowMs() }
  bookWrite(session, 'delete', { ...named, record: 'call', kind: 'deleted', before: remote, payload: null })
}

/** Another record has what the deleted one stood for: confirmed in the ledger, or seen in Planhat. */
function isReplaced({ store }: Session, requires: string | null, planhatId: string): boolean {
  if (requires === null) return true
  const known = store.ledger.get(requires)
  if (known !== null && known.planhatId !== planhatId) return true
  return store.snapshot.byExternalId(requires).some(({ _id }) => _id !== planhatId)
}
