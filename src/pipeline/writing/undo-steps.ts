import type { Restoration } from '../../plan/restore.ts'
import { planTakeBack } from '../../plan/take-back.ts'
import type { PlanhatReader } from '../../planhat/client.ts'
import type { RemoteRecord } from '../../records.ts'
import type { RecordedWrite } from '../../store/written/writes.ts'
import { isSnapshotFresh } from '../planning/planhat-snapshot.ts'
import type { Session } from '../run/session.ts'

/** What one write of the run needs to be taken back. */
export type Step = { readonly write: RecordedWrite } & (
  | { readonly kind: 'delete'; readonly remote: RemoteRecord }
  | { readonly kind: 'restore'; readonly remote: RemoteRecord; readonly body: Restoration }
  /** Planhat holds it no more, or as it was. */
  | { readonly kind: 'done' }
  | { readonly kind: 'changed'; readonly fields: readonly string[] }
  /** The run deleted it: Planhat gives no id twice, so a copy would be another record. */
  | { readonly kind: 'lost' }
)

export interface UndoSteps {
  readonly steps: readonly Step[]
  /** The step by what Planhat holds at this moment, where the scan is long ago. */
  readonly lookAgain: (step: Step) => Promise<Step>
}

/**
 * Newest first, so that two writes of one record unwind. Which custom fields
 * Planhat computes is asked only where it matters.
 */
export async function planSteps(session: Session, reader: PlanhatReader, runId: string): Promise<UndoSteps> {
  const steps = (computed: ReadonlySet<string>) =>
    [...session.store.runs.writes(runId, 'newest-first')].map((write) =>
      stepOf(session, { write, computed, remote: session.store.snapshot.get(write.planhatId) }),
    )
  const plain = steps(new Set())
  const isCustom = (step: Step) =>
    step.kind === 'changed' && step.fields.some((field) => field.startsWith('custom.'))
  if (!plain.some(isCustom)) return { steps: plain, lookAgain: lookerAgain(session, reader, new Set()) }
  const fields = await reader.customFields(session.signal)
  const computed = new Set(fields.filter(({ isFormula }) => isFormula).map(({ name }) => name))
  return { steps: steps(computed), lookAgain: lookerAgain(session, reader, computed) }
}

/** One record after the other takes hours where there are thousands: what the scan saw then is long ago. */
function lookerAgain(session: Session, reader: PlanhatReader, computed: ReadonlySet<string>) {
  return async (step: Step): Promise<Step> => {
    if (step.kind !== 'delete' && step.kind !== 'restore') return step
    if (isSnapshotFresh(session)) return step
    const { write } = step
    const remote = await reader.conversation({ id: write.planhatId }, session.signal)
    return stepOf(session, { write, computed, remote })
  }
}

function stepOf(
  { store }: Session,
  o: {
    readonly write: RecordedWrite
    readonly computed: ReadonlySet<string>
    readonly remote: RemoteRecord | null
  },
): Step {
  const { write, computed, remote } = o
  const { kind, payload, before } = write
  if (kind === 'deleted') return { kind: remote === null ? 'lost' : 'done', write }
  if (remote === null || payload === null) return { kind: 'done', write }
  const entry = store.ledger.get(write.externalId)
  const known = entry === null || entry.purged === true ? null : entry.payload
  const back = planTakeBack({ kind, before, payload, known, remote, computed })
  return back.kind === 'done' || back.kind === 'changed' ? { ...back, write } : { ...back, write, remote }
}
