import { join } from 'node:path'
import { removeSurely } from '../../apply/lost.ts'
import { UsageError } from '../../errors.ts'
import { forgetCalls } from '../../inbox/standing.ts'
import { digestHeld } from '../../plan/held-digest.ts'
import type { PlanhatWriter } from '../../planhat/client.ts'
import type { HeldRecord } from '../../records.ts'
import { maskNumber } from '../../report/live/mask.ts'
import { emptyApplied, readSummary, type Summary } from '../../report/summary.ts'
import { formatNoun } from '../../report/text/words.ts'
import type { Intent } from '../../store/intents.ts'
import { confirmDeletes } from '../planning/guards.ts'
import { scanPlanhat } from '../planning/planhat-snapshot.ts'
import { appendAudit } from '../run/audit.ts'
import { connectPlanhat, type PlanhatConnection } from '../run/connect.ts'
import { isoOf, withRun } from '../run/run.ts'
import type { Session } from '../run/session.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { findMentions, removeFiles } from './run-files.ts'
import { readSubject, type Subject } from './subject.ts'
import { findTraces, type Traces } from './traces.ts'

export interface EraseRequest {
  /** A number in any spelling, or an End User's id. */
  readonly person: string
  readonly maxDeletes: number
  readonly yes: boolean
}

/** What was found, and is gone unless the run failed. */
export interface Erased {
  readonly person: string
  readonly calls: number
  readonly transcripts: number
  readonly planhatRecords: number
  readonly sharedNumbers: number
  /** Files of earlier runs that mention the person. */
  readonly files: readonly string[]
  /** Review files that earlier runs wrote elsewhere: whoever asked for them has to look. */
  readonly elsewhere: readonly string[]
}

/**
 * Removes one person's calls from state, runs, reports and Planhat, and leaves keyed hashes so that no later run brings
 * them back. What is removed is shown first. @throws UsageError ERASE_SUBJECT, NEEDS_YES; RefusedError
 * GUARD_MAX_DELETES, NOT_CONFIRMED: nothing is removed then.
 */
export async function erase(
  world: Surroundings,
  request: EraseRequest,
): Promise<Summary & { erased: Erased }> {
  let erased: Erased | null = null
  const { person, ...shown } = request
  const summary = await withRun(
    world,
    { command: 'erase', mode: 'apply', range: null, request: shown },
    async (session) => {
      const subject = readSubject(session, person)
      const planhat = connectPlanhat(session)
      await scanPlanhat(session, planhat.reader)
      const traces = findTraces(session, subject)
      erased = await describe(session, subject, traces)
      announce(session, erased)
      await confirmDeletes(session, traces.records.length, request)
      await eraseAll(session, planhat, { subject, traces, files: erased.files })
    },
  )
  if (erased === null) throw new UsageError('ERASE_SUBJECT', 'Nobody was named.')
  return { ...summary, erased }
}

async function describe(session: Session, subject: Subject, traces: Traces): Promise<Erased> {
  const { store } = session
  const runsDir = join(store.dir, 'runs')
  const words = subject.kind === 'number' ? [] : [subject.id, subject.name, subject.email]
  const files = await findMentions(runsDir, {
    ...traces,
    words: words.filter((word) => word !== null),
  })
  return {
    person: subject.kind === 'number' ? maskNumber(subject.e164) : `End User ${subject.id}`,
    calls: [...traces.callIds].filter((id) => store.calls.get(id) !== null).length,
    transcripts: [...traces.callIds].filter((id) => store.transcripts.get(id) !== null).length,
    planhatRecords: traces.records.length,
    sharedNumbers: traces.sharedNumbers,
    files,
    elsewhere: reviewsOutside(session, runsDir),
  }
}

function reviewsOutside({ store }: Session, runsDir: string): string[] {
  const paths = store.runs.list(Number.MAX_SAFE_INTEGER).flatMap(({ summary }) => {
    const files = readSummary(summary)?.files
    return [files?.review ?? '', files?.drift ?? '']
  })
  return [...new Set(paths)].filter((path) => path !== '' && !path.startsWith(runsDir)).sort()
}

function announce({ log, warn }: Session, erased: Erased): void {
  log.info(
    `Of ${erased.person}: ${formatNoun(erased.calls, 'call')} and ${formatNoun(erased.transcripts, 'transcript')} in the state, ` +
      `${formatNoun(erased.planhatRecords, 'Conversation')} in Planhat, ${formatNoun(erased.files.length, 'file')} of earlier runs.`,
  )
  for (const file of erased.files) log.info(`To be deleted: ${file}`)
  if (erased.sharedNumbers > 0)
    warn(
      'ERASE_SHARED_NUMBER',
      `${erased.sharedNumbers} numbers of this person are other people's too. Calls from them stay, unless they were written under this person.`,
    )
  if (erased.elsewhere.length > 0)
    warn(
      'ERASE_ELSEWHERE',
      `Review files outside of the state folder are yours to look through: ${erased.elsewhere.join(', ')}`,
    )
}

interface Erasing {
  readonly subject: Subject
  readonly traces: Traces
  readonly files: readonly string[]
}

/** The hashes first: a run that is killed in the middle leaves nothing that a later run could bring back. */
async function eraseAll(session: Session, planhat: PlanhatConnection, erasing: Erasing): Promise<void> {
  const { traces, files } = erasing
  rememberErased(session, erasing)
  forgetCalls(session.store.dir, traces.callIds)
  const kept = await removeSurelys(session, planhat.openWriter(), traces.records)
  removeLocally(session, erasing, kept)
  removeFiles(files)
  session.store.compact()
  if (kept.size > 0) session.book.summary.run.exitCode = 3
}

function rememberErased({ store, clock }: Session, { subject, traces }: Erasing): void {
  const nowMs = clock.nowMs()
  store.transaction(() => {
    if (subject.kind === 'end-user') store.erased.add('end-user', subject.id, nowMs)
    for (const number of traces.numbers) store.erased.add('number', number, nowMs)
    for (const id of traces.callIds) store.erased.add('call', id, nowMs)
  })
}

/** Deletes the Conversations. Returns the Planhat ids of those that Planhat would not let go. */
async function removeSurelys(
  session: Session,
  writer: PlanhatWriter,
  records: readonly HeldRecord[],
): Promise<Set<string>> {
  const {
    store,
    clock,
    signal,
    settings,
    book: { run },
  } = session
  session.book.summary.applied ??= { ...emptyApplied() }
  const kept = new Set<string>()
  for (const held of records) {
    signal.throwIfAborted()
    const intent = eraseIntent(session, held)
    store.intents.announce([intent])
    const refusal = await removeSurely({ writer, clock, signal }, held._id)
    if (refusal !== null) {
      store.intents.settle(intent)
      kept.add(held._id)
      session.book.summary.applied.failed += 1
      session.warn('ERASE_REFUSED', `Planhat does not let ${held._id} be deleted: ${refusal.message}`)
      continue
    }
    session.book.summary.applied.deleted += 1
    appendAudit(settings.stateDir, {
      at: isoOf(clock.nowMs()),
      runId: run.id,
      kind: 'deleted',
      externalId: held.externalId ?? '',
      planhatId: held._id,
      companyId: held.companyId ?? null,
      before: digestHeld(held),
      after: null,
    })
    store.intents.settle(intent)
  }
  return kept
}

/** Says which record goes, and nothing of what is in it. */
function eraseIntent({ clock, book }: Session, { _id: planhatId, companyId = '' }: HeldRecord): Intent {
  const nothing = {
    externalId: '',
    callId: '',
    digest: '',
    payload: null,
    fields: null,
    before: null,
  } as const
  const named = { kind: 'erase', record: 'call', planhatId, companyId } as const
  return { ...nothing, ...named, runId: book.run.id, atMs: clock.nowMs() }
}

/** The snapshot of Planhat goes whole: it names people also where nothing of ours is, and the next run takes a new one. */
function removeLocally({ store }: Session, { subject, traces }: Erasing, kept: ReadonlySet<string>): void {
  store.transaction(() => {
    const calls = [...traces.callIds].filter(
      (id) => !store.ledger.byCall(id).some(({ planhatId }) => kept.has(planhatId)),
    )
    store.calls.remove(calls)
    if (subject.kind === 'end-user') {
      store.plans.removeShowing(subject.id)
      store.index.removeEndUser(subject.id)
      store.numberWords.forgetEndUser(subject.id)
    }
    for (const number of traces.numbers) {
      store.index.removeNumber(number)
      store.numberWords.forget(number)
    }
    store.held.clear()
    scrubSummaries(store, subject)
  })
}

/** A guard's warning may name an End User; the counts of a run name nobody. */
function scrubSummaries({ runs }: Session['store'], subject: Subject): void {
  if (subject.kind !== 'end-user') return
  for (const { id, exitCode, endedAtMs, summary } of runs.list(Number.MAX_SAFE_INTEGER)) {
    if (endedAtMs === null || !JSON.stringify(summary).includes(subject.id)) continue
    const { error: _, ...rest } = summary as Summary
    runs.finish(id, { exitCode: exitCode ?? 0, summary: { ...rest, warnings: [] }, nowMs: endedAtMs })
  }
}
