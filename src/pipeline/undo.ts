import { compareRecord } from '../plan/compare.ts'
import { digestHeld } from '../plan/held-digest.ts'
import { payloadAfter, restorationOf } from '../plan/restore.ts'
import type { PlanhatWriter } from '../planhat/client.ts'
import type { HeldRecord } from '../records.ts'
import { emptyApplied, type Summary } from '../report/summary.ts'
import type { RecordedWrite } from '../store/writes.ts'
import { appendAudit } from './audit.ts'
import { connectPlanhat } from './connect.ts'
import { confirmDeletes } from './guards.ts'
import { scanPlanhat } from './held.ts'
import { isoOf, withRun } from './run.ts'
import { findRun } from './runs.ts'
import type { Session } from './session.ts'
import type { Surroundings } from './surroundings.ts'

export interface UndoRequest {
  readonly runId: string
  readonly maxDeletes: number
  readonly yes: boolean
}

/** What one write of the run needs to be taken back. */
type Step =
  | { readonly kind: 'delete'; readonly write: RecordedWrite; readonly held: HeldRecord }
  | { readonly kind: 'restore'; readonly write: RecordedWrite; readonly held: HeldRecord }
  | { readonly kind: 'gone'; readonly write: RecordedWrite }
  | { readonly kind: 'changed'; readonly write: RecordedWrite }

/**
 * Takes back what a run wrote: deletes what it created, restores what it updated, and leaves alone whatever changed
 * since. @throws RefusedError GUARD_MAX_DELETES when more would go than is allowed; nothing is sent then.
 */
export async function undoRun(world: Surroundings, request: UndoRequest): Promise<Summary> {
  return withRun(
    world,
    { command: 'undo', mode: 'apply', range: null, request: { ...request } },
    async (session) => {
      findRun(session.store, request.runId)
      const planhat = connectPlanhat(session)
      try {
        await scanPlanhat(session, planhat.reader)
        const steps = [...session.store.runs.writes(request.runId, 'newest-first')].map((write) =>
          stepOf(session, write),
        )
        await confirmDeletes(session, steps.filter(({ kind }) => kind === 'delete').length, request)
        await takeBack(session, planhat.openWriter(), steps)
      } finally {
        Object.assign(session.summary.requests.planhat, planhat.reader.stats)
      }
    },
  )
}

function stepOf({ store, settings }: Session, write: RecordedWrite): Step {
  const held = store.held.get(write.planhatId)
  if (held === null || write.payload === null) return { kind: 'gone', write }
  const call = store.calls.get(write.callId)
  const desired = {
    callId: write.callId,
    record: write.record,
    payload: write.payload,
    hasTranscript: write.record === 'transcript',
  }
  const untouched =
    call !== null &&
    compareRecord({
      desired,
      held,
      base: write.payload,
      call,
      transcript: store.transcripts.get(write.callId),
      settings: settings.config.conversation,
    }).edited.length === 0
  if (!untouched) return { kind: 'changed', write }
  return { kind: write.kind === 'created' ? 'delete' : 'restore', write, held }
}

async function takeBack(session: Session, writer: PlanhatWriter, steps: readonly Step[]): Promise<void> {
  session.summary.applied ??= { ...emptyApplied() }
  const { applied } = session.summary
  for (const step of steps) {
    session.signal.throwIfAborted()
    const { write } = step
    if (step.kind === 'gone') applied.unchanged += 1
    else if (step.kind === 'restore') await restore(session, writer, step)
    else if (step.kind === 'changed') {
      applied.held += 1
      session.warn('CHANGED_IN_PLANHAT', `${write.externalId} changed since the run and is left alone.`)
    } else {
      await writer.remove(write.planhatId)
      session.store.ledger.remove(write.externalId)
      book(session, 'deleted', write, step.held, null)
      applied.deleted += 1
    }
  }
}

async function restore(
  session: Session,
  writer: PlanhatWriter,
  { write, held }: { write: RecordedWrite; held: HeldRecord },
): Promise<void> {
  const { before, payload } = write
  if (before === null || payload === null || session.summary.applied === undefined) return
  await writer.update(write.planhatId, restorationOf(before, payload))
  const { ledger } = session.store
  const entry = ledger.get(write.externalId)
  if (entry !== null)
    ledger.put({
      ...entry,
      companyId: before.companyId ?? entry.companyId,
      payload: payloadAfter(before, payload),
      runId: session.run.id,
    })
  book(session, 'updated', write, held, before)
  session.summary.applied.updated += 1
}

function book(
  session: Session,
  kind: 'deleted' | 'updated',
  write: RecordedWrite,
  before: HeldRecord,
  after: HeldRecord | null,
): void {
  const { store, run, clock, settings } = session
  const atMs = clock.nowMs()
  store.runs.recordWrite({ ...write, runId: run.id, kind, before, payload: null, atMs })
  appendAudit(settings.stateDir, {
    at: isoOf(atMs),
    runId: run.id,
    kind,
    externalId: write.externalId,
    planhatId: write.planhatId,
    companyId: before.companyId ?? null,
    before: digestHeld(before),
    after: after === null ? null : digestHeld(after),
  })
}
