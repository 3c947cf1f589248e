import { formatNoun } from '../report/words.ts'
import type { Failure } from '../review/failures.ts'
import type { Session } from './session.ts'

/** A terminal shows as many; the failures file has them all. */
const MAX_SAID = 20

/** Says of each row that was not sent where it stands and why, and of the rest how many there are. */
export function sayFailures({ log }: Pick<Session, 'log'>, failures: readonly Failure[]): void {
  for (const { line, callId, record, message, code } of failures.slice(0, MAX_SAID)) {
    const place = line === null ? '' : `Line ${line}, `
    log.info(`${place}call ${callId || '?'}, ${record || '?'}: ${message} (${code})`)
  }
  const more = failures.length - MAX_SAID
  if (more > 0) log.info(`and ${formatNoun(more, 'more row')}, see failures.csv`)
}
