import { withWellFormedTexts } from '../conversation/well-formed.ts'
import { RecordError } from '../errors.ts'
import type { HttpClient } from '../http/client.ts'
import type { HttpResponse } from '../http/message.ts'
import { ask } from './ask.ts'
import { type BulkAnswer, readBulkAnswer } from './bulk-answer.ts'
import { type RecordRef, recordPath } from './record-path.ts'

const CONVERSATIONS = '/conversations'
/**
 * Statuses whose body says which records were refused, or that the batch was (docs/reference/planhat-api.md section 1).
 */
const BULK_REFUSALS = [400, 403, 409, 413, 422]

/** What came back from a write of one Conversation: Planhat returns the whole object, or nothing. */
export interface Written {
  readonly _id: string | null
  readonly companyId: string | null
}

export async function sendBulk(
  http: HttpClient,
  items: readonly object[],
  signal?: AbortSignal,
): Promise<BulkAnswer> {
  const answer = await ask(http, {
    method: 'PUT',
    path: CONVERSATIONS,
    body: withWellFormedTexts(items),
    acceptStatus: BULK_REFUSALS,
    allowEmpty: true,
    signal,
  })
  return readBulkAnswer(answer.status, answer.json, answer.text)
}

/** @returns null on 404: Planhat does not find it under this reference. */
export async function updateOne(
  http: HttpClient,
  ref: RecordRef,
  body: object,
  signal?: AbortSignal,
): Promise<Written | null> {
  const path = recordPath(ref)
  const answer = await ask(http, {
    method: 'PUT',
    path,
    body: withWellFormedTexts(body),
    acceptStatus: [404],
    allowEmpty: true,
    signal,
  })
  return answer.status === 404 ? null : readWritten(answer)
}

export async function createOne(
  http: HttpClient,
  body: object,
  signal?: AbortSignal,
): Promise<{ _id: string }> {
  const answer = await ask(http, {
    method: 'POST',
    path: CONVERSATIONS,
    body: withWellFormedTexts(body),
    signal,
  })
  const { _id } = readWritten(answer)
  if (_id !== null) return { _id }
  throw new RecordError('PLANHAT_NO_ID', 'Planhat created a Conversation without saying its id.')
}

/** A record that is gone already counts as removed. */
export async function removeOne(http: HttpClient, id: string, signal?: AbortSignal): Promise<void> {
  const path = recordPath({ id })
  await ask(http, { method: 'DELETE', path, acceptStatus: [404], allowEmpty: true, signal })
}

function readWritten(answer: HttpResponse): Written {
  const body = (typeof answer.json === 'object' && answer.json !== null ? answer.json : {}) as object
  const { _id, companyId } = body as { _id?: unknown; companyId?: unknown }
  return {
    _id: typeof _id === 'string' ? _id : null,
    companyId: typeof companyId === 'string' ? companyId : null,
  }
}
