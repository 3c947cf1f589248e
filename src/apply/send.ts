import { FatalError } from '../errors.ts'
import { HttpError, UnknownOutcomeError } from '../http/client.ts'
import type { BulkAnswer } from '../planhat/bulk-answer.ts'
import { afterAnswer } from './answer.ts'
import { bodyOf, hasContent } from './body.ts'
import { checkTaken } from './check.ts'
import { type Group, groupOf } from './group.ts'
import type { Entry } from './item.ts'
import { dropLateTwins } from './late.ts'
import { afterLost } from './lost.ts'
import { afterRefusal } from './refusal.ts'
import type { Session } from './session.ts'

/**
 * Sends records in bulk, one request at a time, until each of them has its outcome. Every answer gives the groups
 * to send next: none, the unclear ones alone, or halves.
 */
export async function sendAll(session: Session, entries: readonly Entry[]): Promise<void> {
  const work = groupOf(entries.filter((entry) => !reportEmpty(session, entry)))
  for (let group = work.shift(); group !== undefined; group = work.shift()) {
    work.unshift(...(await sendGroup(session, group)))
  }
}

async function sendGroup(session: Session, group: Group): Promise<Group[]> {
  const answer = await sendOnce(session, group)
  if (answer === 'lost') return afterLost(session, group)
  session.lostInARow = 0
  const next = answer.refused
    ? await afterRefusal(session, group.entries, answer)
    : await afterAnswer(session, group.entries, answer)
  await checkTaken(session)
  await dropLateTwins(session, group)
  return next
}

async function sendOnce(session: Session, group: Group): Promise<BulkAnswer | 'lost'> {
  const { writer, signal, announce } = session.options
  signal?.throwIfAborted()
  announce?.(group.entries)
  try {
    return await writer.bulk(group.entries.map(bodyOf), signal)
  } catch (error) {
    if (error instanceof UnknownOutcomeError) return 'lost'
    if (error instanceof HttpError) throw new FatalError('PLANHAT_WRITE', error.message, { cause: error })
    throw error
  }
}

/** An update without a field to send costs no write. */
function reportEmpty(session: Session, entry: Entry): boolean {
  if (entry.planhatId === null || hasContent(bodyOf(entry))) return false
  session.report(entry, { outcome: 'unchanged', planhatId: entry.planhatId })
  return true
}
