import { FatalError } from '../errors.ts'
import { UnknownOutcomeError } from '../http/client.ts'
import type { HeldRecord } from '../records.ts'
import { bodyOf } from './body.ts'
import { holdsContent } from './content.ts'
import { adopt, type BulkBehaviour, type Entry, type ProbeMark } from './item.ts'
import { findCopies } from './locate.ts'
import { removeSurely } from './lost.ts'
import { sendAll } from './send.ts'
import type { Session } from './session.ts'
import { isDuplicate, preferred } from './verdicts.ts'
import { verifyFirst } from './verify.ts'

/** As long as a lost write may need to land. */
const PAUSE_MS = 5_000

/**
 * Finds out, with one real record of this run, whether bulk upsert matches by `externalId`: the record is
 * written, then sent once more by `externalId` alone. Should that create a second copy, the copy is deleted by its
 * `_id` and the answer is `creates` (docs/reference/planhat-api.md section 8, rule 7). The answer is remembered for the
 * tenant. Strategy `bulk` is told that it matches: it sends nothing twice, and stops where that proves wrong.
 */
export async function learnBehaviour(session: Session, entry: Entry): Promise<void> {
  const { reader, signal, strategy } = session.options
  const held = preferred(entry, await findCopies(reader, entry.item.payload, signal))
  if (held === undefined) {
    await sendAll(session, [entry])
    await verifyFirst(session, entry)
  }
  const keptId = held?._id ?? session.verdictOn(entry)?.planhatId
  if (keptId === undefined) return
  const isTold = strategy === 'bulk' && held === undefined
  const behaviour = isTold ? 'matches' : await sendAgain(session, entry, keptId)
  if (held !== undefined) await finishAdopted(session, adopt(entry, held), behaviour)
  remember(session, behaviour)
}

/** A kill in the very moment between the second copy and its deletion: take the copy away now. */
export async function clearProbe(session: Session): Promise<void> {
  const { reader, memory, signal } = session.options
  const mark = memory.probing?.get() ?? null
  if (mark === null) return
  const copies = await findCopies(reader, mark, signal)
  const kept = copies.find((copy) => copy._id === mark.planhatId)
  const extras = copies.filter((copy) => kept !== undefined && isTwin(copy, kept))
  if (extras.length > 0) memory.set('creates')
  for (const extra of extras) await removeExtra(session, extra._id)
  memory.probing?.set(null)
}

async function sendAgain(session: Session, entry: Entry, keptId: string): Promise<BulkBehaviour | null> {
  const { memory, signal } = session.options
  const { externalId, companyId } = entry.item.payload
  const mark: ProbeMark = { externalId, companyId, planhatId: keptId }
  signal?.throwIfAborted()
  memory.probing?.set(mark)
  const answer = await sendTwin(session, entry)
  const isFound =
    answer !== null && (answer.updated > 0 || answer.nonupdates > 0 || answer.changed.length > 0)
  if (isFound) {
    memory.probing?.set(null)
    return 'matches'
  }
  const copies = await findCopies(session.options.reader, mark)
  const kept = copies.find((copy) => copy._id === keptId)
  const told = (answer?.inserted ?? []).map((key) => key._id).filter((id) => id !== undefined)
  const seen = copies.filter((copy) => kept !== undefined && isTwin(copy, kept)).map((copy) => copy._id)
  const extras = [...new Set([...told, ...seen])].filter((id) => id !== keptId)
  if (extras.length > 0) memory.set('creates')
  for (const id of extras) await removeExtra(session, id)
  memory.probing?.set(null)
  const isRefused = answer !== null && isDuplicate(answer.status, answer.message)
  return extras.length > 0 || isRefused ? 'creates' : null
}

/** @returns null when the answer was lost. */
async function sendTwin(session: Session, entry: Entry) {
  const { writer, clock, signal } = session.options
  try {
    return await writer.bulk([bodyOf({ ...entry, planhatId: null })], signal)
  } catch (error) {
    if (!(error instanceof UnknownOutcomeError)) throw error
    await clock.sleep(PAUSE_MS, signal)
    return null
  }
}

/** @throws FatalError `PROBE_LEFTOVER` that names the copy a person has to delete. */
async function removeExtra(session: Session, id: string): Promise<void> {
  const refusal = await removeSurely(session.options, id)
  if (refusal === null) return
  session.options.memory.probing?.set(null)
  throw new FatalError('PROBE_LEFTOVER', `The second copy ${id} could not be deleted: ${refusal.message}`, {
    cause: refusal,
    suggestions: [
      `Delete the Conversation ${id} in Planhat, or let the token delete Conversations; then run again: nothing is tried twice.`,
    ],
  })
}

async function finishAdopted(session: Session, entry: Entry, behaviour: BulkBehaviour | null): Promise<void> {
  if (behaviour === 'matches' && entry.planhatId !== null) {
    session.report(entry, { outcome: 'updated', planhatId: entry.planhatId })
  } else await sendAll(session, [entry])
  await verifyFirst(session, entry)
}

function remember(session: Session, behaviour: BulkBehaviour | null): void {
  const { strategy, memory } = session.options
  if (strategy === 'bulk' && behaviour === 'creates') {
    throw new FatalError(
      'BULK_CREATES',
      'Bulk upsert of this tenant does not find a Conversation by its externalId.',
      {
        suggestions: ['Set the strategy to "auto" or "resolve".'],
      },
    )
  }
  session.behaviour = behaviour ?? 'creates'
  if (behaviour === null || strategy === 'bulk') return
  memory.set(behaviour)
  session.say('PLANHAT_BULK', `Bulk upsert of this tenant ${behaviour} by externalId.`)
}

function isTwin(copy: HeldRecord, kept: HeldRecord): boolean {
  const { externalId = '', ...rest } = kept
  const { type, subject, description, date, companyId } = rest
  const body = Object.fromEntries(
    Object.entries({ type, subject, description, date, companyId }).filter(
      ([, value]) => value !== undefined,
    ),
  )
  return copy._id !== kept._id && holdsContent({ externalId, ...body }, copy)
}
