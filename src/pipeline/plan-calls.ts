import { canHaveTranscript } from '../aircall/transcript.ts'
import type { Call, Match, PlanhatUser, StoredRow } from '../domain.ts'
import { planRecord } from '../plan/build.ts'
import { toStoredRow } from '../review/columns.ts'
import { desiredRecords, isWritable, type WritableMatch } from './desired.ts'
import type { Matcher } from './match-calls.ts'
import type { Session } from './run.ts'

/** Rows are stored in groups: one transaction a group, and never the whole range in memory. */
const GROUP = 500

export interface PlanOptions {
  readonly calls: Iterable<Call>
  readonly matcher: Matcher
  readonly users: ReadonlyMap<string, PlanhatUser>
  /** Stops after this many matched calls (a pilot). */
  readonly limit?: number
}

/** Plans every call of the iterable: one bucket a call, its rows into the store, the counts into the summary. */
export function planCalls(session: Session, options: PlanOptions): void {
  const rows = createRowSink(session)
  let matched = 0
  for (const call of options.calls) {
    session.signal.throwIfAborted()
    const match = options.matcher(call)
    countCall(session, call, match)
    for (const row of rowsOf(session, call, match, options.users)) rows.add(row)
    if (isWritable(match)) matched += 1
    if (options.limit !== undefined && matched >= options.limit) break
  }
  rows.flush()
}

function createRowSink({ store, run, summary }: Session) {
  let group: StoredRow[] = []
  let seq = 0
  const flush = () => {
    store.transaction(() => store.plans.add(run.id, group))
    group = []
  }
  return {
    flush,
    add(row: Omit<StoredRow, 'seq'>) {
      group.push({ ...row, seq })
      seq += 1
      summary.records[row.action] += 1
      if (group.length >= GROUP) flush()
    },
  }
}

function rowsOf(
  session: Session,
  call: Call,
  match: Match,
  users: ReadonlyMap<string, PlanhatUser>,
): Omit<StoredRow, 'seq'>[] {
  const { run } = session
  if (!isWritable(match)) return [toStoredRow({ runId: run.id, call, match, planned: null, record: 'call' })]
  return plannedRows(session, call, match, users).map((planned) =>
    toStoredRow({ runId: run.id, call, match, planned, record: planned.record }),
  )
}

/** What would change for one writable call, against the ledger and the snapshot of Planhat. */
export function plannedRows(
  session: Session,
  call: Call,
  match: WritableMatch,
  users: ReadonlyMap<string, PlanhatUser>,
) {
  const { store } = session
  const desired = desiredRecords(session, call, match, users)
  const transcript = store.transcripts.get(call.id)
  return desired.map((record) =>
    planRecord({
      desired: record,
      held: store.held.byExternalId(record.payload.externalId),
      base: store.ledger.get(record.payload.externalId),
      call,
      transcript,
      settings: session.settings.config.conversation,
      overwriteEdits: false,
      restoreDeleted: false,
    }),
  )
}

function countCall({ store, summary }: Session, call: Call, match: Match): void {
  summary.calls.read += 1
  summary.calls.buckets[match.kind] += 1
  if (!isWritable(match) || !canHaveTranscript(call)) return
  summary.transcripts.eligible += 1
  const { state } = store.transcripts.status(call.id)
  if (state === 'ready' || state === 'pending' || state === 'none' || state === 'denied')
    summary.transcripts[state] += 1
}
