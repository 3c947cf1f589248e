import { basename, dirname, join } from 'node:path'
import { readSummary, type Summary, type SummaryFiles } from '../../report/summary.ts'
import type { Run } from '../../store/runs.ts'

/**
 * PURE. The summary of an earlier run, its files where they lie now: a state folder may have been moved or mounted
 * elsewhere since, and what was written into the run's own folder went with it. `runDir` is that folder now.
 */
export function storedSummary({ id, summary }: Run, runDir: string): Summary | null {
  const stored = readSummary(summary)
  if (stored === null) return null
  const place = (path: string) => (basename(dirname(path)) === id ? join(runDir, basename(path)) : path)
  const files = Object.entries(stored.files).map(([name, path]) => [name, place(path)])
  return { ...stored, files: Object.fromEntries(files) as SummaryFiles }
}
