import { join } from 'node:path'
import { writeFailures } from '../../review/failures.ts'
import type { Session } from './session.ts'

/** Of more the warning counts: whoever gets as many has another trouble than single calls. */
const MOST = 10_000

/** A call that Aircall has and that could not be read: a warning, and a row of failures.csv. */
export function noteUnread(session: Session, id: string | null, message: string): void {
  const name = id === null ? 'without id' : id
  session.warn('CALL_UNREADABLE', `Aircall call ${name}: ${message}`)
  const { unread } = session.book
  if (unread.length >= MOST) return
  const row = { line: null, record: 'call', externalId: '', planhatMessage: '' } as const
  unread.push({ ...row, callId: id ?? '', code: 'CALL_UNREADABLE', message })
}

/** Writes failures.csv where no failed record had it written, with these among its rows. */
export function nameUnread({ book: { unread, summary, runDir } }: Session): void {
  if (unread.length === 0 || summary.files.failures !== '') return
  summary.files.failures = join(runDir, 'failures.csv')
  writeFailures(summary.files.failures, unread)
}
