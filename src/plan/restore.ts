import type { HeldRecord, Payload, Person } from '../records.ts'

/** What is sent to put a Conversation back as it stood before a write of ours; null clears what was not there. */
export interface Restoration {
  readonly subject: string | null
  readonly description: string | null
  readonly type?: string
  readonly date?: string
  readonly companyId?: string
  readonly endusers: readonly Person[]
  readonly users: readonly Person[]
  readonly custom?: Readonly<Record<string, unknown>>
}

/** The fields of `before` that `written` touched, with null for custom fields that had no value. */
export function restorationOf(before: HeldRecord, written: Payload): Restoration {
  const custom = Object.keys(written.custom ?? {}).map((name) => [name, before.custom[name] ?? null])
  return {
    subject: before.subject ?? null,
    description: before.description ?? null,
    ...(before.type !== undefined && { type: before.type }),
    ...(before.date !== undefined && { date: before.date }),
    ...(before.companyId !== undefined && { companyId: before.companyId }),
    endusers: before.endusers,
    users: before.users,
    ...(custom.length > 0 && { custom: Object.fromEntries(custom) }),
  }
}

/** The ledger's payload after a restoration: what stands in Planhat is known again, so a later plan may improve it. */
export function payloadAfter(before: HeldRecord, written: Payload): Payload {
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
