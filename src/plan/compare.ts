import type { FieldChange, FieldName, Payload } from '../records.ts'
import { alreadyHolds, fieldsOf, fieldValue, sameField } from './diff.ts'
import {
  bearsAutomationMark,
  isRecognised,
  isUnderOtherEndUser,
  type Recognition,
} from './recognise-field.ts'

export interface Comparison {
  /** Ours to send. */
  readonly changes: FieldChange[]
  /** A person's: kept. */
  readonly edited: FieldChange[]
  /** It hangs on another company or End User than the match gives, and that is not a person's doing. */
  readonly moved: boolean
  /** Bears marks that only the live automation leaves. */
  readonly automation: boolean
}

export interface CompareInput extends Recognition {
  /** What the ledger says we wrote; null when we never did, or the state was lost. */
  readonly base: Payload | null
}

/**
 * Desired against held, field by field and three ways. With a base, a field that still says what we wrote is
 * ours to change and any other is a person's. Without one, a field is ours to change when the automation or
 * an earlier run of ours can have written it.
 */
export function compareRecord(o: CompareInput): Comparison {
  const changes: FieldChange[] = []
  const edited: FieldChange[] = []
  for (const field of fieldsOf(o.desired.payload)) {
    const ours = fieldValue(o.desired.payload, field)
    const held = fieldValue(o.held, field)
    const base = o.base === null ? undefined : fieldValue(o.base, field)
    if (alreadyHolds(field, { ours, held, base })) continue
    const list = isOursToChange(field, o) ? changes : edited
    list.push({ field, before: held, after: ours })
  }
  const changed = new Set(changes.map(({ field }) => field))
  return {
    changes,
    edited,
    moved: changed.has('companyId') || (hasEndUserChange(changed) && isUnderOtherEndUser(o)),
    automation: changes.some(({ field }) => bearsAutomationMark(field, o)),
  }
}

function isOursToChange(field: FieldName, o: CompareInput): boolean {
  if (o.base === null) return isRecognised(field, o)
  return (
    sameField(field, fieldValue(o.base, field), fieldValue(o.held, field)) || bearsAutomationMark(field, o)
  )
}

function hasEndUserChange(changed: ReadonlySet<FieldName>): boolean {
  return changed.has('endusers') || changed.has('contactId')
}
