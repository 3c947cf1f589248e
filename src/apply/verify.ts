import { FatalError } from '../errors.ts'
import { sameInstant } from '../plan/diff.ts'
import type { OutcomeKind, RemoteRecord } from '../records.ts'
import { type Body, bodyOf, hasContent } from './body.ts'
import type { Entry } from './item.ts'
import type { Session } from './session.ts'

const KEPT: ReadonlySet<OutcomeKind> = new Set(['created', 'updated', 'unchanged'])

/**
 * After the first write of a run the record is read back, before ten thousand more follow: Planhat turns an
 * unknown type into `note`, and may drop unknown custom fields and people, without an error
 * (docs/reference/planhat-api.md sections 2 and 8, rule 9).
 * @throws FatalError that names what did not stick and the remedy.
 */
export async function verifyFirst(session: Session, entry: Entry): Promise<void> {
  const verdict = session.verdictOn(entry)
  if (session.isVerified || verdict?.planhatId === undefined || !hasContent(bodyOf(entry))) return
  // Also one that Planhat calls unchanged: an update that it does not keep changes nothing.
  if (!KEPT.has(verdict.outcome)) return
  const remote = await session.options.reader.conversation({ id: verdict.planhatId }, session.options.signal)
  session.isVerified = true
  if (remote === null) return
  const problem = findProblem(bodyOf(entry), remote)
  if (problem === null) {
    session.options.onVerified?.()
    return
  }
  session.options.onNotKept?.(entry.item, remote)
  throw problem
}

/** The first difference between what was sent and what Planhat kept that would spoil every record. PURE. */
export function findProblem(body: Body, remote: RemoteRecord): FatalError | null {
  const name = `Conversation ${remote._id}`
  if (body.type !== undefined && remote.type !== undefined && remote.type !== body.type) {
    return new FatalError(
      'CONVERSATION_TYPE',
      `${name} was stored as "${remote.type}", not "${body.type}".`,
      {
        suggestions: [
          `Create the Conversation type "${body.type}" in Planhat exactly so, ` +
            'or set conversation.type; then run again: the record is put right.',
        ],
      },
    )
  }
  const lost = Object.keys(body.custom ?? {}).filter((field) => (remote.custom[field] ?? null) === null)
  if (lost.length > 0) {
    return new FatalError('CUSTOM_FIELD', `${name} did not keep the custom field "${lost.join('", "')}".`, {
      suggestions: [
        'Create it on the model Conversation in Planhat under exactly this name, or name another in the configuration.',
      ],
    })
  }
  if ((body.endusers?.length ?? 0) > 0 && remote.endusers.length === 0) {
    return new FatalError('ENDUSERS_DROPPED', `${name} did not keep its End Users.`, {
      suggestions: [
        'Check that the token may read and write End Users, and ' +
          'that they belong to the same company; build the index anew.',
      ],
    })
  }
  const isMisplaced = body.companyId !== undefined && remote.companyId !== body.companyId
  if (isMisplaced || (body.date !== undefined && !sameInstant(body.date, remote.date))) {
    const field = isMisplaced ? 'companyId' : 'date'
    return new FatalError('FIELD_NOT_KEPT', `${name} did not keep its ${field}.`, {
      suggestions: ['Compare with `aircall-sync explain CALL_ID` and tell Planhat support.'],
    })
  }
  return null
}
