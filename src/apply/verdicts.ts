import { FatalError } from '../errors.ts'
import type { RemoteRecord } from '../records.ts'
import type { Entry, Verdict } from './item.ts'
import type { Session } from './session.ts'

/** So many records refused alone, with nothing written, are no accident of one record. */
const MAX_DENIALS = 3

export function written(entry: Entry, planhatId: string): Verdict {
  return { outcome: entry.planhatId === null ? 'created' : 'updated', planhatId }
}

export function gone(entry: Entry): Verdict {
  return {
    outcome: 'held',
    ...(entry.planhatId === null ? {} : { planhatId: entry.planhatId }),
    code: 'DELETED_SINCE_PLAN',
    message: 'The Conversation was deleted in Planhat after the plan was made.',
  }
}

export function failed(code: string, message: string, planhatMessage?: string): Verdict {
  return {
    outcome: 'failed',
    code,
    message,
    ...(planhatMessage === undefined || planhatMessage === '' ? {} : { planhatMessage }),
  }
}

/** The copy to go on with: under the right company, else the first. */
export function preferred(entry: Entry, copies: readonly RemoteRecord[]): RemoteRecord | undefined {
  return copies.find((copy) => copy.companyId === entry.item.payload.companyId) ?? copies[0]
}

/** "externalId,email duplicated" is what a user of Planhat reports (docs/reference/planhat-api.md section 7). */
export function isDuplicate(status: number, text: string): boolean {
  return status === 409 || /duplicat|already exist|unique/i.test(text)
}

/**
 * A record that Planhat refused when sent alone.
 * @throws FatalError `PLANHAT_PERMISSION` when the first records are all refused for want of permission.
 */
export function reportRefusal(
  session: Session,
  entry: Entry,
  refusal: { isDenied: boolean; text: string },
): void {
  const { isDenied, text } = refusal
  if (!isDenied) {
    session.report(entry, failed('PLANHAT_REJECTED', 'Planhat refused this record.', text))
    return
  }
  session.report(entry, failed('PLANHAT_PERMISSION', 'The token may not write this record.', text))
  session.denials += 1
  if (session.successes > 0 || session.denials < MAX_DENIALS) return
  throw new FatalError('PLANHAT_PERMISSION', `The Planhat token may not write Conversations: ${text}`, {
    suggestions: ['Give the Private App of PLANHAT_API_TOKEN permission to create and update Conversations.'],
  })
}
