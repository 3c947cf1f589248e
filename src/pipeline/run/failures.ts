import { join } from 'node:path'
import { formatNoun } from '../../report/text/words.ts'
import { readFailures, writeFailures } from '../../review/failures.ts'
import type { Session } from './session.ts'

/** Of more the warning counts: whoever gets as many has another trouble than single calls. */
const MOST_UNREAD = 10_000

/** A call that Aircall has and that could not be read: a warning, and a row of failures.csv. */
export function noteUnread(session: Session, id: string | null, message: string): void {
  const name = id === null ? 'without id' : id
  session.warn('CALL_UNREADABLE', `Aircall call ${name}: ${message}`)
  const { rows, unread } = session.book.failures
  if (unread.size >= MOST_UNREAD) return
  unread.add(id ?? message)
  const row = { line: null, record: 'call', externalId: '', planhatMessage: '' } as const
  rows.push({ ...row, callId: id ?? '', code: 'CALL_UNREADABLE', message })
}

/**
 * Writes failures.csv where the run has anything to name in it, or had: a listener's day has many sessions. Where it
 * cannot be written that is a warning: what comes after it, the run's summary above all, is written all the same.
 */
export function writeFailureFile({
  book: { failures, summary, runDir },
  warn,
}: Pick<Session, 'warn'> & {
  readonly book: Pick<Session['book'], 'failures' | 'summary' | 'runDir'>
}): void {
  const path = join(runDir, 'failures.csv')
  try {
    const earlier = summary.files.failures === '' ? [] : readFailures(path)
    const rows = failures.after(earlier)
    if (failures.rows.length === 0 && rows.length === earlier.length) return
    writeFailures(path, rows)
    summary.files.failures = path
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown'
    const count = formatNoun(failures.rows.length, 'failure')
    warn('FAILURES_UNWRITTEN', `${count} could not be written into failures.csv (${why}).`)
  }
}
