import type { FieldName, Payload, RemoteRecord } from '../records.ts'
import { fieldValue } from './diff.ts'

/** What is sent to put a Conversation back as it stood before a write of ours; null clears what was not there. */
export type Restoration = Readonly<Record<string, unknown>>

/** Fields that Planhat does not let go empty: what was not there is not cleared. */
const NEVER_EMPTY: ReadonlySet<FieldName> = new Set(['type', 'date', 'companyId'])
const CUSTOM = 'custom.'

/** These fields as `before` has them. */
export function restorationOf(before: RemoteRecord, fields: readonly FieldName[]): Restoration {
  const body: Record<string, unknown> = {}
  const custom: Record<string, unknown> = {}
  for (const field of fields) {
    const value = fieldValue(before, field) ?? null
    if (field.startsWith(CUSTOM)) custom[field.slice(CUSTOM.length)] = value
    else if (value !== null || !NEVER_EMPTY.has(field)) body[field] = value
  }
  return Object.keys(custom).length === 0 ? body : { ...body, custom }
}

/** The ledger's payload after a restoration: what stands in Planhat is known again, so a later plan may improve it. */
export function payloadAfter(before: RemoteRecord, written: Payload): Payload {
  const { contactId: _, custom: __, ...rest } = written
  const kept = Object.entries(before.custom).filter(
    ([name, value]) => name in (written.custom ?? {}) && value !== null,
  )
  return {
    ...rest,
    subject: before.subject ?? '',
    description: before.description ?? '',
    type: before.type ?? written.type,
    date: before.date ?? written.date,
    companyId: before.companyId ?? written.companyId,
    ...(before.contactId !== undefined && { contactId: before.contactId }),
    endusers: before.endusers,
    users: before.users,
    ...(kept.length > 0 && { custom: Object.fromEntries(kept) as NonNullable<Payload['custom']> }),
  }
}
