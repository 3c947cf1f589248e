import type { BulkAnswer } from '../planhat/bulk-answer.ts'
import { bodyOf } from './body.ts'
import { holdsContent } from './content.ts'
import { correlate } from './correlate.ts'
import { alone, type Group, groupOf, halve } from './group.ts'
import { adopt, type Entry } from './item.ts'
import { findCopies, locate } from './locate.ts'
import type { Session } from './session.ts'
import { failed, gone, isDuplicate, preferred, reportRefusal, written } from './verdicts.ts'

export interface Refusal {
  readonly status: number
  readonly isDenied: boolean
  readonly text: string
}

/**
 * A batch refused whole. The records that Planhat names go alone, the others together; when it names none, the
 * batch is halved until the poison is alone. @returns what to send next.
 */
export async function afterRefusal(
  session: Session,
  entries: readonly Entry[],
  answer: BulkAnswer,
): Promise<Group[]> {
  const [first] = entries
  if (entries.length === 1 && first !== undefined) {
    const isDenied = answer.status === 403 || answer.errors.some((error) => isPermission(error.list))
    return refuseOne(session, first, { status: answer.status, isDenied, text: answer.message })
  }
  const rest = await dropTaken(session, entries)
  const named = rest.filter((entry) => correlate(entries, answer).failed.has(entry))
  if (named.length === 0 || named.length === rest.length) return halve(rest)
  return [...groupOf(rest.filter((entry) => !named.includes(entry))), ...alone(named)]
}

/**
 * The fate of one record that Planhat refused by name. A duplicate says that the tenant holds it under this id
 * although nobody knew: it is found and addressed by `_id`. A record that is gone was deleted by a person.
 */
export async function refuseOne(session: Session, entry: Entry, refusal: Refusal): Promise<Group[]> {
  const { reader } = session.options
  const { payload } = entry.item
  if (entry.planhatId !== null) {
    const remote = await reader.conversation({ id: entry.planhatId }, session.reading)
    if (remote === null) session.report(entry, gone(entry))
    else reportRefusal(session, entry, refusal)
    return []
  }
  if (!isDuplicate(refusal.status, refusal.text)) {
    reportRefusal(session, entry, refusal)
    return []
  }
  const remote = preferred(entry, await findCopies(reader, payload, session.reading))
  if (remote === undefined) {
    session.report(
      entry,
      failed('PLANHAT_DUPLICATE', 'Planhat knows this id, but not in this company.', refusal.text),
    )
    return []
  }
  session.behaviour = 'creates'
  return alone([adopt(entry, remote)])
}

export function isPermission(list: string): boolean {
  return /permission/i.test(list)
}

/**
 * Whether a refusal took some records all the same is not documented (docs/reference/planhat-api.md section 9, 7).
 * Where another create would double them, the first refusal of a run is checked by looking.
 */
async function dropTaken(session: Session, entries: readonly Entry[]): Promise<readonly Entry[]> {
  const unknown = entries.filter((entry) => entry.planhatId === null)
  if (session.refusalsAreWhole || session.behaviour === 'matches' || unknown.length === 0) return entries
  const found = await locate(session.options.reader, unknown, session.options.signal)
  if (found.size === 0) {
    session.refusalsAreWhole = true
    return entries
  }
  return entries.flatMap((entry) => {
    const remote = preferred(entry, found.get(entry) ?? [])
    if (remote === undefined) return [entry]
    if (!holdsContent(bodyOf(entry), remote)) return [adopt(entry, remote)]
    session.report(entry, written(entry, remote._id))
    return []
  })
}
