import { join } from 'node:path'
import { canHaveTranscript } from '../../aircall/transcript.ts'
import { BUCKETS, type Call, type Match } from '../../domain.ts'
import { isHeld } from '../../match/held.ts'
import { createDayCutter } from '../../report/page/wall-clock.ts'
import { readSummary } from '../../report/summary.ts'
import { bindRow, COLUMNS, draftRow } from '../../review/columns.ts'
import type { Run } from '../../store/runs.ts'
import type { Store } from '../../store/store.ts'
import { writeHeldCsv } from '../planning/plan-rows.ts'
import { writeFailureFile } from '../run/failures.ts'
import { countRequests, finishSession, type RunRecord, sessionOf, startSession } from '../run/open-session.ts'
import type { Session, SummaryDraft } from '../run/session.ts'
import { storedSummary } from '../run/stored-summary.ts'
import { LISTENER } from '../run/take-lock.ts'
import { createWarnings } from '../run/warnings.ts'
import type { Listener } from './listener.ts'

/** Transcripts of a day with more calls are counted at most so often. */
const MOST_COUNTED = 500
const COUNT_AGAIN_MS = 60_000

/** A session of the day's run: the one that this listener, or one before it, began today, else a new one. */
export function openDay(listener: Listener, store: Store): Session {
  const { memory, settings, clock } = listener
  const toDay = createDayCutter(settings.config.timezone)
  const key = toDay(Math.floor(clock.nowMs() / 1000))
  if (memory.day !== null && memory.day.key === key && isAsStored(store, memory.day))
    return remind(listener, sessionOf(listener, store, memory.day))
  if (memory.day?.key !== key) memory.day?.warnings.close()
  const [last] = store.runs.since(LISTENER, clock.nowMs())
  const known =
    last !== undefined && toDay(Math.floor(last.startedAtMs / 1000)) === key
      ? resume(listener, store, last)
      : null
  const session = known === null ? begin(listener, store) : sessionOf(listener, store, known)
  const { run, summary, warnings } = session.book
  memory.day = { key, run, summary, warnings }
  return remind(listener, session)
}

/** An erasure takes warnings out of the summary that is stored: they are not written there again. */
function isAsStored(store: Store, { run, summary }: RunRecord): boolean {
  const stored = readSummary(store.runs.get(run.id)?.summary)
  return stored?.warnings.length === summary.warnings.length
}

function begin(listener: Listener, store: Store): Session {
  const { host, path } = listener.options
  const session = startSession(listener, store, {
    command: LISTENER,
    mode: 'listen',
    range: null,
    request: { host, path },
  })
  // From now on it can be gone on with, whatever happens.
  finishSession(session)
  return session
}

function resume({ log }: Listener, store: Store, run: Run): RunRecord | null {
  const summary = storedSummary(run, store.runs.dir(run.id)) as SummaryDraft | null
  return summary === null ? null : { run, summary, warnings: createWarnings(log, summary.warnings) }
}

function remind({ memory }: Listener, session: Session): Session {
  session.book.facts.isVerified = memory.isVerified
  return session
}

const COUNT = { countCell: COLUMNS.indexOf('calls_of_number'), shownCell: COLUMNS.indexOf('number') }

/** One call of the day: its row in the day's plan, whatever became of it. Again and again it is the same row. */
export function noteCall({ store, book: { run, failures } }: Session, call: Call, match: Match): void {
  failures.takeUp(call.id)
  store.transaction(() => {
    const before = store.plans.putCall(run.id, call.id, (seq) => {
      const callsOfNumber = isHeld(match) ? 1 : 0
      const row = draftRow({ runId: run.id, call, match, planned: null, record: 'call', callsOfNumber, seq })
      // The bucket, also where a word about the number keeps the call from being held.
      return bindRow({ ...row, reason: match.kind })
    })
    const counts = isHeld(match) || before === 'hold'
    if (counts && match.number !== null) store.plans.recountHeld(run.id, match.number, COUNT)
  })
}

/** Brings the day's summary, review.csv and held.csv up to date. */
export function closeDay({ memory, inbox }: Listener, session: Session): void {
  const { store, clock, book } = session
  const { run, runDir, summary, facts } = book
  memory.isVerified = facts.isVerified
  if (facts.transcriptsDenied) memory.deniedAtMs = clock.nowMs()
  countRequests(session)
  countDay(session)
  writeFailureFile(session)
  summary.files.held = writeHeldCsv(store.plans, run.id, runDir)
  summary.files.review = join(runDir, 'review.csv')
  writeHeldCsv(store.plans, run.id, runDir, { name: 'review.csv', always: true })
  summary.run.since = summary.run.startedAt
  summary.run.endedAt = new Date(clock.nowMs()).toISOString()
  summary.run.until = summary.run.endedAt
  // What failed is tried again; what is dead waits for a person.
  summary.run.exitCode = inbox.counts().dead > 0 ? 3 : 0
  finishSession(session)
}

/** Each call of the day once, as it stands now. */
function countDay({ store, clock, book: { run, summary } }: Session): void {
  const reasons = store.plans.countReasons(run.id)
  const { buckets } = summary.calls
  for (const bucket of BUCKETS) buckets[bucket] = reasons.get(bucket) ?? 0
  summary.calls.read = BUCKETS.reduce((sum, bucket) => sum + buckets[bucket], 0)
  summary.records.hold = [...store.plans.held(run.id)].length
  // Each row is a call of the state to be read: what a day has many of is counted by the next quiet moment.
  if (summary.calls.read > MOST_COUNTED && clock.nowMs() - Date.parse(summary.run.endedAt) < COUNT_AGAIN_MS)
    return
  Object.assign(summary.transcripts, { eligible: 0, ready: 0, pending: 0, none: 0, denied: 0, assumed: 0 })
  for (const row of store.plans.iterate(run.id)) {
    if (row.reason !== 'matched' && row.reason !== 'shared-line') continue
    countTranscript(store, summary, row.callId)
  }
}

function countTranscript(store: Store, { transcripts }: SummaryDraft, callId: string): void {
  const call = store.calls.get(callId)
  if (call === null || !canHaveTranscript(call)) return
  const { state } = store.transcripts.status(callId)
  if (state === 'ineligible' || state === 'not-asked') return
  transcripts.eligible += 1
  transcripts[state] += 1
}
