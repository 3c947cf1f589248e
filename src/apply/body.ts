import type { FieldName, Payload } from '../records.ts'
import type { ApplyItem, Entry } from './item.ts'

/** What is sent for one record: a Payload, or the changed part of one, with its keys. */
export type Body = Partial<Omit<Payload, 'contactId'>> & {
  readonly externalId: string
  readonly _id?: string
  /** Null clears what stands there. */
  readonly contactId?: string | null
}

/**
 * A create sends the whole payload, an update only its fields: what is not sent stays as a person left it
 * (docs/reference/planhat-api.md section 3, omitted fields are untouched). `externalId` always goes along, so that
 * Planhat's answer can name the record; `companyId` of an update only when the record moves, so that a record that was
 * deleted a moment ago cannot be created again in part. Null only for a contact that is to be cleared. PURE.
 */
export function bodyOf({ item, planhatId }: Pick<Entry, 'item' | 'planhatId'>): Body {
  const { payload, fields, action } = item
  const id = planhatId === null ? {} : { _id: planhatId }
  if (action === 'create' || fields === null) return { ...id, ...withoutNothing(payload) }
  const wanted: FieldName[] = item.companyMoved ? [...fields, 'companyId'] : [...fields]
  const cleared = clearsContact(item) ? { contactId: null } : {}
  return { ...id, externalId: payload.externalId, ...pick(payload, wanted), ...cleared }
}

/** Whether this update is to take away a contact: the record is about a company alone now. */
export function clearsContact({ action, fields, payload }: ApplyItem): boolean {
  return action === 'update' && fields?.includes('contactId') === true && payload.contactId === undefined
}

/** The same without `_id`, for a request whose path names the record. */
export function pathBodyOf(entry: Entry): Omit<Body, '_id'> {
  const { _id, ...body } = bodyOf(entry)
  return body
}

/** Whether there is anything to send but the keys. */
export function hasContent(body: object): boolean {
  return Object.keys(body).some((key) => key !== '_id' && key !== 'externalId')
}

export function byteLength(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

function pick(payload: Payload, fields: readonly FieldName[]): Partial<Payload> {
  const all = withoutNothing(payload)
  const top = Object.entries(all).filter(([key]) => key !== 'custom' && fields.includes(key))
  const custom = Object.entries(all.custom ?? {}).filter(
    ([name]) => fields.includes('custom') || fields.includes(`custom.${name}`),
  )
  const part = custom.length === 0 ? {} : { custom: Object.fromEntries(custom) }
  return { ...Object.fromEntries(top), ...part }
}

function withoutNothing(payload: Payload): Payload {
  const said = Object.entries(payload).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(said) as unknown as Payload
}
