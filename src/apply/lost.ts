import type { Clock } from '../domain.ts'
import { RetryableError } from '../errors.ts'
import { HttpError, UnknownOutcomeError } from '../http/client.ts'
import type { PlanhatWriter } from '../planhat/client.ts'
import type { Written } from '../planhat/writes.ts'
import { bodyOf } from './body.ts'
import { holdsContent } from './content.ts'
import { type Group, groupOf, halve } from './group.ts'
import { adopt, type Entry } from './item.ts'
import { locate } from './locate.ts'
import type { Session } from './session.ts'
import { failed, gone, preferred, written } from './verdicts.ts'

/** Growing, and long enough for a write that is still being executed to land before it is looked for. */
const PAUSES_MS = [5_000, 15_000, 30_000]
/** Three tries of a batch of 500 and nine halvings: more in a row is an outage, not a poison record. */
const MAX_LOST_IN_A_ROW = 15

/**
 * The answer to a write was lost (timeout, reset, 5xx): it may have landed. Each record is looked up; what is
 * there as sent is confirmed, the rest goes again. @returns what to send next.
 * @throws RetryableError `PLANHAT_UNKNOWN_OUTCOME` in an outage, with nothing marked.
 */
export async function afterLost(session: Session, group: Group): Promise<Group[]> {
  const rest = await confirmLanded(session, group.entries, group.lost)
  const lost = group.lost + 1
  const [only] = rest
  if (only === undefined) return []
  if (lost < PAUSES_MS.length) return groupOf(rest, lost)
  if (rest.length > 1) return halve(rest, lost - 1)
  setAside(session, only)
  return []
}

/** Pauses, then reads. @returns the entries that Planhat does not hold as they were sent. */
export async function confirmLanded(
  session: Session,
  entries: readonly Entry[],
  lost: number,
): Promise<Entry[]> {
  const { clock, reader, signal } = session.options
  session.lostInARow += 1
  if (session.lostInARow > MAX_LOST_IN_A_ROW) throw outage()
  session.say('PLANHAT_ANSWER_LOST', `The answer to a write of ${entries.length} was lost: looking it up.`)
  await clock.sleep(PAUSES_MS[Math.min(lost, PAUSES_MS.length - 1)] ?? 0, signal)
  const found = await locate(reader, entries, signal)
  return entries.flatMap((entry) => {
    const remote = preferred(entry, found.get(entry) ?? [])
    if (remote === undefined && entry.planhatId !== null) session.report(entry, gone(entry))
    if (remote === undefined) return entry.planhatId === null ? [entry] : []
    if (!holdsContent(bodyOf(entry), remote)) return [adopt(entry, remote)]
    session.report(entry, written(entry, remote._id))
    return []
  })
}

/**
 * One record alone is never answered. With other records written it is this record; with none, it may be an
 * outage: the second such record ends the run.
 */
export function setAside(session: Session, entry: Entry): void {
  session.unanswered.push(entry)
  if (session.successes > 0) nameUnanswered(session)
  else if (session.unanswered.length > 1) throw outage()
}

/** At the end of a run: records that were never answered are failures only when others were written. */
export function nameUnanswered(session: Session): void {
  if (session.unanswered.length > 0 && session.successes === 0) throw outage()
  for (const entry of session.unanswered.splice(0)) {
    session.report(
      entry,
      failed('PLANHAT_NO_ANSWER', 'Planhat never answered to this record, and does not hold it as sent.'),
    )
  }
}

function outage(): RetryableError {
  return new RetryableError('PLANHAT_UNKNOWN_OUTCOME', 'Planhat did not answer to writes again and again.', {
    suggestions: ['Run the same command again later: what was written is found, and the rest follows.'],
  })
}

interface Repeating {
  readonly writer: PlanhatWriter
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
}

/**
 * Deletes one record by Planhat's id. A deletion whose answer was lost may simply be sent again: one that is gone
 * counts as done.
 * @returns the refusal when Planhat does not let it be deleted, else null.
 * @throws RetryableError when no deletion is ever answered.
 */
export async function removeSurely(o: Repeating, id: string): Promise<HttpError | null> {
  const answer = await repeatWhileLost(o, async () => {
    await o.writer.remove(id)
    return null
  })
  if (answer !== 'lost') return answer
  throw new RetryableError('PLANHAT_UNKNOWN_OUTCOME', `Planhat did not answer to the deletion of ${id}.`, {
    suggestions: ['Run the same command again later: it deletes it first.'],
  })
}

/**
 * Updates one record by Planhat's id. An update whose answer was lost may simply be sent again: it says the same.
 * @returns Planhat's answer, its refusal, or null when the record is gone.
 * @throws RetryableError when no update is ever answered.
 */
export async function updateSurely(
  o: Repeating,
  id: string,
  body: object,
): Promise<Written | HttpError | null> {
  const answer = await repeatWhileLost(o, () => o.writer.update(id, body, o.signal))
  if (answer !== 'lost') return answer
  throw new RetryableError('PLANHAT_UNKNOWN_OUTCOME', `Planhat did not answer to the update of ${id}.`, {
    suggestions: ['Run the same command again later: it continues.'],
  })
}

/** For a request that says the same however often it is sent. */
async function repeatWhileLost<T>(
  { clock, signal }: Repeating,
  send: () => Promise<T>,
): Promise<T | HttpError | 'lost'> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await send()
    } catch (error) {
      if (error instanceof HttpError) return error
      if (!(error instanceof UnknownOutcomeError)) throw error
      await clock.sleep(pauseMs, signal)
    }
  }
  return 'lost'
}
