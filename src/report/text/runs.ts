import { DRIFT_CLASSES } from '../../records.ts'
import type { Summary } from '../summary.ts'
import { formatCount, wrap } from './words.ts'

/** PURE. One past run, as `runs` lists it. */
export interface RunLine {
  readonly id: string
  readonly command: string
  readonly mode: string
  readonly startedAt: string
  readonly endedAt: string
  readonly exitCode: number | null
  readonly counts: Pick<Summary, 'calls' | 'records' | 'applied' | 'drift'> | null
}

export interface RunDetail extends RunLine {
  readonly dir: string
  readonly summary: Summary | null
  /** Every record that this run changed in Planhat, once, in the order of its first change; `kind` says the same as `outcome`. */
  readonly writes: readonly {
    readonly externalId: string
    readonly outcome: 'created' | 'updated' | 'deleted'
    readonly planhatId: string
    readonly companyId: string
    readonly kind: string
    readonly at: string
  }[]
}

/** A line a run, newest first; what does not fit into `width` goes on below the counts. */
export function formatRuns(runs: readonly RunLine[], width = 80): string {
  if (runs.length === 0) return 'No run yet. Begin with: aircall-sync backfill --since 30d --dry-run'
  return runs
    .map((run) => {
      const head = `${run.id}  ${run.command.padEnd(9)} ${run.mode.padEnd(6)} exit ${exitOf(run).padEnd(3)} `
      return (head + wrap(say(run), width - head.length).join(`\n${' '.repeat(head.length)}`)).trimEnd()
    })
    .join('\n')
}

/** One run: its counts, its folder and files, and everything it wrote. */
export function formatRun(run: RunDetail): string {
  const files = Object.entries(run.summary?.files ?? {}).filter(([, path]) => path !== '')
  return [
    `Run ${run.id}: ${run.command}, ${run.mode}, exit ${exitOf(run)}`,
    `  started  ${run.startedAt}`,
    `  ended    ${run.endedAt || 'not ended, or killed'}`,
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
      : DRIFT_CLASSES.filter((name) => drift[name] > 0).map((name) => `${drift[name]} ${name}`)),
  ]
  return parts.join(', ')
}

function nonZero(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([name, count]) =>
    count > 0 ? [`${formatCount(count)} ${name}`] : [],
  )
}
