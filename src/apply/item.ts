import type { FieldName, Payload, RecordKind, RecordOutcome, RemoteRecord } from '../records.ts'

/** One record to write, as the plan decided it. */
export interface ApplyItem {
  readonly callId: string
  readonly record: RecordKind
  readonly action: 'create' | 'update'
  /** The whole desired payload, also for an update. */
  readonly payload: Payload
  /** For an update, the only fields that are sent; null sends all. */
  readonly fields: readonly FieldName[] | null
  /** Planhat's id where the plan knows it: such a record is always addressed by it. */
  readonly planhatId: string | null
  readonly companyMoved: boolean
  /** The company under which Planhat holds it, where it is another than the payload's. */
  readonly companyBefore?: string | undefined
}

/**
 * How records are addressed. `bulk`: by `externalId`, which the tenant is said to match. `resolve`: looked up
 * first, then in bulk by `_id`, the rest created. `single`: one by one. `auto`: as the tenant's answer to the probe
 * says; without one, as `resolve`.
 */
export type Strategy = 'auto' | 'bulk' | 'resolve' | 'single'

/** Whether this tenant's bulk upsert finds a Conversation by its `externalId`, or creates another. */
export type BulkBehaviour = 'matches' | 'creates'

/** An item on its way: the id may have been found, and with it what Planhat had before. */
export interface Entry {
  readonly item: ApplyItem
  readonly planhatId: string | null
  /** As it stood before this write, when the write path itself found it. */
  readonly before: RemoteRecord | null
}

export type Verdict = Pick<RecordOutcome, 'outcome' | 'planhatId' | 'code' | 'message' | 'planhatMessage'>

export function toEntry(item: ApplyItem): Entry {
  return { item, planhatId: item.planhatId, before: null }
}

/** From now on the record is addressed by the id it was found under. */
export function adopt(entry: Entry, remote: RemoteRecord): Entry {
  return { ...entry, planhatId: remote._id, before: entry.before ?? remote }
}

/** The company that the record leaves, where it is known; null for a record that stays. */
export function companyLeft({ item, before }: Entry): string | null {
  const left = before?.companyId ?? item.companyBefore ?? null
  return left === item.payload.companyId ? null : left
}

/** Whether this write is to bring a record under another company. */
export function isMove(entry: Entry): boolean {
  return entry.planhatId !== null && (entry.item.companyMoved || companyLeft(entry) !== null)
}
