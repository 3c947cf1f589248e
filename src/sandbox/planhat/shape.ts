/** What Planhat makes of a Conversation that is sent to it (docs/reference/planhat-api.md section 2). */

import type { Switches } from '../switches.ts'
import type { PlanhatState } from './state.ts'
import type { RawConversation, RawPerson } from './types.ts'

export type Body = Record<string, unknown>
export type Shaped =
  | { readonly ok: true; readonly fields: Partial<RawConversation> }
  | { readonly ok: false; readonly message: string }

export interface ShapeContext {
  readonly state: PlanhatState
  readonly switches: Switches
  readonly nowMs: number
}

type Refusal = { readonly refused: string }

const RESERVED_TYPES = ['email', 'chat', 'ticket', 'call']
/** Made by the server, whatever is sent. */
const GENERATED = ['_id', 'companyName', 'snippet', 'createDate', 'isCustomType', 'hasMore', 'userIds', '__v']
const SNIPPET_CHARS = 120

/** An unknown type silently becomes `note`: no error, docs/reference/planhat-api.md section 2. */
function shapeType(type: unknown, { switches }: ShapeContext): string | Refusal {
  const name = typeof type === 'string' ? type : 'note'
  if (RESERVED_TYPES.includes(name)) {
    if (switches.reservedTypes === 'reject') return { refused: `type ${name} is reserved` }
    return switches.reservedTypes === 'keep' ? name : 'note'
  }
  return switches.conversationTypes.includes(name) ? name : 'note'
}

/** References take `extid-` and `srcid-`; a stored externalId never has them (section 3). */
export function resolveCompany(value: unknown, state: PlanhatState): string | null {
  if (typeof value !== 'string') return null
  if (state.companies.has(value)) return value
  const [prefix, key] = [value.slice(0, 6), value.slice(6)]
  for (const company of state.companies.values()) {
    if (prefix === 'extid-' && company.externalId === key) return company._id
    if (prefix === 'srcid-' && company.sourceId === key) return company._id
  }
  return null
}

function shapeDate(date: unknown, { switches, nowMs }: ShapeContext): string | Refusal {
  const now = new Date(nowMs).toISOString()
  if (date === undefined || date === null || date === '') return now
  const isUnix = typeof date === 'number' || (typeof date === 'string' && /^\d{9,13}$/.test(date))
  if (isUnix) {
    if (switches.unixDates === 'reject') return { refused: 'date is not a valid date' }
    return switches.unixDates === 'now' ? now : new Date(Number(date)).toISOString()
  }
  const read = new Date(String(date))
  if (Number.isNaN(read.getTime())) return { refused: 'date is not a valid date' }
  if (switches.datePrecision === 'seconds') read.setUTCMilliseconds(0)
  return read.toISOString()
}

function shapeDescription(value: unknown, { markup, maxDescription }: Switches): unknown {
  if (typeof value !== 'string') return value
  const text = markup === 'kept' ? value : value.replaceAll(/<(?!\/?(?:p|br)\b)[^>]*>/g, '')
  return maxDescription === null ? text : text.slice(0, maxDescription)
}

function shapeCustom(custom: unknown, { state, switches }: ShapeContext): Record<string, unknown> | Refusal {
  if (custom === undefined || custom === null) return {}
  if (typeof custom !== 'object') return { refused: 'custom is not an object' }
  const fields = state.customFields.filter((field) => field.parent.toLowerCase() === 'conversation')
  const known = new Set(fields.map((field) => field.name))
  const entries = Object.entries(custom)
  const unknown = entries.find(([name]) => !known.has(name))
  if (unknown && switches.unknownCustom === 'reject') return { refused: `unknown custom field ${unknown[0]}` }
  const kept = switches.unknownCustom === 'drop' ? entries.filter(([name]) => known.has(name)) : entries
  return Object.fromEntries(kept)
}

type Directory = Iterable<{ _id: string; email?: string; name?: string; nickName?: string }>

function findPerson(email: string | undefined, directory: Directory): RawPerson[] {
  for (const known of directory) {
    if (known.email?.toLowerCase() !== email?.toLowerCase()) continue
    const name = known.name ?? known.nickName
    return [{ id: known._id, ...(name === undefined ? {} : { name }) }]
  }
  return []
}

/** Persons with an `id` stay as sent; with an e-mail alone it is a switch (section 2). */
function shapePersons(value: unknown, directory: () => Directory, switches: Switches): RawPerson[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((one: unknown): RawPerson[] => {
    const person: RawPerson = typeof one === 'string' ? { id: one } : { ...(one as RawPerson) }
    if (person.id !== undefined || switches.emailOnlyPersons === 'keep') return [person]
    return switches.emailOnlyPersons === 'drop' ? [] : findPerson(person.email, directory())
  })
}

function stripTags(html: unknown): string {
  return String(html ?? '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, SNIPPET_CHARS)
}

function missingField(body: Body, { state }: ShapeContext): string | null {
  const custom = (body['custom'] ?? {}) as Record<string, unknown>
  const needed = state.customFields.find((field) => {
    return (
      field.parent.toLowerCase() === 'conversation' && field.isMandatory && custom[field.name] === undefined
    )
  })
  return needed ? `custom.${needed.name} is required` : null
}

/** What a create needs beside the fields' own rules: a company, and every mandatory custom field. */
export function refuseCreate(body: Body, context: ShapeContext): string | null {
  if (body['companyId'] === undefined || body['companyId'] === null) return 'companyId is required'
  if (resolveCompany(body['companyId'], context.state) === null) return 'companyId is not a valid company'
  return missingField(body, context)
}

function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value
}

/** The shapers of the fields that Planhat does not store as they come. */
function shapeField(name: string, value: unknown, context: ShapeContext): unknown {
  const { state, switches } = context
  if (name === 'type') return shapeType(value, context)
  if (name === 'date') return shapeDate(value, context)
  if (name === 'custom') return shapeCustom(value, context)
  if (name === 'description') return shapeDescription(value, switches)
  if (name === 'endusers') return shapePersons(value, () => state.endUsers.values(), switches)
  if (name === 'users') return shapePersons(value, () => state.users.values(), switches)
  if (name !== 'companyId') return value
  return resolveCompany(value, state) ?? { refused: 'companyId is not a valid company' }
}

function refuseSize(body: Body, { switches }: ShapeContext): string | null {
  const length = String(body['description'] ?? '').length
  return switches.maxDescription !== null &&
    switches.longDescriptions === 'refused' &&
    length > switches.maxDescription
    ? 'description is too long'
    : null
}

/** Shapes the fields that were sent, and only those; the caller adds defaults or merges. */
export function shapeConversation(body: Body, context: ShapeContext): Shaped {
  const tooLong = refuseSize(body, context)
  if (tooLong) return { ok: false, message: tooLong }
  const fields: Partial<RawConversation> = {}
  for (const [name, value] of Object.entries(body)) {
    if (GENERATED.includes(name)) continue
    if (name === 'contactId' && context.switches.contactId === 'ignored') continue
    if (name === 'contactId' && context.switches.contactId === 'kept' && value === null) continue
    const shaped = shapeField(name, value, context)
    if (isRefusal(shaped)) return { ok: false, message: shaped.refused }
    fields[name] = shaped
  }
  if (fields.externalId !== undefined) fields.externalId = String(fields.externalId)
  return { ok: true, fields }
}

/** The keys that the server makes from the others, anew at every write. */
export function deriveFields(
  record: Pick<RawConversation, 'companyId' | 'description' | 'type' | 'users'>,
  context: ShapeContext,
) {
  const text = String(record.description ?? '')
  return {
    companyName: context.state.companies.get(record.companyId)?.name ?? null,
    snippet: stripTags(text),
    hasMore: text.length > SNIPPET_CHARS,
    isCustomType: record.type !== 'note',
    userIds: record.users.map((user) => user.id).filter((id) => id !== undefined),
  }
}
