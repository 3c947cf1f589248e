import { existsSync } from 'node:fs'
import { BUCKETS, type Bucket } from '../domain.ts'
import { RefusedError, UsageError } from '../errors.ts'
import type { Summary } from '../report/summary.ts'
import { formatCount, formatNoun, sayTime } from '../report/text/words.ts'
import { finishErasures } from './erase/work-off.ts'
import { noteHeard } from './planning/count-insights.ts'
import { isWritable } from './planning/desired.ts'
import { enforceDecisions, enforcePlan } from './planning/guards.ts'
import { createMatcher } from './planning/matcher.ts'
import { isSnapshotFresh, scanPlanhat } from './planning/planhat-snapshot.ts'
import { connectPlanhat, type PlanhatConnection } from './run/connect.ts'
import { isoOf, withRun } from './run/run.ts'
import type { Session } from './run/session.ts'
import type { Surroundings } from './run/surroundings.ts'
import { countRequests, writeLimits } from './writing/estimate.ts'
import { type Judged, judgeCsv, judgeRun } from './writing/judge-plan.ts'
import { type OutcomeBook, openOutcomeBook, sayFailures } from './writing/outcome-book.ts'
import { startPace } from './writing/pace.ts'
import { rememberDeclined, rememberLifted } from './writing/remember-words.ts'
import { applyDecisions } from './writing/send.ts'
import { askInsights, askTranscripts, rememberSettled } from './writing/settle-held.ts'
import { countSettled, spreadAlways } from './writing/settle-numbers.ts'
import { createSharing, type Share } from './writing/share.ts'

export interface ApplyRequest {
  /** Path of a reviewed CSV, or a run id. */
  readonly plan: string
  readonly limit?: number
  /** Approved on the command line; needed where nobody can be asked. */
  readonly yes: boolean
}

/** Applies a reviewed plan: exactly the rows a person approved, and nothing that changed since. */
export async function apply(world: Surroundings, request: ApplyRequest): Promise<Summary> {
  if (!request.yes && world.confirm === undefined) {
    const limit = request.limit === undefined ? '' : ` --limit ${request.limit}`
    throw new UsageError('NEEDS_YES', 'Nobody can be asked here, so applying needs --yes.', {
      suggestions: [`aircall-sync apply ${request.plan}${limit} --yes`],
    })
  }
  return withRun(
    world,
    { command: 'apply', mode: 'apply', range: null, request: { ...request }, countCalls: walkPlans },
    async (session) => {
      const planhat = connectPlanhat(session)
      await finishErasures(session, planhat)
      await applyPlan(session, planhat, request)
    },
  )
}

async function applyPlan(session: Session, planhat: PlanhatConnection, request: ApplyRequest): Promise<void> {
  const judged = existsSync(request.plan)
    ? await judgeCsv(session, request.plan)
    : judgeRun(session, request.plan)
  for (const runId of judged.runIds) session.book.notes.plans.add(runId)
  takeRange(session, judged.runIds)
  spreadAlways(session, judged)
  const takeShare = createSharing(session, judged)
  const take = () => takeShare(judged.approved, request.limit ?? Number.POSITIVE_INFINITY)
  // Before the question, so that what is said is what is written: a record of a settled
  // call may be in Planhat already, and a transcript that comes is one record more.
  if (judged.settledCalls.length > 0) {
    await refreshSnapshot(session, planhat)
    await askTranscripts(session, judged, take().rows)
  }
  const share = take()
  // The counts come last, beside the question: a long list of refused rows would push them off the screen.
  countSettled(session, judged)
  sayFailures(session, judged.refused)
  session.log.info(describe(judged))
  session.log.info(sayShare(session, share, request.limit))
  if (!request.yes && !(await session.confirm?.('Go on?'))) {
    throw new RefusedError('NOT_CONFIRMED', 'Nothing was sent: the plan was not confirmed.')
  }
  await refreshSnapshot(session, planhat)
  enforceDecisions(session, share.rows, recordsOf(share, request.limit))
  const book = openOutcomeBook(session, new Set(judged.refused))
  await writeBooked(session, book, async () => {
    book.unchanged(judged.counts.unchanged)
    for (const failure of judged.refused) book.refuse(failure, 'failed')
    // Also where nothing is left to write: what a reviewer said counts from now on.
    rememberDeclined(session, judged)
    await writeShares({ session, planhat, judged, book, takeShare }, share, request.limit)
  })
}

interface Sharing {
  readonly session: Session
  readonly planhat: PlanhatConnection
  readonly judged: Judged
  readonly book: OutcomeBook
  readonly takeShare: ReturnType<typeof createSharing>
}

/**
 * Writes exactly so many records: what a share turns out not to need (done by somebody
 * else meanwhile, no transcript, refused as stale) is made up for by the next rows.
 */
async function writeShares(o: Sharing, first: Share, limit = Number.POSITIVE_INFINITY): Promise<void> {
  const { session, planhat, judged, book } = o
  const pace = startPace(session, paceOf(first, limit))
  let left = limit
  let share = first
  book.unchanged(first.passed)
  try {
    while (share.rows.length > 0) {
      const taken = new Set(share.rows.map(({ rowDigest }) => rowDigest))
      const isTaken = (rowDigest: string) => taken.has(rowDigest)
      rememberLifted(session, judged.words, isTaken)
      rememberSettled(session, judged, share.rows)
      if (share !== first) await askTranscripts(session, judged, share.rows)
      await askInsights(session, judged, share.rows)
      left -= await applyDecisions(session, planhat, share.rows, { book, pace, limit: left })
      if (left <= 0 || share.rest.length === 0) return
      share = o.takeShare(share.rest, left)
      book.unchanged(share.passed)
    }
  } finally {
    pace.stop()
  }
}

/** The bar of a whole plan goes on where an earlier apply left it; with a limit it is about this run alone. */
function paceOf({ rows, open, done }: Share, limit: number): { total: number; done: number } {
  if (limit !== Number.POSITIVE_INFINITY)
    return { total: Math.min(limit, open.create + open.update), done: 0 }
  return { total: Math.max(rows.length, open.create + open.update + done), done }
}

/** What this run will write, what is done already, and how long it takes. */
function sayShare({ settings }: Session, { rows, open, done }: Share, limit?: number): string {
  const limits = writeLimits(settings.config)
  const records = recordsOf({ open }, limit)
  // The last settled row may stand for one record more than the limit leaves.
  const create = Math.max(0, Math.min(open.create, records - open.update))
  const kinds = `${formatCount(create)} create, ${formatCount(records - create)} update`
  const takes = sayTime(countRequests(open, limits), limits.planhatPerMinute)
  const what = records === 0 ? 'nothing new' : `${formatNoun(records, 'record')} (${kinds})`
  const already = `${formatCount(done)} of the plan ${done === 1 ? 'is' : 'are'} done already`
  return `This run writes ${what}${rows.length === 0 || records === 0 ? '' : `, ${takes}`}; ${already}.`
}

function recordsOf({ open }: Pick<Share, 'open'>, limit = Number.POSITIVE_INFINITY): number {
  return Math.min(open.create + open.update, limit)
}

/** Applying is about the calls of its plans: report and next command name their range. */
function takeRange({ store, book: { summary } }: Session, runIds: Iterable<string>): void {
  const plans = [...runIds].map((id) => store.runs.get(id))
  const since = plans.flatMap((plan) => plan?.since ?? [])
  const until = plans.flatMap((plan) => plan?.until ?? [])
  if (since.length === 0 || until.length === 0) return
  summary.run.since = isoOf(Math.min(...since) * 1000)
  summary.run.until = isoOf(Math.max(...until) * 1000)
}

/** Applies the plan that this very run made. @throws RefusedError GUARD_…. */
export async function applyOwnPlan(session: Session, planhat: PlanhatConnection): Promise<void> {
  session.book.summary.run.mode = 'apply'
  await refreshSnapshot(session, planhat)
  enforcePlan(session)
  const judged = judgeRun(session, session.book.run.id)
  const book = openOutcomeBook(session)
  const pace = startPace(session, { total: judged.approved.length, done: 0 })
  await writeBooked(session, book, async () => {
    book.unchanged(judged.counts.unchanged)
    await applyDecisions(session, planhat, judged.approved, { book, pace })
  })
  pace.stop()
}

/**
 * What was approved is compared with a fresh look at Planhat, so that nothing a
 * person changed since is overwritten.
 */
async function refreshSnapshot(session: Session, planhat: PlanhatConnection): Promise<void> {
  const {
    store,
    book: { facts },
  } = session
  if (isSnapshotFresh(session)) return
  const returned = await scanPlanhat(session, planhat.reader)
  facts.sources.push({ name: 'Planhat', returned, before: store.ledger.count() })
}

/** Keeps the book of a run's writes; the failures file is written however it ends. */
async function writeBooked(session: Session, book: OutcomeBook, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } finally {
    book.close()
  }
  if ((session.book.summary.applied?.failed ?? 0) > 0) session.book.summary.run.exitCode = 3
}

function describe({ counts }: Judged): string {
  const { create, update, unchanged, skipped, held, refused } = counts
  const parts = [
    [create, 'create'],
    [update, 'update'],
    [unchanged, 'unchanged'],
    [skipped, 'skipped by the reviewer'],
    [held, 'held'],
    [refused, 'refused'],
  ] as const
  return `This plan: ${parts.map(([count, what]) => `${formatCount(count)} ${what}`).join(', ')}.`
}

/** An apply meets no calls: those of the plans that it applied are walked, as they match after it. */
function walkPlans(session: Session): Summary['calls'] {
  const {
    store,
    book: { notes },
  } = session
  const buckets = Object.fromEntries(BUCKETS.map((bucket) => [bucket, 0])) as Record<Bucket, number>
  const matcher = createMatcher(session)
  let read = 0
  for (const runId of notes.plans) {
    for (const callId of store.plans.callIds(runId)) {
      const call = store.calls.get(callId)
      if (call === null) continue
      const match = matcher(call)
      read += 1
      buckets[match.kind] += 1
      notes.addCall(call, match)
      if (isWritable(match)) noteHeard(session, session.book.notes.heard, call)
    }
  }
  return { read, buckets }
}
