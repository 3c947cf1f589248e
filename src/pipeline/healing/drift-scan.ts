import { findChain } from '../../conversation/chain.ts'
import type { Call, DateRange, Match, PlanhatUser } from '../../domain.ts'
import { type HeldMatch, isHeld } from '../../match/held.ts'
import type { PlannedRow } from '../../plan/build.ts'
import { classifyCall } from '../../reconcile/classify.ts'
import type { DriftRow } from '../../reconcile/drift-row.ts'
import { externalIdsOf } from '../../reconcile/recognise.ts'
import type { DriftClass, RecordOutcome, RemoteRecord } from '../../records.ts'
import { wantedInsights } from '../intake/insights.ts'
import { clearsContacts, noteContactKept, warnOfContacts } from '../planning/contacts.ts'
import { contentOf, desiredRecords, isWritable, type WritableMatch } from '../planning/desired.ts'
import { noteMatch } from '../planning/guards.ts'
import type { Matcher } from '../planning/matcher.ts'
import { adopt, countCall, type HealOptions } from '../planning/plan-calls.ts'
import { createBreather } from '../run/breathe.ts'
import type { Desk, Session } from '../run/session.ts'

/** docs/contract.md section 8: another system's record of a call lies within two minutes of it. */
const NEAR_SECONDS = 120

const DAY_SECONDS = 86_400

/** One difference with what is needed to show it. */
export interface Finding {
  readonly row: DriftRow
  readonly call: Call | null
  readonly match: Match | null
  readonly planned: PlannedRow | null
}

export interface DriftScan {
  readonly session: Session
  readonly range: DateRange
  readonly matcher: Matcher
  readonly users: ReadonlyMap<string, PlanhatUser>
  readonly options: HealOptions
  /** Calls of the window that are in the state and no longer in Aircall: their records are a matter of `orphan`. */
  readonly isVanished: (call: Call) => boolean
  readonly onFinding: (finding: Finding) => void
  /** A call of the window that waits for a person. */
  readonly onHeld: (call: Call, match: HeldMatch) => void
  /** What the guards are asked before the first write, where it is not the run as a whole. @throws RefusedError */
  readonly enforce?: (session: Session, changes: number) => void
  readonly onOutcome?: (outcome: RecordOutcome) => void
}

/** The same of calls at hand, whatever window they lie in. */
export type CallScan = Omit<DriftScan, 'range' | 'isVanished'>

/** Classes for which a call outside the window is taken up again; the others are a matter of their own night. */
const STANDING: ReadonlySet<DriftClass> = new Set(['missing', 'changed', 'moved'])

/**
 * Classifies every call of the window, and of the older ones in the state those that are still open: never written,
 * moved since, or with a transcript that came late.
 */
export async function scanDrift(scan: DriftScan): Promise<void> {
  const { session, range } = scan
  const breathe = createBreather(session.signal)
  const foreign = new Set<string>()
  for (const call of session.store.calls.iterate(null)) {
    await breathe()
    const isInWindow = call.startedAt >= range.since && call.startedAt < range.until
    const match = scan.matcher(call)
    if (isInWindow) {
      if (scan.isVanished(call)) continue
      countCall(session, call, match)
      noteMatch(session.book.facts, match)
    } else if (!isOpen(session, call, match) && !isContinuedIn(scan, call)) continue
    const declined = classify(scan, call, match, (row) => {
      if (!isInWindow && !STANDING.has(row.class)) return false
      // One foreign Conversation may stand near two calls; it is one all the same.
      return (
        row.class !== 'foreign' ||
        (row.planhatId !== null && foreign.size !== foreign.add(row.planhatId).size)
      )
    })
    if (!isInWindow) continue
    session.book.summary.records.skip += declined
    if (isHeld(match)) scan.onHeld(call, match)
  }
  warnOfContacts(session)
}

/** Classifies just these calls, whatever their age. */
export async function scanCalls(
  scan: CallScan,
  calls: Iterable<{ readonly call: Call; readonly match: Match }>,
): Promise<void> {
  const { session } = scan
  const breathe = createBreather(session.signal)
  for (const { call, match } of calls) {
    await breathe()
    session.book.summary.records.skip += classify(scan, call, match, () => true)
    if (isHeld(match)) scan.onHeld(call, match)
  }
  warnOfContacts(session)
}

/** Returns how many of the call's records a person declined: they are in no class. */
function classify(scan: CallScan, call: Call, match: Match, counts: (row: DriftRow) => boolean): number {
  const { session } = scan
  const {
    store,
    settings,
    book: { summary },
  } = session
  const writable = isWritable(match) ? match : null
  const content = contentOf(session, call)
  const entries = store.ledger.byCall(call.id)
  const { rows, planned } = classifyCall({
    content,
    match,
    desired: writable === null ? [] : desiredRecords(session, content, writable, scan.users),
    settled: store.decisions.get(call.id) !== null,
    isDeclined: (record) =>
      store.declined.covers(
        { callId: call.id, record },
        { written: entries.some((entry) => entry.record === record) },
      ),
    isGone: (id) => store.index.endUser(id) === null,
    clearsContacts: () => clearsContacts(session),
    entries,
    remote: remoteOf(session, call),
    near: writable === null ? [] : nearOf(session, call, writable),
    settings: settings.config.conversation,
    ...scan.options,
  })
  if (writable === null) summary.records[isHeld(match) ? 'hold' : 'skip'] += 1
  for (const one of planned) {
    adopt(session, one)
    noteContactKept(session, one)
  }
  for (const row of rows.filter(counts)) {
    const plan = planned.find(
      ({ externalId, planhatId }) => externalId === row.externalId && planhatId === row.planhatId,
    )
    // Each planned record has one row of its own; a record of an older call is counted where its row is.
    if (plan !== undefined) summary.records[plan.action] += 1
    scan.onFinding({ row, call, match, planned: plan ?? null })
  }
  return planned.filter((one) => one.declined).length
}

/** Cheap first: most old calls were written under the same End User and are done with. */
export function isOpen({ store, settings }: Desk, call: Call, match: Match): boolean {
  if (!isWritable(match)) return false
  const entries = store.ledger.byCall(call.id)
  if (entries.length === 0) return true
  const endUserId = match.kind === 'matched' ? match.endUsers[0].id : undefined
  if (entries.some(({ payload }) => payload.companyId !== match.companyId || payload.contactId !== endUserId))
    return true
  const kinds = wantedInsights({ settings })
  if (entries.some((one) => store.insights.cameSince(call.id, kinds, one.writtenAtMs))) return true
  return (
    store.transcripts.status(call.id).state === 'ready' &&
    !entries.some(({ record }) => record === 'transcript')
  )
}

/**
 * A call just outside of the window whose chain reaches into it: the other call
 * was read only now, and both are to say what they would have said together.
 */
function isContinuedIn({ session, range }: DriftScan, call: Call): boolean {
  const { store, settings } = session
  if (!settings.config.conversation.content.transfers) return false
  const isNear = call.startedAt >= range.since - DAY_SECONDS && call.startedAt < range.until + DAY_SECONDS
  if (!isNear || store.ledger.byCall(call.id).length === 0) return false
  const { earlier, later } = findChain(call, (one) => store.calls.around(one))
  return [earlier, later].some(
    (link) => link !== null && link.startedAt >= range.since && link.startedAt < range.until,
  )
}

/** Everything Planhat holds under an external id of this call, by our templates and by the automation's. */
function remoteOf({ store, settings }: Session, { id }: Call): RemoteRecord[] {
  return externalIdsOf(id, settings.config.conversation.externalId).flatMap((externalId) =>
    store.snapshot.byExternalId(externalId),
  )
}

function nearOf({ store }: Session, call: Call, match: WritableMatch): RemoteRecord[] {
  const from = (call.startedAt - NEAR_SECONDS) * 1000
  const to = ((call.endedAt ?? call.startedAt) + NEAR_SECONDS) * 1000
  return store.snapshot.near(match.companyId, from, to)
}
