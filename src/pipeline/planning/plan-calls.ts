import { canHaveTranscript } from '../../aircall/transcript.ts'
import type { Content } from '../../content.ts'
import { digest } from '../../conversation/digest.ts'
import type { Call, Match, PlanhatUser } from '../../domain.ts'
import { type PlannedRow, planRecord } from '../../plan/build.ts'
import type { DesiredRecord, RemoteRecord } from '../../records.ts'
import { draftRow } from '../../review/columns.ts'
import { createBreather } from '../run/breathe.ts'
import type { Desk, Session } from '../run/session.ts'
import { clearsContacts, noteContactKept, warnOfContacts } from './contacts.ts'
import { countInsights } from './count-insights.ts'
import { contentOf, desiredRecords, isWritable, type WritableMatch } from './desired.ts'
import { noteMatch } from './guards.ts'
import type { Matcher } from './matcher.ts'
import type { PlanRows } from './plan-rows.ts'

export interface PlanOptions {
  readonly calls: Iterable<Call>
  readonly matcher: Matcher
  readonly users: ReadonlyMap<string, PlanhatUser>
  /** False: no transcript is written that is not in Planhat yet, also where an earlier run read it. */
  readonly transcripts: boolean
  /** Held calls by number: see `countHeldCalls`. */
  readonly heldCalls: ReadonlyMap<string, number>
}

/** Plans every call of the iterable: one bucket a call, its rows into `rows`, the counts into the summary. */
export async function planCalls(session: Session, rows: PlanRows, options: PlanOptions): Promise<void> {
  const breathe = createBreather(session.signal)
  const runId = session.book.run.id
  let seq = 0
  for (const call of options.calls) {
    await breathe()
    const match = options.matcher(call)
    countCall(session, call, match)
    noteMatch(session.book.facts, match)
    for (const planned of plannedOf(session, call, match, options)) {
      const callsOfNumber = options.heldCalls.get(match.number ?? '') ?? 0
      const record = planned?.record ?? 'call'
      const row = draftRow({ runId, call, match, planned, record, callsOfNumber, seq })
      seq += 1
      session.book.summary.records[row.action] += 1
      if (isOfAutomation(session, planned)) countAutomation(session.book.summary)
      rows.add(row)
    }
  }
  rows.flush()
  warnOfContacts(session)
}

/**
 * An update of a record that this tool never wrote is one of the live
 * automation's: anything else counts as a person's.
 */
function isOfAutomation({ store }: Desk, planned: PlannedRow | null): boolean {
  return planned?.action === 'update' && store.ledger.get(planned.externalId) === null
}

function countAutomation(summary: Session['book']['summary']): void {
  summary.automation = (summary.automation ?? 0) + 1
}

function plannedOf(
  session: Session,
  call: Call,
  match: Match,
  { users, transcripts }: PlanOptions,
): readonly (PlannedRow | null)[] {
  if (!isWritable(match)) return [null]
  const isWanted = ({ record, action }: PlannedRow) =>
    transcripts || record !== 'transcript' || action !== 'create'
  const wanted = plannedRows(session, call, match, users).filter(isWanted)
  for (const planned of wanted) {
    adopt(session, planned)
    noteContactKept(session, planned)
  }
  return wanted
}

/** What would change for one writable call, against the ledger and the snapshot of Planhat. */
export function plannedRows(
  session: Session,
  call: Call,
  match: WritableMatch,
  users: ReadonlyMap<string, PlanhatUser>,
  options: HealOptions = KEEP,
): PlannedRow[] {
  const content = contentOf(session, call)
  return desiredRecords(session, content, match, users).map((record) =>
    planOne(
      session,
      content,
      record,
      session.store.snapshot.byExternalId(record.payload.externalId),
      options,
    ),
  )
}

/** What a person's edits and deletions are worth: kept, unless asked for by name. */
export interface HealOptions {
  readonly overwriteEdits: boolean
  readonly restoreDeleted: boolean
}

const KEEP: HealOptions = { overwriteEdits: false, restoreDeleted: false }

/** One desired record against what Planhat holds under its external id and what we remember of writing it. */
export function planOne(
  desk: Desk,
  content: Content,
  desired: DesiredRecord,
  remote: readonly RemoteRecord[],
  options: HealOptions = KEEP,
): PlannedRow {
  const base = desk.store.ledger.get(desired.payload.externalId)
  return planRecord({
    desired,
    remote,
    base,
    declined: desk.store.declined.covers(desired, { written: base !== null }),
    isGone: (id) => desk.store.index.endUser(id) === null,
    clearsContacts: () => clearsContacts(desk),
    content,
    settings: desk.settings.config.conversation,
    ...options,
  })
}

/** A record that says what we would write is ours from now on, also after the state was lost and rebuilt. */
export function adopt({ store, clock, book: { run } }: Session, row: PlannedRow): void {
  if (row.drift !== 'in-sync' || row.planhatId === null) return
  const known = store.ledger.get(row.externalId)
  if (known?.planhatId === row.planhatId && digest(known.payload) === digest(row.payload)) return
  const { externalId, callId, record, planhatId, payload } = row
  store.ledger.put({
    externalId,
    callId,
    record,
    planhatId,
    companyId: payload.companyId,
    payload,
    runId: run.id,
    writtenAtMs: clock.nowMs(),
  })
}

/** Counts one call of the range: its bucket, and the states of its transcript and insights when it can have them. */
export function countCall(session: Session, call: Call, match: Match): void {
  const {
    store,
    book: { summary, facts, notes },
  } = session
  notes.addCall(call, match)
  if (isWritable(match)) countInsights(session, call)
  summary.calls.read += 1
  summary.calls.buckets[match.kind] += 1
  if (!isWritable(match) || !canHaveTranscript(call)) return
  const { state } = store.transcripts.status(call.id)
  // After a refusal of the account nothing more was asked: every transcript that is not here is denied.
  const known = state === 'not-asked' && facts.transcriptsDenied ? 'denied' : state
  if (known === 'not-asked' || known === 'ineligible') return
  summary.transcripts.eligible += 1
  summary.transcripts[known] += 1
}

/**
 * After a switch from `split` to `merged` the transcript records of earlier runs still stand in Planhat, beside call
 * records that now carry the same text: nothing deletes them unasked, so it is said.
 */
export function warnOfSwitch({ store, settings, warn }: Desk): void {
  if (settings.config.conversation.records !== 'merged') return
  const left = store.ledger.countOf('transcript')
  if (left === 0) return
  warn(
    'RECORDS_SWITCHED',
    `conversation.records is "merged" now; ${left} transcript records that earlier runs wrote stay in Planhat. ` +
      'The transcripts are written into the call records too: ' +
      'delete the old ones there, or undo the runs that wrote them.',
  )
}
