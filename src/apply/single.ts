import { HttpError, UnknownOutcomeError } from '../http/client.ts'
import { hasContent, pathBodyOf } from './body.ts'
import { checkTaken } from './check.ts'
import { adopt, type Entry, isMove } from './item.ts'
import { findCopies } from './locate.ts'
import { confirmLanded, setAside } from './lost.ts'
import { refuseOne } from './refusal.ts'
import type { Session } from './session.ts'
import { failed, gone, preferred } from './verdicts.ts'

/** As for a batch: three answers lost in a row, then the record is set aside. */
const MAX_LOST = 3

/**
 * One record in requests of its own: PUT by `_id`, or by external id; on 404 the company's list decides between
 * another PUT and a POST, because a reference with a space may not be understood (docs/reference/planhat-api.md section
 * 3).
 */
export async function writeAlone(session: Session, first: Entry): Promise<void> {
  let entry: Entry | undefined = first
  for (let lost = 0; entry !== undefined; ) {
    session.options.signal?.throwIfAborted()
    try {
      await writeOnce(session, entry)
      session.lostInARow = 0
      return
    } catch (error) {
      if (error instanceof UnknownOutcomeError) {
        ;[entry] = await confirmLanded(session, [entry], lost)
        lost += 1
        if (entry === undefined || lost < MAX_LOST) continue
        setAside(session, entry)
        return
      }
      if (!(error instanceof HttpError)) throw error
      entry = await afterHttpError(session, entry, error)
    }
  }
}

/** @returns the entry to write again, when the refusal showed that it exists. */
async function afterHttpError(session: Session, entry: Entry, error: HttpError): Promise<Entry | undefined> {
  const { status, bodyMessage: text } = error
  const [next] = await refuseOne(session, entry, { status, isDenied: status === 403, text })
  return next?.entries[0]
}

async function writeOnce(session: Session, entry: Entry): Promise<void> {
  const { writer, reader, signal } = session.options
  if (entry.planhatId !== null) return updateKnown(session, entry, entry.planhatId)
  const { payload } = entry.item
  const body = pathBodyOf(entry)
  session.options.announce?.([entry])
  const answer = await writer.updateByExternalId(payload.externalId, body, signal)
  if (answer?._id) {
    const isElsewhere = answer.companyId !== null && answer.companyId !== payload.companyId
    const code = 'MOVE_REFUSED'
    const message = 'Planhat holds it under another company and did not move it.'
    session.report(entry, isElsewhere ? failed(code, message) : { outcome: 'updated', planhatId: answer._id })
    return
  }
  const remote = preferred(entry, await findCopies(reader, payload, signal))
  if (remote !== undefined) return updateKnown(session, adopt(entry, remote), remote._id)
  const { _id } = await writer.create(body, signal)
  session.report(entry, { outcome: 'created', planhatId: _id })
}

async function updateKnown(session: Session, entry: Entry, id: string): Promise<void> {
  const body = pathBodyOf(entry)
  if (!hasContent(body)) {
    session.report(entry, { outcome: 'unchanged', planhatId: id })
    return
  }
  const { writer, signal, announce } = session.options
  announce?.([entry])
  const answer = await writer.update(id, body, signal)
  const verdict = answer === null ? gone(entry) : ({ outcome: 'updated', planhatId: id } as const)
  // The answer is the whole record: where it names the company that was asked for, nothing needs to be looked at.
  if (isMove(entry) && answer?.companyId === entry.item.payload.companyId) session.report(entry, verdict)
  else if (answer === null) session.report(entry, verdict)
  else session.confirm(entry, verdict)
  await checkTaken(session)
}
