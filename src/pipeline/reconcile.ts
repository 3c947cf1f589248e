import { join } from 'node:path'
import type { AircallClient } from '../aircall/client.ts'
import { canHaveTranscript } from '../aircall/transcript.ts'
import type { Call, DateRange, Match } from '../domain.ts'
import type { HeldMatch } from '../match/held.ts'
import { instantOf } from '../plan/diff.ts'
import { emptyDrift, type Summary } from '../report/summary.ts'
import { countRemaining } from '../report/text/night.ts'
import { draftRow } from '../review/columns.ts'
import { finishErasures } from './erase/work-off.ts'
import { writeDriftCsv } from './healing/drift-csv.ts'
import { type DriftScan, type Finding, scanDrift } from './healing/drift-scan.ts'
import { type HealRequest, healDrift } from './healing/heal.ts'
import { findOrphans, isVanished } from './healing/orphans.ts'
import { readRange } from './intake/calls.ts'
import { canHaveInsights, fetchInsights, wantedInsights } from './intake/insights.ts'
import { searchTranscripts } from './intake/search.ts'
import { verifyAssumed } from './intake/verify-assumed.ts'
import { refreshOldIndex } from './phone-index/build.ts'
import { isWritable } from './planning/desired.ts'
import { refreshFieldKinds } from './planning/field-kinds.ts'
import { enforceSources, rememberForGuards } from './planning/guards.ts'
import { countHeldCalls } from './planning/held-calls.ts'
import { createMatcher, type Matcher, refreshLines } from './planning/matcher.ts'
import { warnOfSwitch } from './planning/plan-calls.ts'
import { PlanRows, writeHeldCsv } from './planning/plan-rows.ts'
import { refreshUsers, scanPlanhat, storedUsers } from './planning/planhat-snapshot.ts'
import { connectAircall, connectPlanhat, type PlanhatConnection } from './run/connect.ts'
import { writeMetricsFile } from './run/report.ts'
import { withRun } from './run/run.ts'
import type { Session } from './run/session.ts'
import type { Surroundings } from './run/surroundings.ts'

export interface ReconcileRequest extends HealRequest {
  readonly range: DateRange
  readonly exitCode: boolean
  readonly transcripts: boolean
  readonly output?: string
  readonly metricsFile?: string
}

/** Compares Aircall with Planhat over a window, reports every difference, and heals what was asked for. */
export function reconcile(world: Surroundings, request: ReconcileRequest): Promise<Summary> {
  return withRun(
    world,
    {
      command: 'reconcile',
      mode: maySend(request) ? 'fix' : 'report',
      range: request.range,
      request: { ...request },
      onEnd: (session) => writeMetrics(session, request),
    },
    (session) => compareAndHeal(session, request),
  )
}

/** Each of the four allows writes by itself. */
function maySend({ fix, prune, overwriteEdits, restoreDeleted }: HealRequest): boolean {
  return fix || prune || overwriteEdits || restoreDeleted
}

async function compareAndHeal(session: Session, request: ReconcileRequest): Promise<void> {
  const planhat = connectPlanhat(session)
  const aircall = connectAircall(session)
  await finishErasures(session, maySend(request) ? planhat : null)
  const before = session.store.calls.count(request.range)
  await refreshOldIndex(session, planhat.reader)
  const matcher = createMatcher(session)
  warnOfSwitch(session)
  await refreshLines(session, aircall)
  const read = await readRange(session, aircall, request.range, { transcripts: false })
  session.book.facts.sources.push({ name: 'Aircall', returned: read.calls, before })
  if (read.rejected > 0) session.book.summary.unchecked = read.rejected
  if (request.transcripts) await fetchOpen(session, aircall, matcher, request)
  await fetchOpenInsights(session, aircall, matcher, request)
  await refreshUsers(session, planhat.reader)
  await refreshFieldKinds(session, planhat.reader)
  const returned = await scanPlanhat(session, planhat.reader)
  session.book.facts.sources.push({ name: 'Planhat', returned, before: session.store.ledger.count() })
  enforceSources(session)
  await settle(session, { request, aircall, planhat, matcher, readId: read.id, complete: read.complete })
  rememberForGuards(session)
}

interface Settling {
  readonly request: ReconcileRequest
  readonly aircall: AircallClient
  readonly planhat: PlanhatConnection
  readonly matcher: Matcher
  readonly readId: number
  readonly complete: boolean
}

async function settle(session: Session, settling: Settling): Promise<void> {
  const { request, matcher } = settling
  const findings: Finding[] = []
  session.book.summary.drift = { ...emptyDrift() }
  const { drift } = session.book.summary
  const onFinding = (finding: Finding) => {
    drift[finding.row.class] += 1
    session.book.notes.addDrift(finding.row.class, instantOfFinding(session, finding))
    if (finding.row.class !== 'in-sync') findings.push(finding)
  }
  const held = await openHeldRows(session, settling)
  const scan: DriftScan = {
    session,
    range: request.range,
    matcher,
    users: storedUsers(session),
    options: request,
    isVanished: (call) => isVanished(session, call, settling),
    onFinding,
    onHeld: (call, match) => held.add(call, match),
  }
  await scanDrift(scan)
  held.flush()
  for (const finding of await findOrphans(session, settling)) onFinding(finding)
  const { run, runDir, summary } = session.book
  summary.files.held = writeHeldCsv(session.store.plans, run.id, runDir)
  summary.files.drift = request.output ?? join(runDir, 'drift.csv')
  writeDriftCsv(summary.files.drift, findings)
  const remaining = await healDrift(
    scan,
    settling.planhat,
    request,
    findings.map(({ row }) => row),
  )
  summary.remaining = remaining
  const failed = session.book.summary.applied?.failed ?? 0
  // A call that could not be read is a record that could not be brought over.
  if (failed > 0 || session.book.failures.unread.size > 0) session.book.summary.run.exitCode = 3
  else if (request.exitCode && countRemaining(remaining) > 0) session.book.summary.run.exitCode = 4
}

const GONE: Match = { kind: 'filtered', number: null, because: 'Aircall has it no longer.' }

/** The held calls of the window as rows of a plan: a reviewer settles them in `held.csv` as those of a backfill. */
async function openHeldRows(session: Session, settling: Settling) {
  const { store, book } = session
  const { matcher, request } = settling
  const runId = book.run.id
  const heldCalls = await countHeldCalls(session, store.calls.iterate(request.range), (call) =>
    isVanished(session, call, settling) ? GONE : matcher(call),
  )
  const rows = new PlanRows({ plans: store.plans, review: null, runId })
  let seq = 0
  return {
    add(call: Call, match: HeldMatch) {
      const callsOfNumber = heldCalls.get(match.number ?? '') ?? 0
      rows.add(draftRow({ runId, call, match, planned: null, record: 'call', callsOfNumber, seq }))
      seq += 1
    },
    flush: () => rows.flush(),
  }
}

/** The instant of the record that differs, in UNIX milliseconds: the end of its call, else what Planhat says. */
function instantOfFinding({ store }: Session, { row, call }: Finding): number | null {
  if (call !== null) return (call.endedAt ?? call.startedAt) * 1000
  return row.planhatId === null ? null : instantOf(store.snapshot.get(row.planhatId)?.date)
}

/** Transcripts that are due: of the window, and of older calls still pending or matched only now. */
async function fetchOpen(
  session: Session,
  aircall: AircallClient,
  matcher: Matcher,
  { range }: ReconcileRequest,
): Promise<void> {
  const { store } = session
  const isOpen = (call: Call) => {
    if (!canHaveTranscript(call)) return false
    const { state } = store.transcripts.status(call.id)
    // Those have a turn of their own, the newest first.
    if (state === 'assumed') return false
    if (call.startedAt >= range.since && call.startedAt < range.until) return true
    return state === 'pending' || (state === 'not-asked' && store.ledger.byCall(call.id).length === 0)
  }
  await searchTranscripts(session, aircall, {
    refresh: false,
    all: false,
    *calls() {
      for (const call of store.calls.iterate(null)) if (isOpen(call) && isWritable(matcher(call))) yield call
    },
  })
  await verifyAssumed(session, aircall, (call) => isWritable(matcher(call)))
}

/**
 * Insights that are due, by the same measure: those of a call are asked for in
 * its window, and while they are pending.
 */
async function fetchOpenInsights(
  session: Session,
  aircall: AircallClient,
  matcher: Matcher,
  { range }: ReconcileRequest,
): Promise<void> {
  const { store } = session
  const kinds = wantedInsights(session)
  if (kinds.length === 0) return
  const isOpen = (call: Call) => {
    if (!canHaveInsights(session, call)) return false
    if (call.startedAt >= range.since && call.startedAt < range.until) return true
    return (
      kinds.some((kind) => store.insights.state(call.id, kind) === 'pending') ||
      store.ledger.byCall(call.id).length === 0
    )
  }
  await fetchInsights(session, () => aircall, {
    refresh: false,
    *calls() {
      for (const call of store.calls.iterate(null)) if (isOpen(call) && isWritable(matcher(call))) yield call
    },
  })
}

/** A file that cannot be written is a warning: the run itself is not affected by its monitor. */
function writeMetrics(session: Session, { metricsFile }: ReconcileRequest): void {
  if (metricsFile === undefined) return
  const {
    settings,
    store,
    clock,
    book: { summary },
  } = session
  try {
    writeMetricsFile(metricsFile, {
      profile: settings.profile,
      summary,
      nowMs: clock.nowMs(),
      indexBuiltAtMs: store.index.info()?.builtAtMs ?? null,
      pendingTranscripts: store.transcripts.pendingIds().length,
    })
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    session.warn('METRICS_FAILED', `The metrics file could not be written (${why}); the run is not affected.`)
  }
}
