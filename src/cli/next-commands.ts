import { countRequests, sayTime, type WriteLimits } from '../pipeline/writing/estimate.ts'
import { HEALABLE } from '../reconcile/drift-row.ts'
import type { Summary } from '../report/summary.ts'
import type { NextCommand } from '../report/text/summary.ts'
import { formatNoun } from '../report/text/words.ts'
import { quoteArgument } from './quote.ts'

export interface NextContext {
  /** Flags of this command line that the next one needs too, quoted: ` --profile emea`. */
  readonly flags: string
  readonly limits: WriteLimits
}

/** Of a class that only deleting heals; the others are written. */
const DELETED = ['stale-placeholder', 'duplicate'] as const

/** PURE. What a person would do next, the likeliest first. */
export function nextCommands(summary: Summary, o: NextContext): NextCommand[] {
  const { run, applied } = summary
  if (summary.drift !== undefined) return afterReconcile(summary, o)
  if (run.mode === 'plan') return afterPlan(summary, o)
  if (applied === undefined) return []
  const command = (text: string) => `aircall-sync ${text}${o.flags}`
  if (applied.failed + applied.held > 0) {
    const note = 'Mend what the failures file names, then make a new plan:'
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
  if (writes === 0) return [{ command, note: 'Once held rows are settled in the review file:' }]
  const takes = sayTime(countRequests({ ...records, moves: 0 }, o.limits), o.limits)
  return [{ command, note: `Review the file, then write ${formatNoun(writes, 'record')}, ${takes}:` }]
}

function afterReconcile({ run, drift }: Summary, o: NextContext): NextCommand[] {
  if (drift === undefined || run.mode === 'fix') return []
  const count = (names: Iterable<keyof typeof drift>) =>
    [...names].reduce((sum, name) => sum + drift[name], 0)
  const deletes = count(DELETED)
  const writes = count(HEALABLE) - deletes
  const again = `aircall-sync reconcile --since ${run.since}`
  const fix = { command: `${again} --fix${o.flags}`, note: `Write ${formatNoun(writes, 'record')}:` }
  const prune = {
    command: `${again} --prune --max-deletes ${deletes}${o.flags}`,
    note: `Delete at most ${formatNoun(deletes, 'record')}:`,
  }
  return [...(writes === 0 ? [] : [fix]), ...(deletes === 0 ? [] : [prune])]
}
