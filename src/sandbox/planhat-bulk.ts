/** Bulk upsert of Conversations, with the answer's real shape (planhat-api.md section 3). */
import { type Answer, answer } from './exchange.ts'
import { type Body, resolveCompany, type ShapeContext } from './planhat-shape.ts'
import type { RawConversation } from './planhat-types.ts'
import { createConversation, updateConversation, type Written } from './planhat-write.ts'

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
function findHeld(item: Body, { state, switches }: ShapeContext): RawConversation | 'unknown-id' | null {
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
  if (context.switches.poison?.(item) === 'item') {
    return {
      written: { kind: 'refused', message: 'validation failed' },
      wasUpdate: findHeld(item, context) !== null,
    }
  }
  const held = findHeld(item, context)
  if (held === 'unknown-id')
    return { written: { kind: 'refused', message: '_id not found' }, wasUpdate: true }
  if (held === null) return { written: createConversation(item, context), wasUpdate: false }
  return { written: updateConversation(held, item, context), wasUpdate: true }
}

function record(body: BulkBody, item: Body, context: ShapeContext): void {
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

function countErrors(body: BulkBody): number {
  return body.createdErrors.length + body.updatedErrors.length + body.permissionErrors.length
}

/** Upserts in order. Partial failure answers 206 (a 2xx!), 200 or 400 by switch, with the error arrays. */
export function upsertConversations(items: readonly Body[], context: ShapeContext): Answer {
  const refused = refuseBatch(items, context)
  if (refused) return answer(400, { error: refused })
  const { conversations } = context.state
  const before = context.switches.partialApplies ? null : new Map(conversations)
  const body = emptyBody()
  for (const item of items) record(body, item, context)
  if (countErrors(body) === 0) return answer(200, body)
  if (!before) return answer(context.switches.partialStatus, body)
  conversations.clear()
  for (const [id, held] of before) conversations.set(id, held)
  const errors = { createdErrors: body.createdErrors, updatedErrors: body.updatedErrors }
  return answer(context.switches.partialStatus, { ...emptyBody(), ...errors })
}
