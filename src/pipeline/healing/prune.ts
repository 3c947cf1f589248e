import { removeSurely } from '../../apply/lost.ts'
import { digestRemote } from '../../plan/remote-digest.ts'
import type { DriftRow } from '../../reconcile/drift-row.ts'
import type { RemoteRecord } from '../../records.ts'
import type { Failure } from '../../review/failures.ts'
import { isSnapshotFresh } from '../planning/planhat-snapshot.ts'
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
    const kept = isSnapshotFresh(session) ? null : await whyKept(planhat, { session, repair, remote })
    if (kept !== null) {
      book.refuse(toFailure(repair, kept), 'held')
      continue
    }
    announceDeletion(session, repair, remote)
    const refused = await removeSurely({ writer, clock, signal }, planhatId)
    if (refused === null) {
      deleted.add(planhatId)
      bookDeletion(session, repair, remote)
      continue
    }
    store.intents.settle({ kind: 'delete', externalId: repair.externalId, planhatId })
    const message = `Planhat does not let the Conversation ${planhatId} be deleted (${refused.status}).`
    book.refuse(toFailure(repair, { code: 'DELETE_REFUSED', message }, refused.bodyMessage), 'failed')
  }
  return deleted
}

type Why = { readonly code: string; readonly message: string }

function toFailure({ callId, externalId }: Repair, why: Why, planhatMessage = ''): Failure {
  return { line: null, callId, record: 'call', externalId, planhatMessage, ...why }
}

/** Deletions take a request each, and what the scan saw may be long ago: what a person did since is looked at. */
async function whyKept(
  { reader }: PlanhatConnection,
  { session, repair, remote }: { session: Session; repair: Repair; remote: RemoteRecord },
): Promise<Why | null> {
  const { _id: id } = remote
  const now = await reader.conversation({ id }, session.signal)
  if (now !== null && digestRemote(now) !== digestRemote(remote))
    return { code: 'CHANGED_IN_PLANHAT', message: `The Conversation ${id} was changed since: it is kept.` }
  for (const other of insteadOf(session, repair.requires ?? repair.externalId, id))
    if ((await reader.conversation({ id: other }, session.signal)) !== null) return null
  return {
    code: 'DELETED_SINCE_PLAN',
    message: `What would stay instead of the Conversation ${id} was deleted in Planhat since: it is kept.`,
  }
}

/** Planhat's ids of the records that stand for a deleted one. */
function insteadOf({ store }: Session, externalId: string, planhatId: string): string[] {
  const ids = [
    store.ledger.get(externalId)?.planhatId,
    ...store.snapshot.byExternalId(externalId).map(({ _id }) => _id),
  ]
  return [...new Set(ids)].filter((id) => id !== undefined && id !== planhatId) as string[]
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
