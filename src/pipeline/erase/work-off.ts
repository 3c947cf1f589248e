import { rmSync } from 'node:fs'
import { removeSurely } from '../../apply/lost.ts'
import { RetryableError } from '../../errors.ts'
import { forgetCalls } from '../../inbox/standing.ts'
import { emptyApplied } from '../../report/summary.ts'
import { formatNoun } from '../../report/text/words.ts'
import type { DoomedRecord, Erasure } from '../../store/erasures.ts'
import { appendAudit, scrubAudit } from '../run/audit.ts'
import type { PlanhatConnection } from '../run/connect.ts'
import { giveBack } from '../run/give-back.ts'
import { isoOf } from '../run/run.ts'
import type { Session } from '../run/session.ts'

/** Planhat where this run may write to it; null for a dry run, which does only what concerns this machine. */
type Planhat = Pick<PlanhatConnection, 'openWriter'> | null

/**
 * Finishes what an erasure that was interrupted or refused left to do; every run does this before
 * its own work. What still cannot be done is said, and no reason to keep a run from its work.
 */
export async function finishErasures(session: Session, planhat: Planhat): Promise<void> {
  for (const erasure of session.store.erasures.open()) {
    const left = await workOffOrSay(session, planhat, erasure)
    if (left === null) continue
    if (left.length === 0)
      session.log.info(`Finished an erasure of ${isoOf(erasure.startedAtMs).slice(0, 10)}.`)
    else sayLeft(session, left, planhat)
  }
}

async function workOffOrSay(
  session: Session,
  planhat: Planhat,
  erasure: Erasure,
): Promise<DoomedRecord[] | null> {
  try {
    return await workOff(session, planhat, erasure)
  } catch (error) {
    // Somebody reads the state every night, perhaps: that is no reason to bring no call over.
    if (!(error instanceof RetryableError && error.code === 'STATE_READ')) throw error
    session.warn('ERASE_UNFINISHED', `An erasure is not finished. ${error.message}`)
    return null
  }
}

/**
 * Removes what a person's erasure has to remove beyond the state itself: the inbox, files, Planhat, and the
 * bytes of all of it. Each step may be done again. @returns the Conversations that are still in Planhat.
 * @throws RetryableError when Planhat does not answer, STATE_READ while
 * somebody reads the state; the rest is then kept.
 */
export async function workOff(session: Session, planhat: Planhat, erasure: Erasure): Promise<DoomedRecord[]> {
  const { store, settings } = session
  const { id, work } = erasure
  forgetCalls(store.dir, work.callIds)
  for (const path of work.files) rmSync(path, { force: true })
  scrubAudit(settings.stateDir, new Set(work.callIds))
  const left = planhat === null ? work.records : await deleteRecords(session, planhat, erasure)
  store.erasures.leave(id, { callIds: [], records: left, files: [] })
  await giveBack(session, store)
  if (left.length === 0) store.erasures.end(id)
  return left
}

async function deleteRecords(
  session: Session,
  planhat: NonNullable<Planhat>,
  { id, work }: Erasure,
): Promise<DoomedRecord[]> {
  const { clock, signal, store } = session
  const writer = planhat.openWriter()
  const left = [...work.records]
  const refused: DoomedRecord[] = []
  session.book.summary.applied ??= { ...emptyApplied() }
  const { applied } = session.book.summary
  try {
    for (let record = left.shift(); record !== undefined; record = left.shift()) {
      // Back in the list until it is done: whatever is thrown, it is not forgotten.
      left.unshift(record)
      signal.throwIfAborted()
      const refusal = await removeSurely({ writer, clock, signal }, record.planhatId)
      left.shift()
      if (refusal === null) {
        applied.deleted += 1
        noteDeleted(session, record)
        continue
      }
      refused.push(record)
      applied.failed += 1
      session.warn('ERASE_REFUSED', `Planhat does not let ${record.planhatId} be deleted: ${refusal.message}`)
    }
  } finally {
    store.erasures.leave(id, { ...work, records: [...left, ...refused] })
  }
  return refused
}

/** Which call it was is nobody's business any more. */
function noteDeleted(
  { clock, settings, book: { run } }: Session,
  { planhatId, companyId }: DoomedRecord,
): void {
  appendAudit(settings.stateDir, {
    at: isoOf(clock.nowMs()),
    runId: run.id,
    kind: 'deleted',
    externalId: null,
    planhatId,
    companyId,
  })
}

function sayLeft(session: Session, left: readonly DoomedRecord[], planhat: Planhat): void {
  const what = formatNoun(left.length, 'Conversation')
  session.warn(
    'ERASE_UNFINISHED',
    planhat === null
      ? `An erasure is not finished: ${what} of the person are still in Planhat. ` +
          'This run does not write; the next apply or reconcile --fix deletes them.'
      : `An erasure is not finished: Planhat does not let ${what} be deleted (${left
          .slice(0, 5)
          .map(({ planhatId }) => planhatId)
          .join(', ')}). Delete them there; every run tries again.`,
  )
}
