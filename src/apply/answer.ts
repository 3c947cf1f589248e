import type { BulkAnswer } from '../planhat/bulk-answer.ts'
import { bodyOf } from './body.ts'
import { holdsContent } from './content.ts'
import { type Correlation, correlate } from './correlate.ts'
import { type Group, split } from './group.ts'
import { adopt, type Entry } from './item.ts'
import { locate } from './locate.ts'
import { removeSurely } from './lost.ts'
import { isPermission, refuseOne } from './refusal.ts'
import type { Session } from './session.ts'
import { failed, gone, preferred, written } from './verdicts.ts'

type QuietOutcome = 'created' | 'updated' | 'unchanged'

/**
 * Reads what became of each record of a batch that was taken, wholly or in part. What the answer names is
 * reported first; what it leaves open is settled by reading. @returns what to send next.
 */
export async function afterAnswer(
  session: Session,
  entries: readonly Entry[],
  answer: BulkAnswer,
): Promise<Group[]> {
  const correlation = correlate(entries, answer)
  const returned = reportNamed(session, correlation)
  const open = correlation.addsUp ? reportQuiet(session, answer, correlation) : correlation.open
  await takeBack(session, returned)
  const next: Group[] = []
  for (const [entry, error] of correlation.failed) {
    const { text, list } = error
    next.push(...(await refuseOne(session, entry, { status: 400, isDenied: isPermission(list), text })))
  }
  const how = { sent: entries.length, outcome: quietOutcome(answer, correlation) }
  return [...next, ...(await settle(session, open, how))]
}

/** @returns records that were deleted by a person and came back under a new id. */
function reportNamed(session: Session, { inserted, changed }: Correlation): [Entry, string][] {
  const returned: [Entry, string][] = []
  for (const [entry, id] of inserted) {
    if (entry.planhatId === null) session.report(entry, { outcome: 'created', planhatId: id })
    else if (entry.planhatId === id) session.confirm(entry, written(entry, id))
    else returned.push([entry, id])
  }
  for (const [entry, id] of changed) session.confirm(entry, { outcome: 'updated', planhatId: id })
  return returned
}

/**
 * When the counts cover everything, a record that is named nowhere and whose id we know was matched.
 * @returns those whose id is still to be found.
 */
function reportQuiet(session: Session, answer: BulkAnswer, correlation: Correlation): Entry[] {
  const outcome = quietOutcome(answer, correlation)
  return correlation.open.filter((entry) => {
    if (entry.planhatId === null) return true
    session.confirm(entry, { outcome: outcomeOf(entry, outcome), planhatId: entry.planhatId })
    return false
  })
}

/** What the counts leave for records without a key of their own. An answer that counts nothing tells nothing. */
function quietOutcome(answer: BulkAnswer, { inserted, changed }: Correlation): QuietOutcome {
  const isSilent = answer.created + answer.updated + answer.nonupdates === 0
  if (isSilent || answer.created > inserted.size) return 'created'
  return answer.updated > changed.size ? 'updated' : 'unchanged'
}

/** A record that a person deleted stays deleted: the copy this very request made is taken away again. */
async function takeBack(session: Session, returned: readonly [Entry, string][]): Promise<void> {
  for (const [entry, id] of returned) {
    const refusal = await removeSurely(session.options, id)
    const message = `It was deleted since the plan and came back as ${id}: delete that Conversation by hand.`
    session.report(entry, refusal === null ? gone(entry) : failed('DELETED_SINCE_PLAN', message))
  }
}

function outcomeOf(entry: Entry, counted: QuietOutcome): QuietOutcome {
  return entry.planhatId !== null && counted === 'created' ? 'updated' : counted
}

/**
 * Records whose fate the answer leaves open are read. Found as sent, they are confirmed; the others go again in
 * smaller groups, until an answer is about one record.
 */
async function settle(
  session: Session,
  open: readonly Entry[],
  how: { sent: number; outcome: QuietOutcome },
): Promise<Group[]> {
  if (open.length === 0) return []
  const isAlone = how.sent === 1
  const found = await locate(session.options.reader, open, session.reading)
  const again: Entry[] = []
  for (const entry of open) {
    const remote = preferred(entry, found.get(entry) ?? [])
    const isTaken = remote !== undefined && (isAlone || holdsContent(bodyOf(entry), remote))
    if (isTaken) session.confirm(entry, { outcome: outcomeOf(entry, how.outcome), planhatId: remote._id })
    else if (remote !== undefined) again.push(adopt(entry, remote))
    else if (entry.planhatId !== null) session.report(entry, gone(entry))
    else if (isAlone)
      session.report(entry, failed('PLANHAT_DROPPED', 'Planhat dropped this record silently.'))
    else again.push(entry)
  }
  return split(again)
}
