import { DRIFT_CLASSES } from '../records.ts'
import type { Summary } from './summary.ts'
import { formatDuration, formatNoun } from './words.ts'

/** PURE. Nothing differs, nothing failed, nothing was left unchecked: there is nothing to say but that. */
export function isClean({ drift, applied, unchecked = 0, error, run }: Summary): boolean {
  if (drift === undefined || error !== undefined || run.exitCode !== 0 || unchecked > 0) return false
  return (
    (applied?.failed ?? 0) === 0 && DRIFT_CLASSES.every((name) => name === 'in-sync' || drift[name] === 0)
  )
}

/** The one line of a clean night: what was compared, what it cost. */
export function formatClean({ run, calls, drift, requests }: Summary): string {
  const { aircall, planhat } = requests
  const compared = `${formatNoun(calls.read, 'call')} from ${run.since} to ${run.until}`
  const cost = `${aircall.total} Aircall and ${planhat.total} Planhat requests`
  const took = formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt))
  return `In sync: ${compared}, ${formatNoun(drift?.['in-sync'] ?? 0, 'record')} as they should be (${cost}, ${took}).`
}
