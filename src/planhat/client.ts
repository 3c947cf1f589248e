import type { EndUser, PlanhatUser } from '../domain.ts'
import type { HttpClient, RequestStats } from '../http/client.ts'
import { errorText } from '../http/error-text.ts'
import type { RemoteRecord } from '../records.ts'
import type { BulkAnswer } from './bulk-answer.ts'
import { type ConversationQuery, readConversations, readOneConversation } from './conversations.ts'
import { type EndUserQuery, readEndUsers, readSomeEndUser } from './end-users.ts'
import type { RecordRef } from './record-path.ts'
import { type Company, type CustomField, readCompanies, readCustomFields, readUsers } from './tenant.ts'
import { createOne, removeOne, sendBulk, updateOne, type Written } from './writes.ts'

/** What may be asked of Planhat without changing it. All that a dry run holds. */
export interface PlanhatReader {
  /** All End Users, in pages of 2,000; archived ones are left out unless asked for. */
  endUsers(query?: EndUserQuery): AsyncGenerator<EndUser[]>
  /** Somebody of a company, rather with an e-mail than without. */
  someEndUser(companyId: string, signal?: AbortSignal): Promise<{ id: string; email: string | null } | null>
  /** All users, in one request. */
  users(signal?: AbortSignal): Promise<PlanhatUser[]>
  companies(signal?: AbortSignal): AsyncGenerator<Company[]>
  customFields(signal?: AbortSignal): Promise<CustomField[]>
  conversations(query?: ConversationQuery): AsyncGenerator<RemoteRecord[]>
  /** Null when Planhat does not find it; for an external id that is no proof of absence. */
  conversation(ref: RecordRef, signal?: AbortSignal): Promise<RemoteRecord | null>
  /** One row of a list (`/endusers`), to learn whether the token may read it. Refusals are returned. */
  probe(path: string, signal?: AbortSignal): Promise<Probe>
  readonly stats: RequestStats
}

export interface Probe {
  readonly status: number
  /** Planhat's words where it refused, else empty. */
  readonly message: string
  /** The server's clock. */
  readonly dateMs: number | null
}

/**
 * What changes Planhat. Nothing here is sent twice: a lost answer is an UnknownOutcomeError, and whoever sent the
 * write looks before sending it again. A refusal is an HttpError, a refused token a FatalError `PLANHAT_AUTH`.
 */
export interface PlanhatWriter {
  /** Bulk upsert; refusals (400, 403, 409, 413, 422) are returned as answers. */
  bulk(items: readonly object[], signal?: AbortSignal): Promise<BulkAnswer>
  /** By Planhat's id. @returns null when the record is gone (404). */
  update(id: string, body: object, signal?: AbortSignal): Promise<Written | null>
  /** By our own id. @returns null on 404, which for an id with a space is no proof of absence. */
  updateByExternalId(externalId: string, body: object, signal?: AbortSignal): Promise<Written | null>
  create(body: object, signal?: AbortSignal): Promise<{ _id: string }>
  /** A record that is gone already counts as removed. */
  remove(id: string, signal?: AbortSignal): Promise<void>
  readonly stats: RequestStats
}

export function createPlanhatReader(http: HttpClient): PlanhatReader {
  return {
    endUsers: (query) => readEndUsers(http, query),
    someEndUser: (companyId, signal) => readSomeEndUser(http, companyId, signal),
    users: (signal) => readUsers(http, signal),
    companies: (signal) => readCompanies(http, signal),
    customFields: (signal) => readCustomFields(http, signal),
    conversations: (query) => readConversations(http, query),
    conversation: (ref, signal) => readOneConversation(http, ref, signal),
    probe: (path, signal) => probe(http, path, signal),
    stats: http.stats,
  }
}

export function createPlanhatWriter(http: HttpClient): PlanhatWriter {
  return {
    bulk: (items, signal) => sendBulk(http, items, signal),
    update: (id, body, signal) => updateOne(http, { id }, body, signal),
    updateByExternalId: (externalId, body, signal) => updateOne(http, { externalId }, body, signal),
    create: (body, signal) => createOne(http, body, signal),
    remove: (id, signal) => removeOne(http, id, signal),
    stats: http.stats,
  }
}

async function probe(http: HttpClient, path: string, signal?: AbortSignal): Promise<Probe> {
  const acceptStatus = [400, 401, 403, 404]
  const answer = await http.request({ method: 'GET', path, query: { limit: 1 }, acceptStatus, signal })
  const message = answer.status < 400 ? '' : errorText(answer.json, answer.text)
  return { status: answer.status, message, dateMs: answer.dateMs }
}
