import { DRIFT_CLASSES } from '../../records.ts'
import type { Summary } from '../summary.ts'
import { formatInZone, formatMoment, formatRange } from './moments.ts'
import { formatCount, wrap } from './words.ts'

/** PURE. One past run, as `runs` lists it. */
export interface RunLine {
  readonly id: string
  readonly command: string
  readonly mode: string
  readonly startedAt: string
  readonly endedAt: string
  /** The range of calls, ISO 8601; empty for a run without one. */
  readonly since: string
  readonly until: string
  readonly exitCode: number | null
  readonly counts: Pick<Summary, 'calls' | 'records' | 'applied' | 'drift'> | null
}

export interface RunDetail extends RunLine {
  readonly dir: string
  readonly summary: Summary | null
  /**
   * Every record that this run changed in Planhat, once, in the order of its
   * first change; `kind` says the same as `outcome`.
   */
  readonly writes: readonly {
    readonly externalId: string
    readonly outcome: 'created' | 'updated' | 'deleted'
    readonly planhatId: string
    readonly companyId: string
    readonly kind: string
    readonly at: string
  }[]
}

const TITLES = ['run', 'when', 'command', 'exit', 'what'] as const

/** A table, newest first; what does not fit into `width` goes on below the last column. Times are those of the zone. */
export function formatRuns(runs: readonly RunLine[], width = 80, timezone = 'UTC'): string {
  if (runs.length === 0) return 'No run yet. Begin with: aircall-sync backfill --since 30d --dry-run'
  const cells = runs.map((run) => [
    run.id,
    formatMoment(Date.parse(run.startedAt), timezone),
    `${run.command} ${run.mode}`,
    exitOf(run),
  ])
  const widths = TITLES.slice(0, -1).map((title, at) =>
    Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)),
  )
  const indent = widths.reduce((sum, one) => sum + one + 2, 0)
  const line = (row: readonly string[], what: string) => {
    const head = row.map((cell, at) => cell.padEnd((widths[at] ?? 0) + 2)).join('')
    const room = Math.max(20, width - indent)
    return (head + wrap(what, room).join(`\n${' '.repeat(indent)}`)).trimEnd()
  }
  return [
    line(TITLES.slice(0, -1), 'what'),
    ...runs.map((run, at) => line(cells[at] ?? [], sayLine(run, timezone))),
    `Times are those of ${timezone}.`,
  ].join('\n')
}

function sayLine(run: RunLine, timezone: string): string {
  if (run.since === '') return say(run)
  const day = (iso: string) => formatMoment(Date.parse(iso), timezone).slice(0, 10)
  return [`${day(run.since)} to ${day(run.until)}`, say(run)].filter((part) => part !== '').join(': ')
}

/** One run: its counts, its folder and files, and everything it wrote. */
export function formatRun(run: RunDetail, timezone = 'UTC'): string {
  const inZone = (iso: string) => formatInZone(Date.parse(iso), timezone)
  const files = Object.entries(run.summary?.files ?? {}).filter(([, path]) => path !== '')
  return [
    `Run ${run.id}: ${run.command}, ${run.mode}, exit ${exitOf(run)}`,
    ...(run.since === '' ? [] : [`  calls    ${formatRange(run, timezone)}`]),
    `  started  ${inZone(run.startedAt)}`,
    `  ended    ${run.endedAt === '' ? 'not ended, or killed' : inZone(run.endedAt)}`,
    `  counts   ${say(run) || 'none'}`,
    `  folder   ${run.dir}`,
    ...files.map(([name, path]) => `  ${name.padEnd(8)} ${path}`),
    '',
    run.writes.length === 0
      ? 'It wrote nothing to Planhat.'
      : `It wrote ${formatCount(run.writes.length)} records to Planhat:`,
    ...run.writes.map(
      ({ outcome, planhatId, externalId, at }) => `  ${at}  ${outcome}  ${planhatId}  ${externalId}`,
    ),
  ].join('\n')
}

function exitOf({ exitCode }: RunLine): string {
  return exitCode === null ? '?' : String(exitCode)
}

function say({ counts }: RunLine): string {
  if (counts === null) return ''
  const { calls, records, applied, drift } = counts
  const parts = [
    ...(calls.read > 0 ? [`${formatCount(calls.read)} calls`] : []),
    ...nonZero(applied ?? records),
    ...(drift === undefined
      ? []
      : DRIFT_CLASSES.filter((name) => drift[name] > 0).map((name) => `${formatCount(drift[name])} ${name}`)),
  ]
  return parts.join(', ')
}

function nonZero(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([name, count]) =>
    count > 0 ? [`${formatCount(count)} ${name}`] : [],
  )
}
