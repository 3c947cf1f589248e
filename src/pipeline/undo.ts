import { removeSurely, updateSurely } from '../apply/lost.ts'
import { digest } from '../conversation/digest.ts'
import { UsageError } from '../errors.ts'
import { HttpError } from '../http/client.ts'
import { payloadAfter, type Restoration } from '../plan/restore.ts'
import type { PlanhatWriter } from '../planhat/client.ts'
import type { Payload, RemoteRecord } from '../records.ts'
import type { Summary } from '../report/summary.ts'
import { finishErasures } from './erase/work-off.ts'
import { confirmDeletes } from './planning/guards.ts'
import { scanPlanhat } from './planning/planhat-snapshot.ts'
import { bookWrite } from './run/book-write.ts'
import { connectPlanhat } from './run/connect.ts'
import { withRun } from './run/run.ts'
import type { Session } from './run/session.ts'
import type { Surroundings } from './run/surroundings.ts'
import { findRun, rangeOfRun, requireRun } from './runs.ts'
import { type OutcomeBook, openOutcomeBook } from './writing/outcome-book.ts'
import { planSteps, type Step, type UndoSteps } from './writing/undo-steps.ts'

export interface UndoRequest {
  readonly runId: string
  readonly maxDeletes: number
  readonly yes: boolean
}

/**
 * Takes back what a run wrote: deletes what it created, restores what it updated, and leaves alone whatever changed
 * since. What the run itself deleted is named, not made anew. @throws UsageError RUN_UNKNOWN, NEEDS_YES; RefusedError
 * GUARD_MAX_DELETES when more would go than is allowed; nothing is sent then.
 */
export async function undoRun(world: Surroundings, request: UndoRequest): Promise<Summary> {
  requireRun(world, request.runId)
  if (!request.yes && world.confirm === undefined) {
    throw new UsageError('NEEDS_YES', 'Nobody can be asked here, so taking back a run needs --yes.', {
      suggestions: [`aircall-sync runs undo ${request.runId} --yes`],
    })
  }
  return withRun(
    world,
    { command: 'undo', mode: 'apply', range: null, request: { ...request } },
    async (session) => {
      Object.assign(session.book.summary.run, rangeOfRun(findRun(session.store, request.runId)))
      const planhat = connectPlanhat(session)
      await finishErasures(session, planhat)
      await scanPlanhat(session, planhat.reader)
      const { steps, lookAgain } = await planSteps(session, planhat.reader, request.runId)
      const count = (kind: Step['kind']) => steps.filter((step) => step.kind === kind).length
      await confirmDeletes(session, count('delete'), { ...request, restores: count('restore') })
      // First the word: a night after an undo that was stopped must not write again what it took back.
      rememberUndone(session, request.runId, steps)
      await takeBack(session, planhat.openWriter(), { steps, lookAgain })
    },
  )
}

async function takeBack(
  session: Session,
  writer: PlanhatWriter,
  { steps, lookAgain }: UndoSteps,
): Promise<void> {
  const book = openOutcomeBook(session)
  session.progress.start(steps.length, 'records')
  try {
    for (const [at, step] of steps.entries()) {
      session.signal.throwIfAborted()
      await takeOneBack(session, writer, await lookAgain(step), book)
      session.progress.update(at + 1, {})
    }
  } finally {
    session.progress.stop()
    book.close()
  }
  if ((session.book.summary.applied?.failed ?? 0) > 0) session.book.summary.run.exitCode = 3
}

async function takeOneBack(session: Session, writer: PlanhatWriter, step: Step, book: OutcomeBook) {
  const { write } = step
  const { clock, signal } = session
  const refuse = (kind: 'held' | 'failed', code: string, message: string, planhatMessage = '') =>
    book.refuse({ line: null, ...write, code, message, planhatMessage }, kind)
  switch (step.kind) {
    case 'done':
      return book.unchanged()
    case 'changed':
      return refuse(
        'held',
        'CHANGED_IN_PLANHAT',
        `Changed since the run, so left alone: ${step.fields.join(', ')}.`,
      )
    case 'lost':
      return refuse(
        'held',
        'UNDO_DELETED',
        'The run deleted this Conversation; Planhat cannot bring one back under its id.',
      )
    case 'delete': {
      announceStep(session, step)
      const refusal = await removeSurely({ writer, clock, signal }, write.planhatId)
      if (refusal === null) return bookUndone(session, step)
      dropIntent(session, step)
      return refuse('failed', 'DELETE_REFUSED', 'Planhat does not let it be deleted.', refusal.bodyMessage)
    }
    case 'restore': {
      announceStep(session, step)
      const answer = await updateSurely({ writer, clock, signal }, write.planhatId, step.body)
      const { companyId } = step.body
      const isMoved =
        companyId === undefined ||
        answer instanceof HttpError ||
        (answer?.companyId ?? companyId) === companyId
      if (answer !== null && !(answer instanceof HttpError) && isMoved) return bookUndone(session, step)
      dropIntent(session, step)
      if (answer === null) return book.unchanged()
      if (answer instanceof HttpError)
        return refuse('failed', 'PLANHAT_REJECTED', 'Planhat refused to restore it.', answer.bodyMessage)
      return refuse(
        'failed',
        'MOVE_REFUSED',
        'Planhat kept the Conversation under its company: move it by hand.',
      )
    }
  }
}

/**
 * What a person took back stays away: the next night would write it again. So does what stood already as it was before,
 * unless a later run wrote it anew. To undo an undo is to want its records after all.
 */
function rememberUndone(
  { store, clock, book: { run } }: Session,
  undone: string,
  steps: readonly Step[],
): void {
  const atMs = clock.nowMs()
  const isBack = store.runs.get(undone)?.command === 'undo'
  store.transaction(() => {
    for (const { write } of steps.filter((step) => isTakenBack(store, step))) {
      if (isBack) store.declined.lift(write, { runId: run.id, atMs, plannedAtMs: atMs })
      else store.declined.undo(write, { runId: run.id, atMs })
    }
  })
}

function isTakenBack({ ledger }: Session['store'], { kind, write }: Step): boolean {
  if (kind === 'changed' || kind === 'lost' || write.kind === 'deleted') return false
  const written = kind === 'done' ? ledger.get(write.externalId) : null
  return written === null || written.planhatId === write.planhatId
}

/** What stands in Planhat once a write was taken back; null for a record that is deleted. */
function payloadBack({ kind, write }: Step): Payload | null {
  if (kind !== 'restore' || write.before === null || write.payload === null) return null
  return payloadAfter(write.before, write.payload)
}

/**
 * Taking back is announced like any write: whether one whose answer died with
 * us was carried out is seen by the next run.
 */
function announceStep({ store, clock, book }: Session, step: Step): void {
  if (step.kind !== 'delete' && step.kind !== 'restore') return
  const { externalId, callId, record, planhatId } = step.write
  const payload = payloadBack(step)
  store.intents.announce([
    {
      runId: book.run.id,
      kind: intentOf(step),
      externalId,
      callId,
      record,
      planhatId,
      companyId: payload?.companyId ?? step.remote.companyId ?? '',
      digest: payload === null ? '' : digest(payload),
      payload,
      fields: step.kind === 'restore' ? fieldsOfBody(step.body) : null,
      before: step.remote,
      atMs: clock.nowMs(),
    },
  ])
}

function intentOf({ kind }: Step): 'take-back' | 'restore' {
  return kind === 'delete' ? 'take-back' : 'restore'
}

function fieldsOfBody({ custom = {}, ...body }: Restoration): string[] {
  return [...Object.keys(body), ...Object.keys(custom as object).map((name) => `custom.${name}`)]
}

/** Books one write that was taken back: in ledger, journal, audit log and summary. */
function bookUndone(session: Session, step: Extract<Step, { remote: RemoteRecord }>): void {
  const { clock, book } = session
  const payload = payloadBack(step)
  const kind = payload === null ? 'deleted' : 'updated'
  const atMs = clock.nowMs()
  bookWrite(session, intentOf(step), {
    ...step.write,
    runId: book.run.id,
    kind,
    before: step.remote,
    payload,
    atMs,
  })
  if (book.summary.applied !== undefined) book.summary.applied[kind] += 1
}

/** Planhat refused it, or it is gone. */
function dropIntent({ store }: Session, step: Step): void {
  store.intents.settle({ ...step.write, kind: intentOf(step) })
}
