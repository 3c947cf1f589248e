import { existsSync } from 'node:fs'
import { UsageError } from '../errors.ts'
import { readSummary } from '../report/summary.ts'
import type { RunDetail, RunLine } from '../report/text/runs.ts'
import type { Run } from '../store/runs.ts'
import { openStore, type Store } from '../store/store.ts'
import type { RecordedWrite } from '../store/written/writes.ts'
import { isoOf } from './run/run.ts'
import { storedSummary } from './run/stored-summary.ts'
import type { Surroundings } from './run/surroundings.ts'
import { LISTENER } from './run/take-lock.ts'

/** Past runs, newest first. */
export function listRuns(world: Pick<Surroundings, 'settings'>, limit: number): RunLine[] {
  return withStore(world, (store) => store.runs.list(limit).map(toLine))
}

/** One run with everything it wrote. @throws UsageError RUN_UNKNOWN. */
export function describeRun(world: Pick<Surroundings, 'settings'>, id: string): RunDetail {
  return withStore(world, (store) => {
    const run = findRun(store, id)
    const writes = foldWrites(store.runs.writes(run.id))
    const dir = store.runs.dir(run.id)
    return { ...toLine(run), dir, summary: storedSummary(run, dir), writes }
  })
}

/** A record that was created and then updated by the same run was created by it; one that it deleted is gone. */
function foldWrites(writes: Iterable<RecordedWrite>): RunDetail['writes'] {
  const byRecord = new Map<string, RunDetail['writes'][number]>()
  for (const { externalId, planhatId, kind, payload, before, atMs } of writes) {
    const earlier = byRecord.get(planhatId)
    const outcome = kind === 'updated' ? (earlier?.outcome ?? kind) : kind
    const companyId = payload?.companyId ?? before?.companyId ?? ''
    byRecord.set(planhatId, { externalId, outcome, planhatId, companyId, kind: outcome, at: isoOf(atMs) })
  }
  return [...byRecord.values()]
}

/** The path of a run's report. @throws UsageError RUN_UNKNOWN, RUN_WITHOUT_REPORT. */
export function reportPath(world: Pick<Surroundings, 'settings'>, id: string): string {
  return withStore(world, (store) => {
    const run = findRun(store, id)
    const dir = store.runs.dir(run.id)
    const report = storedSummary(run, dir)?.files.report
    if (report && existsSync(report)) return report
    const why = report ? 'is gone: purged, erased or deleted' : 'was not made'
    throw new UsageError('RUN_WITHOUT_REPORT', `The report of run ${id} ${why}.`, {
      // A listener makes no page of its days: this one has the same calls and more.
      suggestions: [
        `look into ${dir}`,
        ...(run.command === LISTENER ? ['aircall-sync report --since 24h'] : []),
      ],
    })
  })
}

/** @throws UsageError RUN_UNKNOWN. */
export function requireRun(world: Pick<Surroundings, 'settings'>, id: string): void {
  withStore(world, (store) => findRun(store, id))
}

/** @throws UsageError RUN_UNKNOWN. */
export function findRun(store: Store, id: string): Run {
  const run = store.runs.get(id)
  if (run !== null) return run
  throw new UsageError('RUN_UNKNOWN', `There is no run ${id} in this profile.`, {
    suggestions: ['aircall-sync runs'],
  })
}

function withStore<T>(world: Pick<Surroundings, 'settings'>, read: (store: Store) => T): T {
  const store = openStore(world.settings.stateDir, { readOnly: true })
  try {
    return read(store)
  } finally {
    store.close()
  }
}

/** Which calls a run was about: ISO 8601, empty where it met none. */
export function rangeOfRun({ summary, since, until }: Run): { since: string; until: string } {
  const said = readSummary(summary)?.run
  const iso = (seconds: number | null) => (seconds === null ? '' : isoOf(seconds * 1000))
  return { since: said?.since ?? iso(since), until: said?.until ?? iso(until) }
}

function toLine(run: Run): RunLine {
  const summary = readSummary(run.summary)
  return {
    id: run.id,
    command: run.command,
    mode: run.mode,
    startedAt: isoOf(run.startedAtMs),
    endedAt: run.endedAtMs === null ? '' : isoOf(run.endedAtMs),
    ...rangeOfRun(run),
    exitCode: run.exitCode,
    counts:
      summary === null
        ? null
        : {
            calls: summary.calls,
            records: summary.records,
            ...(summary.applied && { applied: summary.applied }),
            ...(summary.drift && { drift: summary.drift }),
          },
  }
}
