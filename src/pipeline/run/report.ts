import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PRIVATE, PUBLIC, writeWhole } from '../../files/draft.ts'
import type { HygieneItem } from '../../match/hygiene.ts'
import { type MetricFacts, renderMetrics } from '../../report/metrics.ts'
import type { HygieneRow, ReportModel } from '../../report/page/model.ts'
import type { Summary } from '../../report/summary.ts'
import { BUCKET_WORDS } from '../../report/text/bucket-words.ts'
import type { Session } from './session.ts'

/** For a run that meets no calls itself: counts those that its report is about, and notes them. */
export type CountCalls = (session: Session) => Summary['calls']

/** As many as the report shows. */
const MAX_HYGIENE = 200

/**
 * Writes `report.html` into the run's folder and names it in the summary. A run that neither made a plan nor sent
 * anything has nothing to report; a report that cannot be written is a warning and never spoils the run.
 */
export async function writeRunReport(session: Session, countCalls?: CountCalls): Promise<void> {
  const {
    book: { summary, runDir },
  } = session
  if (summary.files.review + summary.files.drift === '' && summary.applied === undefined) return
  // The figures of an apply are those of the plans that it applied: in its summary as in its report.
  if (countCalls !== undefined) Object.assign(summary.calls, countCalls(session))
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
  const {
    settings,
    book: { notes, summary },
  } = session
  return {
    summary: summary as Summary,
    profile: settings.profile,
    timezone: settings.config.timezone,
    reveal: session.reveal === true,
    soFar: soFar(session),
    callsPerDay: notes.activity.days(),
    agents: notes.activity.agents(),
    companies: notes.activity.companies(),
    hygiene: hygieneRows(session.book.notes.hygiene.ranked()),
    held: notes.activity.held.list(),
    heldCalls: notes.activity.held.calls,
    insights: { sentiment: notes.heard.heard('sentiment'), topics: notes.heard.heard('topics') },
    driftPerDay: notes.driftPerDay(),
    waitedMs: session.clients.waitedMs,
  }
}

/** A plan that was applied in several runs is one thing to its reader: the report of the last tells the whole. */
function soFar({ store, book: { notes } }: Session): ReportModel['soFar'] {
  if (notes.plans.size === 0) return null
  const all = [...notes.plans].map((runId) => store.plans.written(runId))
  const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + of(one), 0)
  return {
    created: sum(({ created }) => created),
    updated: sum(({ updated }) => updated),
    runs: Math.max(...all.map(({ runs }) => runs)),
  }
}

/** What can be put right in Planhat, as the report shows it. */
export function hygieneRows(items: readonly HygieneItem[]): HygieneRow[] {
  const mendable = items.filter(({ reason }) => reason !== 'invalid-number')
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

// With and without the label of a profile: a file of before 0.2.0 has none.
const LAST_SUCCESS = /^aircall_sync_last_success_timestamp_seconds(?:\{[^}]*\})? (\S+)$/m

/** Writes the metrics for whoever scrapes them. */
export function writeMetricsFile(path: string, facts: Omit<MetricFacts, 'lastSuccess'>): void {
  const succeeded = facts.summary.run.exitCode === 0
  const lastSuccess = succeeded ? Math.floor(facts.nowMs / 1000) : previousSuccess(path)
  writeWhole(path, renderMetrics({ ...facts, lastSuccess }), PUBLIC)
}

/** A failed run keeps the time of the last good one: that is what an alert on staleness needs. */
function previousSuccess(path: string): number | null {
  try {
    const found = LAST_SUCCESS.exec(readFileSync(path, 'utf8'))
    return found === null ? null : Number(found[1])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/**
 * Writes the report, readable by its owner only. The charts weigh half a megabyte of code, so they are loaded here
 * and not with every command.
 */
export async function writeReport(path: string, model: ReportModel): Promise<void> {
  const { renderReport } = await import('../../report/page/page.ts')
  writeWhole(path, renderReport(model), PRIVATE)
}
