/** Bulk upsert of Conversations, with the answer's real shape (docs/reference/planhat-api.md section 3). */
import { type Answer, answer } from '../exchange.ts'
import { type Body, resolveCompany, type ShapeContext } from './shape.ts'
import type { RawConversation } from './types.ts'
import { createConversation, updateConversation, type Written } from './write.ts'

const MAX_ITEMS = 5000

type ErrorItem = string | Record<string, unknown>

export interface BulkBody {
  created: number
  createdErrors: ErrorItem[]
  insertsKeys: Record<string, unknown>[]
  updated: number
  updatedErrors: ErrorItem[]
  updatesKeys: Record<string, unknown>[]
  nonupdates: number
  modified: string[]
  upsertedIds: string[]
  permissionErrors: ErrorItem[]
  validationErrors?: ErrorItem[]
}

function emptyBody(): BulkBody {
  return {
    created: 0,
    createdErrors: [],
    insertsKeys: [],
    updated: 0,
    updatedErrors: [],
    updatesKeys: [],
    nonupdates: 0,
    modified: [],
    upsertedIds: [],
    permissionErrors: [],
  }
}

/** Keys in their order: `_id`, `sourceId`, `externalId`; the last one is a switch, scope and all (section 9, 1). */
function findStored(item: Body, { state, switches }: ShapeContext): RawConversation | 'unknown-id' | null {
  if (item['_id'] !== undefined) return state.conversations.get(String(item['_id'])) ?? 'unknown-id'
  if (item['externalId'] === undefined || !switches.bulkMatchesExternalId) return null
  const bearers = state.conversations.byExternalId(String(item['externalId']))
  if (!switches.bulkScopedByCompany || item['companyId'] === undefined) return bearers[0] ?? null
  const companyId = resolveCompany(item['companyId'], state)
  return bearers.find((one) => one.companyId === companyId) ?? null
}

function describeError(message: string, item: Body, context: ShapeContext): ErrorItem {
  const key = item['externalId'] ?? item['_id']
  switch (context.switches.errorItems) {
    case 'string':
      return key === undefined ? message : `${String(key)}: ${message}`
    case 'object':
      return { message, code: 400 }
    case 'withKey':
      return { message, ...(item['_id'] === undefined ? { externalId: key } : { _id: key }) }
  }
}

function writeItem(item: Body, context: ShapeContext): { written: Written; wasUpdate: boolean } {
  const stored = findStored(item, context)
  if (context.switches.poison?.(item) === 'item') {
    return { written: { kind: 'refused', message: 'validation failed' }, wasUpdate: stored !== null }
  }
  if (stored === 'unknown-id')
    return { written: { kind: 'refused', message: '_id not found' }, wasUpdate: true }
  if (stored === null) return { written: createConversation(item, context), wasUpdate: false }
  return { written: updateConversation(stored, item, context), wasUpdate: true }
}

/** Poison that keeps an item out of the usual error lists. True when the item is done with. */
function recordPoison(body: BulkBody, item: Body, context: ShapeContext): boolean {
  const poison = context.switches.poison?.(item)
  if (poison === 'permission') body.permissionErrors.push(describeError('not permitted', item, context))
  if (poison === 'validation') {
    body.validationErrors = [...(body.validationErrors ?? []), describeError('not valid', item, context)]
  }
  return poison === 'permission' || poison === 'validation' || poison === 'silent'
}

function record(body: BulkBody, item: Body, context: ShapeContext): void {
  if (recordPoison(body, item, context)) return
  const { written, wasUpdate } = writeItem(item, context)
  if (written.kind === 'refused') {
    const errors = wasUpdate ? body.updatedErrors : body.createdErrors
    errors.push(describeError(written.message, item, context))
    return
  }
  const { _id } = written.record
  if (written.kind === 'unchanged') {
    body.nonupdates += 1
    return
  }
  if (written.kind === 'updated') {
    body.updated += 1
    body.updatesKeys.push({ _id })
    body.modified.push(_id)
    return
  }
  body.created += 1
  // `insertsKeys` has an externalId only if one was sent.
  body.insertsKeys.push(item['externalId'] === undefined ? { _id } : { _id, externalId: item['externalId'] })
  body.upsertedIds.push(_id)
}

/** "400: ... or it's duplicated" (section 1): the same key twice in one batch is refused whole. */
function repeatedKey(items: readonly Body[]): string | null {
  const seen = new Set<string>()
  for (const item of items) {
    const key = String(item['_id'] ?? `${String(item['externalId'])}@${String(item['companyId'])}`)
    const isKeyed = item['_id'] !== undefined || item['externalId'] !== undefined
    if (isKeyed && seen.has(key)) return key
    if (isKeyed) seen.add(key)
  }
  return null
}

function refuseBatch(items: readonly Body[], { switches }: ShapeContext): string | null {
  if (items.length > MAX_ITEMS) return `at most ${MAX_ITEMS} items are allowed`
  if (items.some((item) => typeof item !== 'object' || item === null)) return 'every item must be an object'
  const repeated = repeatedKey(items)
  if (repeated) return `${repeated} duplicated`
  return items.some((item) => switches.poison?.(item) === 'batch') ? 'a required key is missing' : null
}

function errorsOf(body: BulkBody): Partial<BulkBody> {
  const lists = Object.entries(body).filter(([key]) => key.endsWith('Errors'))
  return Object.fromEntries(lists.filter(([, errors]) => errors.length > 0))
}

/** 403 for a permission, whatever the switch says (docs/reference/planhat-api.md section 1). */
function statusOf(body: BulkBody, { switches }: ShapeContext): number {
  return body.permissionErrors.length > 0 ? 403 : switches.partialStatus
}

/** Upserts in order. Partial failure answers 206 (a 2xx!), 200 or 400 by switch, with the error arrays. */
export function upsertConversations(items: readonly Body[], context: ShapeContext): Answer {
  const refused = refuseBatch(items, context)
  if (refused) return answer(400, { error: refused })
  const { conversations } = context.state
  const before = context.switches.partialApplies ? null : new Map(conversations)
  const body = emptyBody()
  for (const item of items) record(body, item, context)
  const errors = errorsOf(body)
  if (Object.keys(errors).length === 0) return answer(200, body)
  if (!before) return answer(statusOf(body, context), body)
  conversations.clear()
  for (const [id, stored] of before) conversations.set(id, stored)
  return answer(statusOf(body, context), { ...emptyBody(), ...errors })
}
