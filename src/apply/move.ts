import { RetryableError } from '../errors.ts'
import { HttpError, UnknownOutcomeError } from '../http/client.ts'
import { pathBodyOf } from './body.ts'
import type { Entry } from './item.ts'
import { refuseOne } from './refusal.ts'
import type { Session } from './session.ts'
import { failed, gone } from './verdicts.ts'

const PAUSES_MS = [5_000, 15_000, 30_000]

/**
 * A record whose company changed: `externalId` is unique per company only, so by it a second Conversation could
 * come about. It is addressed by `_id` and read back, because whether Planhat moves a Conversation at all is not
 * documented (docs/reference/planhat-api.md sections 3 and 8, rule 8).
 */
export async function moveRecord(session: Session, entry: Entry, planhatId: string): Promise<void> {
  const { clock, reader, signal } = session.options
  for (const pauseMs of PAUSES_MS) {
    const sent = await trySend(session, entry, planhatId)
    if (sent === 'settled') return
    if (sent === 'lost') await clock.sleep(pauseMs, signal)
    const held = await reader.conversation({ id: planhatId }, signal)
    if (held === null) return session.report(entry, gone(entry))
    if (held.companyId === entry.item.payload.companyId) {
      return session.report(entry, { outcome: 'updated', planhatId })
    }
    if (sent === 'answered') {
      const message = 'Planhat kept the Conversation under its old company: move or delete it by hand.'
      return session.report(entry, { ...failed('MOVE_REFUSED', message), planhatId })
    }
  }
  throw new RetryableError('PLANHAT_UNKNOWN_OUTCOME', `Planhat did not answer to the move of ${planhatId}.`, {
    suggestions: ['Run the same command again later: it continues.'],
  })
}

async function trySend(
  session: Session,
  entry: Entry,
  planhatId: string,
): Promise<'answered' | 'lost' | 'settled'> {
  const { writer, signal } = session.options
  signal?.throwIfAborted()
  try {
    const answer = await writer.update(planhatId, pathBodyOf(entry), signal)
    if (answer !== null) return 'answered'
    session.report(entry, gone(entry))
    return 'settled'
  } catch (error) {
    if (error instanceof UnknownOutcomeError) return 'lost'
    if (!(error instanceof HttpError)) throw error
    const { status, bodyMessage: text } = error
    await refuseOne(session, entry, { status, isDenied: status === 403, text })
    return 'settled'
  }
}
