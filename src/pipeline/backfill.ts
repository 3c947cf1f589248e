import type { AircallClient } from '../aircall/client.ts'
import { canHaveTranscript } from '../aircall/transcript.ts'
import type { Call, DateRange } from '../domain.ts'
import type { PlanhatReader } from '../planhat/client.ts'
import { countMatched, type Summary } from '../report/summary.ts'
import { formatCount, formatNoun, sayTime } from '../report/text/words.ts'
import { applyOwnPlan } from './apply.ts'
import { finishErasures } from './erase/work-off.ts'
import { endRead, readRange } from './intake/calls.ts'
import { canHaveInsights, fetchInsights } from './intake/insights.ts'
import { searchTranscripts } from './intake/search.ts'
import { isWritable } from './planning/desired.ts'
import { refreshFieldKinds } from './planning/field-kinds.ts'
import { checkPlan, rememberForGuards } from './planning/guards.ts'
import { countHeldCalls, HeldCallsSeen } from './planning/held-calls.ts'
import { type CallFilter, createMatcher, type Matcher, refreshLines } from './planning/matcher.ts'
import { planCalls, warnOfSwitch } from './planning/plan-calls.ts'
import { publishReview } from './planning/plan-rows.ts'
import { refreshUsers, scanPlanhat, storedUsers } from './planning/planhat-snapshot.ts'
import { checkOutput } from './run/check-output.ts'
import { connectAircall, connectPlanhat, connectPlanhatToRead } from './run/connect.ts'
import { withRun } from './run/run.ts'
import type { Session } from './run/session.ts'
import type { Surroundings } from './run/surroundings.ts'
import { countRequests, writeLimits } from './writing/estimate.ts'

export interface BackfillRequest {
  readonly range: DateRange
  readonly mode: 'dry-run' | 'ask' | 'apply'
  readonly filter: CallFilter
  readonly transcripts: boolean
  /** Asks for every call's, whatever was learnt. */
  readonly allTranscripts?: boolean
  readonly refresh: boolean
  readonly limit?: number
  readonly output?: string
  readonly overwrite: boolean
}

/** Reads, matches and plans a range of calls, writes the review CSV, and applies the plan where that was asked for. */
export async function backfill(world: Surroundings, request: BackfillRequest): Promise<Summary> {
  const asked = {
    command: 'backfill',
    mode: request.mode === 'apply' ? 'apply' : 'plan',
    range: request.range,
    request: { ...request },
  } as const
  checkOutput({ flag: '--output', path: request.output, overwrite: request.overwrite })
  return withRun(world, asked, async (session) => {
    const aircall = connectAircall(session)
    const writable = request.mode === 'dry-run' ? null : connectPlanhat(session)
    const planhat = writable ?? connectPlanhatToRead(session)
    announceMode(session, request)
    await finishErasures(session, request.mode === 'apply' ? writable : null)
    await planBackfill(session, aircall, planhat.reader, request)
    if (writable !== null && (await mayApply(session, request))) await applyOwnPlan(session, writable)
    rememberForGuards(session)
  })
}

function announceMode({ log, confirm }: Session, { mode }: BackfillRequest): void {
  if (mode === 'apply') return
  if (mode === 'dry-run' || confirm === undefined) log.info('PLAN ONLY: nothing will be sent to Planhat.')
  else log.info('A plan first: nothing is sent to Planhat before you say so.')
}

async function planBackfill(
  session: Session,
  aircall: AircallClient,
  planhat: PlanhatReader,
  request: BackfillRequest,
): Promise<void> {
  const matcher = createMatcher(session, request.filter)
  warnOfSwitch(session)
  // Both refuse wrong credentials before hours of reading, not after.
  await refreshLines(session, aircall)
  await refreshUsers(session, planhat)
  await refreshFieldKinds(session, planhat)
  const before = session.store.calls.count(request.range)
  const heldSeen = new HeldCallsSeen(matcher)
  const hasEnough = pilot(matcher, request.limit)
  const read = await readRange(session, aircall, request.range, {
    transcripts: request.transcripts,
    anew: request.refresh,
    onPage(page) {
      heldSeen.see(page)
      return hasEnough(page)
    },
    staysOpen: true,
  })
  session.book.facts.sources.push({ name: 'Aircall', returned: read.calls, before })
  const calls = () =>
    firstMatched(session.store.calls.iterate(request.range, { readId: read.id }), matcher, request.limit)
  if (request.transcripts) {
    await searchTranscripts(session, aircall, {
      refresh: request.refresh,
      all: request.allTranscripts === true,
      *calls() {
        for (const call of calls()) if (canHaveTranscript(call) && isWritable(matcher(call))) yield call
      },
    })
  }
  await fetchInsights(session, () => aircall, {
    refresh: request.refresh,
    *calls() {
      for (const call of calls()) if (canHaveInsights(session, call) && isWritable(matcher(call))) yield call
    },
  })
  // A run that was stopped among the transcripts is continued without asking for the list again.
  if (read.isThrough) endRead(session, read)
  const returned = await scanPlanhat(session, planhat)
  session.book.facts.sources.push({ name: 'Planhat', returned, before: session.store.ledger.count() })
  const { transcripts } = request
  await publishReview(session, request, async (rows) => {
    const wasSeen = request.limit === undefined ? heldSeen.of(read) : null
    const heldCalls = wasSeen ?? (await countHeldCalls(session, calls(), matcher))
    const users = storedUsers(session)
    await planCalls(session, rows, { calls: calls(), matcher, users, transcripts, heldCalls })
    checkPlan(session)
  })
}

/**
 * A pilot reads only as far as it must: pages come in ascending order, so the
 * first N matched calls are the first met.
 */
function pilot(matcher: Matcher, limit: number | undefined): (calls: readonly Call[]) => boolean {
  if (limit === undefined) return () => false
  let matched = 0
  return (calls) => {
    matched += calls.filter((call) => isWritable(matcher(call))).length
    return matched >= limit
  }
}

function* firstMatched(calls: Iterable<Call>, matcher: Matcher, limit: number | undefined): Generator<Call> {
  let matched = 0
  for (const call of calls) {
    yield call
    if (limit === undefined) continue
    if (isWritable(matcher(call))) matched += 1
    if (matched >= limit) return
  }
}

async function mayApply(session: Session, request: BackfillRequest): Promise<boolean> {
  const { create, update } = session.book.summary.records
  if (request.mode === 'apply') return true
  if (request.mode === 'dry-run' || session.confirm === undefined || create + update === 0) return false
  const { calls, records, files } = session.book.summary
  session.log.info(
    `${formatNoun(calls.read, 'call')} read, ${formatCount(countMatched(calls.buckets))} ` +
      `matched, ${formatCount(records.hold)} held for a person.`,
  )
  session.log.info(`The plan is in ${files.review}`)
  const limits = writeLimits(session.settings.config)
  const takes = sayTime(countRequests({ create, update, moves: 0 }, limits), limits.planhatPerMinute)
  const kinds = `${formatCount(create)} create, ${formatCount(update)} update`
  return session.confirm(`Write it to Planhat now (${kinds}, ${takes})?`)
}
