import { DELETED_CLASSES, HEALABLE } from '../../reconcile/drift-row.ts'
import { DRIFT_CLASSES, type DriftClass } from '../../records.ts'
import type { Summary } from '../summary.ts'
import { DRIFT_WORDS } from './bucket-words.ts'
import { formatRange } from './moments.ts'
import { formatCount, formatDuration, formatNoun } from './words.ts'

/**
 * PURE. A night in which nothing was written, failed or was left unchecked, and
 * nothing remains that `reconcile` heals: there is nothing to do but to know it. What
 * only stands there (a person's edits, another system's records) is counted, no more.
 */
export function isQuietNight({ drift, applied, remaining, unchecked = 0, error, run }: Summary): boolean {
  if (drift === undefined || error !== undefined || run.exitCode !== 0 || unchecked > 0) return false
  const { created = 0, updated = 0, deleted = 0, failed = 0, held = 0 } = applied ?? {}
  return created + updated + deleted + failed + held === 0 && countRemaining(remaining) === 0
}

/** The one line of such a night: which range, what was compared, what stands there, what it cost. */
export function formatQuietNight(summary: Summary, timezone: string): string {
  const { run, calls, drift, records, requests, files } = summary
  const took = formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt))
  const standing = standingOf(summary).map((name) => `${formatCount(drift?.[name] ?? 0)} ${name}`)
  const said = [
    `${formatNoun(calls.read, 'call')}, ${formatNoun(drift?.['in-sync'] ?? 0, 'record')} in sync`,
    ...(standing.length === 0 ? [] : [`${standing.join(', ')} left as they are`]),
    ...(records.hold === 0 ? [] : [`${formatCount(records.hold)} held (${files.held})`]),
  ]
  const cost =
    `${formatCount(requests.aircall.total)} Aircall and ` +
    `${formatCount(requests.planhat.total)} Planhat requests`
  return (
    `Calls from ${formatRange(run, timezone)}: nothing to ` +
    `do. ${said.join('; ')} (${cost}, ${took}; run ${run.id}).`
  )
}

/** Classes that were found and that no run of this kind heals. */
function standingOf({ drift, remaining }: Summary): DriftClass[] {
  return DRIFT_CLASSES.filter((name) => {
    if (name === 'in-sync' || (drift?.[name] ?? 0) === 0) return false
    return !HEALABLE.has(name) || (DELETED_CLASSES.has(name) && (remaining?.[name] ?? 0) === 0)
  })
}

/** Why a run ends with 4, and what would heal it: `3 missing, 1 moved`. */
export function sayRemaining({ remaining, run }: Summary): string[] {
  const found = DRIFT_CLASSES.filter((name) => (remaining?.[name] ?? 0) > 0)
  if (found.length === 0) return []
  const what = found.map(
    (name) => `${formatCount(remaining?.[name] ?? 0)} ${DRIFT_WORDS[name].label.toLowerCase()}`,
  )
  const flags = [
    ...(found.some((name) => !DELETED_CLASSES.has(name)) ? ['--fix'] : []),
    ...(found.some((name) => DELETED_CLASSES.has(name)) ? ['--prune'] : []),
  ]
  const code = run.exitCode === 4 ? ' (exit 4)' : ''
  const heal = `reconcile heals it with ${flags.join(' and ')}`
  return [`Can be healed and remains${code}: ${what.join(', ')}; ${heal}.`]
}

export function countRemaining(remaining: Summary['remaining']): number {
  return Object.values(remaining ?? {}).reduce((sum, count) => sum + count, 0)
}
