import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type MetricFacts, renderMetrics } from '../report/metrics.ts'

const LAST_SUCCESS = /^aircall_sync_last_success_timestamp_seconds (\S+)$/m

/** Writes the metrics under a temporary name and renames, so that a scrape never reads half a file. */
export function writeMetricsFile(path: string, facts: Omit<MetricFacts, 'lastSuccess'>): void {
  const succeeded = facts.summary.run.exitCode === 0
  const lastSuccess = succeeded ? Math.floor(facts.nowMs / 1000) : previousSuccess(path)
  const partial = `${path}.${process.pid}.part`
  writeFileSync(partial, renderMetrics({ ...facts, lastSuccess }), { mode: 0o644 })
  renameSync(partial, path)
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
