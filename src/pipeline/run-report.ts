import { join } from 'node:path'
import { BUCKETS, type Bucket } from '../domain.ts'
import { BUCKET_WORDS } from '../report/bucket-words.ts'
import type { HygieneRow, ReportModel } from '../report/model.ts'
import type { Summary } from '../report/summary.ts'
import { writeReport } from '../report/write.ts'
import { createMatcher } from './match-calls.ts'
import type { Session } from './session.ts'

/** As many as the report shows. */
const MAX_HYGIENE = 200

/**
 * Writes `report.html` into the run's folder and names it in the summary. A run that neither made a plan nor sent
 * anything has nothing to report; a report that cannot be written is a warning and never spoils the run.
 */
export async function writeRunReport(session: Session): Promise<void> {
  const { summary, runDir } = session
  if (summary.files.review === '' && summary.applied === undefined) return
  const path = join(runDir, 'report.html')
  try {
    summary.files.report = path
    await writeReport(path, modelOf(session))
  } catch (error) {
    summary.files.report = ''
    const why = error instanceof Error ? error.message : 'unknown'
    session.warn('REPORT_FAILED', `The report could not be written (${why}); the run is not affected.`)
  }
}

function modelOf(session: Session): ReportModel {
  const { settings, notes, summary } = session
  const calls = notes.plans.size > 0 ? walkPlans(session) : summary.calls
  return {
    summary: { ...summary, calls } as Summary,
    profile: settings.profile,
    timezone: settings.config.timezone,
    reveal: session.reveal === true,
    callsPerDay: notes.activity.days(),
    agents: notes.activity.agents(),
    hygiene: hygieneOf(session),
    held: notes.activity.held(),
    driftPerDay: notes.driftPerDay(),
    waitedMs: notes.waitedMs,
  }
}

/** An apply meets no calls: those of the plans that it applied are walked, as they match after it. */
function walkPlans(session: Session): Summary['calls'] {
  const { store, notes } = session
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
    }
  }
  return { read, buckets }
}

function hygieneOf({ notes }: Session): HygieneRow[] {
  const mendable = notes.hygiene.ranked().filter(({ reason }) => reason !== 'invalid-number')
  return mendable.slice(0, MAX_HYGIENE).map(({ calls, number, reason, holder, advice }) => ({
    calls,
    number,
    endUser: holder?.endUser ?? null,
    company: holder?.company ?? null,
    field: holder?.field ?? null,
    problem: BUCKET_WORDS[reason].why,
    remedy: advice,
  }))
}
