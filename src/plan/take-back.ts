import { digest } from '../conversation/digest.ts'
import type { FieldName, Payload, RemoteRecord } from '../records.ts'
import { alreadyHolds, fieldsOf, fieldValue, isUnset, sameField } from './diff.ts'
import { type Restoration, restorationOf } from './restore.ts'

/** One write as the journal has it, and what Planhat holds now. */
export interface Written {
  readonly kind: 'created' | 'updated'
  /** As Planhat had it before; null for a creation. */
  readonly before: RemoteRecord | null
  readonly payload: Payload
  /** What the ledger says stands there by our doing; null when it says nothing. */
  readonly known: Payload | null
  readonly remote: RemoteRecord
  /** Custom fields that Planhat computes: whatever they say, it is not a person's word. */
  readonly computed: ReadonlySet<string>
}

export type TakeBack =
  /** Somebody changed these fields since: theirs, so the record is left alone. */
  | { readonly kind: 'changed'; readonly fields: readonly FieldName[] }
  /** It stands already as it stood before the write. */
  | { readonly kind: 'done' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'restore'; readonly body: Restoration }

/**
 * What takes one write back, field by field and three ways: ours may go, what
 * was before is there, the rest is a person's.
 */
export function planTakeBack(o: Written): TakeBack {
  const fields = fieldsTouched(o)
  const changed = fields.filter((field) => !isOurs(field, o) && !isAsBefore(field, o))
  const added = o.kind === 'created' ? addedFields(o) : []
  if (changed.length + added.length > 0) return { kind: 'changed', fields: [...changed, ...added] }
  if (o.kind === 'created') return { kind: 'delete' }
  const { before, remote } = o
  if (before === null) return { kind: 'done' }
  const differing = fields.filter((field) => said(before, field) !== said(remote, field))
  if (differing.length === 0) return { kind: 'done' }
  return { kind: 'restore', body: restorationOf(before, differing) }
}

/** What an undo has to look at too: fields that were cleared, and are in no payload. */
function fieldsTouched({ payload, before }: Written): FieldName[] {
  const cleared = Object.keys(before?.custom ?? {}).map((name) => `custom.${name}`)
  const contact = before?.contactId === undefined ? [] : ['contactId']
  return [...new Set([...fieldsOf(payload), ...contact, ...cleared])]
}

function isOurs(field: FieldName, { payload, known, remote }: Written): boolean {
  return [payload, known].some((one) => {
    if (one === null) return false
    const ours = fieldValue(one, field)
    return alreadyHolds(field, { ours, remote: fieldValue(remote, field), base: ours })
  })
}

function isAsBefore(field: FieldName, { before, remote }: Written): boolean {
  return before !== null && sameField(field, fieldValue(before, field), fieldValue(remote, field))
}

/** A custom field that a person filled in on a record of ours: their work would go with it. */
function addedFields({ payload, remote, computed }: Written): FieldName[] {
  return Object.entries(remote.custom)
    .filter(([name, value]) => !isUnset(value) && !(name in (payload.custom ?? {})) && !computed.has(name))
    .map(([name]) => `custom.${name}`)
}

/** To the letter: what means the same to a reader is put back all the same. */
function said(record: RemoteRecord, field: FieldName): string {
  const value = fieldValue(record, field)
  return isUnset(value) ? '' : digest(value)
}
