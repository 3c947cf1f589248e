/**
 * Writes to the Conversations of the embedded Planhat: create, update, bulk, delete (docs/reference/planhat-api.md
 * section 3).
 */
import { isDeepStrictEqual } from 'node:util'
import { type Body, deriveFields, refuseCreate, type ShapeContext, shapeConversation } from './shape.ts'
import type { RawConversation } from './types.ts'

export type Written =
  | { readonly kind: 'created' | 'updated' | 'unchanged'; readonly record: RawConversation }
  | { readonly kind: 'refused'; readonly message: string }

const DUPLICATED = 'externalId duplicated'

/** An externalId is unique within one company, not beyond (section 3). */
export function isTaken(externalId: unknown, companyId: string, context: ShapeContext): boolean {
  if (externalId === undefined || externalId === null) return false
  const bearers = context.state.conversations.byExternalId(String(externalId))
  return bearers.some((one) => one.companyId === companyId)
}

/** Creates and never updates; a repeated externalId in one company is a switch (section 9, 2). */
export function createConversation(body: Body, context: ShapeContext): Written {
  const refused = refuseCreate(body, context)
  if (refused) return { kind: 'refused', message: refused }
  const shaped = shapeConversation({ type: 'note', ...body, date: body['date'] ?? null }, context)
  if (!shaped.ok) return { kind: 'refused', message: shaped.message }
  const { fields } = shaped
  const companyId = fields.companyId ?? ''
  if (context.switches.postDuplicate === '400' && isTaken(fields.externalId, companyId, context)) {
    return { kind: 'refused', message: DUPLICATED }
  }
  const record = {
    subject: null,
    description: null,
    users: [],
    endusers: [],
    activityTags: [],
    tags: [],
    autoTags: [],
    starred: false,
    pinned: false,
    archived: false,
    isOpen: false,
    emailTemplateIds: [],
    waitsToBeFiltered: true,
    timeBucket: [],
    sender: [],
    history: [],
    hasAttachments: false,
    ...fields,
    _id: context.state.newId(),
    companyId,
    type: fields.type ?? 'note',
    date: fields.date ?? '',
    custom: fields.custom ?? {},
    createDate: new Date(context.nowMs).toISOString(),
    __v: 0,
  }
  const whole: RawConversation = { ...record, ...deriveFields(record, context) }
  context.state.conversations.set(whole._id, whole)
  return { kind: 'created', record: whole }
}

/** A partial update: keys left out stay, arrays are replaced, custom fields are merged (section 3). */
export function updateConversation(stored: RawConversation, body: Body, context: ShapeContext): Written {
  const shaped = shapeConversation(body, context)
  if (!shaped.ok) return { kind: 'refused', message: shaped.message }
  const { companyId, ...fields } = shaped.fields
  const moved = companyId !== undefined && context.switches.companyMoves ? companyId : stored.companyId
  const movesOntoTwin =
    moved !== stored.companyId && isTaken(fields.externalId ?? stored.externalId, moved, context)
  if (movesOntoTwin) return { kind: 'refused', message: DUPLICATED }
  const custom = { ...stored.custom, ...fields.custom }
  const next = { ...stored, ...fields, _id: stored._id, companyId: moved, custom }
  const whole: RawConversation = { ...next, ...deriveFields(next, context) }
  if (isDeepStrictEqual(whole, stored) && context.switches.detectNonupdates)
    return { kind: 'unchanged', record: stored }
  context.state.conversations.set(whole._id, whole)
  return { kind: 'updated', record: whole }
}
