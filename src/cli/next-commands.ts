import { countRequests, type WriteLimits } from '../pipeline/writing/estimate.ts'
import { DELETED_CLASSES, HEALABLE } from '../reconcile/drift-row.ts'
import type { DriftClass } from '../records.ts'
import type { Summary } from '../report/summary.ts'
import type { NextCommand } from '../report/text/summary.ts'
import { formatNoun, sayTime } from '../report/text/words.ts'
import { quoteArgument } from './quote.ts'

export interface NextContext {
  /** Flags of this command line that the next one needs too, quoted: ` --profile emea`. */
  readonly flags: string
  readonly limits: WriteLimits
}

/** PURE. What a person would do next, the likeliest first. */
export function nextCommands(summary: Summary, o: NextContext): NextCommand[] {
  const { run, applied } = summary
  if (summary.drift !== undefined) return afterReconcile(summary, o)
  if (run.mode === 'plan') return afterPlan(summary, o)
  if (applied === undefined) return []
  const command = (text: string) => `aircall-sync ${text}${o.flags}`
  if (applied.failed + applied.held > 0) {
    const note = 'Fix what the failures file names, then make a new plan:'
    return [{ command: command(`backfill --since ${run.since || '30d'} --dry-run`), note }]
  }
  if (applied.created + applied.updated === 0) return []
  const back = applied.created === 0 ? '' : ` --max-deletes ${applied.created}`
  return [
    { command: command('reconcile --since 7d'), note: 'Every night: does Planhat still agree?' },
    { command: command(`runs undo ${run.id}${back}`), note: 'Take back what this run wrote:' },
  ]
}

function afterPlan({ records, files }: Summary, o: NextContext): NextCommand[] {
  const writes = records.create + records.update
  if (files.review === '' || writes + records.hold === 0) return []
  const command = `aircall-sync apply ${quoteArgument(files.review)}${o.flags}`
  const held = records.hold === 0 || files.held === '' ? [] : [settleHeld(files.held, o)]
  if (writes === 0)
    return held.length > 0 ? held : [{ command, note: 'Once held rows are settled in the review file:' }]
  const takes = sayTime(countRequests({ ...records, moves: 0 }, o.limits), o.limits.planhatPerMinute)
  return [
    { command, note: `Review the file, then write ${formatNoun(writes, 'record')}, ${takes}:` },
    ...held,
  ]
}

/** A command for each thing to do; what only stands there needs none. */
function afterReconcile(summary: Summary, o: NextContext): NextCommand[] {
  const { run, records, files, applied } = summary
  const remaining = remainingOf(summary)
  const count = (isMeant: (name: DriftClass) => boolean) =>
    Object.entries(remaining).reduce((sum, [name, left]) => sum + (isMeant(name as DriftClass) ? left : 0), 0)
  const deletes = count((name) => DELETED_CLASSES.has(name))
  const writes = count((name) => !DELETED_CLASSES.has(name))
  const again = `aircall-sync reconcile ${sameWindow(run)}`
  const failed = (applied?.failed ?? 0) + (applied?.held ?? 0)
  return [
    ...(failed === 0
      ? []
      : [
          {
            command: `aircall-sync runs ${run.id}${o.flags}`,
            note: `Why ${formatNoun(failed, 'record')} failed:`,
          },
        ]),
    ...(writes === 0 || failed > 0
      ? []
      : [{ command: `${again} --fix${o.flags}`, note: `Write ${formatNoun(writes, 'record')}:` }]),
    ...(deletes === 0
      ? []
      : [
          {
            command: `${again} --prune --max-deletes ${deletes}${o.flags}`,
            note: `Delete at most ${formatNoun(deletes, 'record')}:`,
          },
        ]),
    ...(records.hold === 0 || files.held === '' ? [] : [settleHeld(files.held, o)]),
  ]
}

/** How much later than the end of its window a run may begin that had no `--until`: its times are whole seconds. */
const NOW_MS = 60_000

/** The window of a run for another command; one that reached the present keeps doing so. */
function sameWindow({ since, until, startedAt }: Summary['run']): string {
  const reachesNow = !(Date.parse(until) < Date.parse(startedAt) - NOW_MS)
  return reachesNow ? `--since ${since}` : `--since ${since} --until ${until}`
}

/** A run that may write says it itself; for one that only compared it is all that can be healed. */
function remainingOf({ remaining, drift, run }: Summary): NonNullable<Summary['remaining']> {
  if (remaining !== undefined || run.mode === 'fix') return remaining ?? {}
  return Object.fromEntries([...HEALABLE].map((name) => [name, drift?.[name] ?? 0]))
}

function settleHeld(path: string, { flags }: NextContext): NextCommand {
  const note = 'Once held rows are settled in this file (docs/review.md):'
  return { command: `aircall-sync apply ${quoteArgument(path)}${flags}`, note }
}
