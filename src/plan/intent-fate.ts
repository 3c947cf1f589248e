import type { FieldName, Payload, RemoteRecord } from '../records.ts'
import { alreadyHolds, fieldsOf, fieldValue } from './diff.ts'

/** A write that was sent and not confirmed, as far as its fate depends on it. */
export interface Sent {
  readonly planhatId: string | null
  readonly payload: Payload
  /** Null: all of the payload. */
  readonly fields: readonly FieldName[] | null
  readonly before: RemoteRecord | null
}

/**
 * The record that a write left in Planhat, among what Planhat holds now; null when it never arrived. A person may have
 * changed a field since: one field that was sent, that stood there differently before and is there now, is proof. PURE.
 */
export function findLanded(sent: Sent, remote: readonly RemoteRecord[]): RemoteRecord | null {
  const { planhatId, payload } = sent
  if (planhatId === null) {
    const inCompany = remote.filter(({ companyId }) => companyId === payload.companyId)
    return inCompany.find((one) => isCreated(payload, one)) ?? null
  }
  const record = remote.find(({ _id }) => _id === planhatId)
  return record !== undefined && touchedFields(sent).some((field) => holds(field, payload, record))
    ? record
    : null
}

/** What the ledger may say of it: as it was sent, but under the company where it stayed when it was not moved. */
export function payloadLanded({ payload, before }: Sent, remote: RemoteRecord): Payload {
  const stayed = before?.companyId !== undefined && before.companyId === remote.companyId
  return stayed ? { ...payload, companyId: before.companyId ?? payload.companyId } : payload
}

/**
 * The live automation writes the same external ids with other words, so two
 * fields have to agree, or the description.
 */
function isCreated(payload: Payload, remote: RemoteRecord): boolean {
  return (
    holds('description', payload, remote) ||
    (holds('date', payload, remote) && holds('subject', payload, remote))
  )
}

function touchedFields({ payload, fields, before }: Sent): readonly FieldName[] {
  const sent = fields ?? fieldsOf(payload)
  if (before === null) return sent
  // By the same measure as afterwards: what counted as there before proves nothing now.
  return sent.filter((field) => !holds(field, payload, before))
}

function holds(field: FieldName, payload: Payload, remote: RemoteRecord): boolean {
  const ours = fieldValue(payload, field)
  return alreadyHolds(field, { ours, remote: fieldValue(remote, field), base: ours })
}
