import type { FieldChange, FieldName, Payload } from '../records.ts'
import { alreadyHolds, fieldsOf, fieldValue, isUnset, sameField } from './diff.ts'
import { areAmong, namedPeople } from './people.ts'
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
  /** Has marks that only the live automation leaves. */
  readonly automation: boolean
  /** It names a contact who is not of the call any more, and Planhat is known not to clear one. */
  readonly contactKept: boolean
}

export interface CompareInput extends Recognition {
  /** What the ledger says we wrote; null when we never did, or the state was lost. */
  readonly base: Payload | null
  /** Whether the index has no such End User any more: deleted, or merged into another. By default none is gone. */
  readonly isGone?: (endUserId: string) => boolean
  /** Whether Planhat may clear a contact; asked only where there is one to clear. By default it may. */
  readonly clearsContacts?: () => boolean
}

/**
 * Desired against remote, field by field and three ways. With a base, a field that still says what we wrote is
 * ours to change and any other is a person's. Without one, a field is ours to change when the automation or
 * an earlier run of ours can have written it.
 */
export function compareRecord(o: CompareInput): Comparison {
  const changes: FieldChange[] = []
  const edited: FieldChange[] = []
  for (const field of fieldsOf(o.desired.payload)) {
    const ours = fieldValue(o.desired.payload, field)
    const remote = fieldValue(o.remote, field)
    const base = o.base === null ? undefined : fieldValue(o.base, field)
    if (alreadyHolds(field, { ours, remote, base })) continue
    const list = isOursToChange(field, o) ? changes : edited
    list.push({ field, before: remote, after: ours })
  }
  const contact = strayContact(o)
  const contactKept = contact === 'ours' && o.clearsContacts?.() === false
  if (contact !== 'none' && !contactKept)
    (contact === 'ours' ? changes : edited).push({
      field: 'contactId',
      before: o.remote.contactId,
      after: null,
    })
  const changed = new Set(changes.map(({ field }) => field))
  return {
    changes,
    edited,
    moved:
      changed.has('companyId') || (hasEndUserChange(changed) && (isUnderOtherEndUser(o) || wasOfGone(o))),
    automation: changes.some(({ field }) => bearsAutomationMark(field, o)),
    contactKept,
  }
}

/**
 * A contact on a record that is about a company alone: a shared line, a call settled
 * so. The automation's or our own of before goes, or the record keeps pointing at
 * somebody of another company; one that a person added among the End Users is theirs.
 */
function strayContact({ desired, remote, base }: CompareInput): 'none' | 'ours' | 'edited' {
  const { contactId } = remote
  if (desired.payload.contactId !== undefined || isUnset(contactId)) return 'none'
  if (base === null || base.contactId === contactId) return 'ours'
  const isAdded =
    base.contactId !== undefined || namedPeople(remote.endusers).some(({ id }) => id === contactId)
  return isAdded ? 'edited' : 'ours'
}

function isOursToChange(field: FieldName, o: CompareInput): boolean {
  if (o.base === null) return isRecognised(field, o)
  const remote = fieldValue(o.remote, field)
  return (
    sameField(field, fieldValue(o.base, field), remote) ||
    bearsAutomationMark(field, o) ||
    sameField(field, fieldValue(withoutGone(o.base, o), field), remote) ||
    (field === 'users' && addsOnlyOurs(o, o.base))
  )
}

/** What we wrote, as it stands once Planhat took End Users who are gone out of it: nobody's edit. */
function withoutGone(base: Payload, { isGone = () => false }: CompareInput): Payload {
  const { contactId, ...rest } = base
  const kept = contactId === undefined || isGone(contactId) ? {} : { contactId }
  return { ...rest, ...kept, endusers: base.endusers.filter(({ id }) => id === undefined || !isGone(id)) }
}

/** The End User whom we wrote it for is gone, and the match gives somebody else: merged contacts, for one. */
function wasOfGone({ base, desired, isGone = () => false }: CompareInput): boolean {
  const [before, ours] = [base?.endusers ?? [], desired.payload.endusers]
  return (
    before.some(({ id }) => id !== undefined && isGone(id)) && !before.some((one) => areAmong([one], ours))
  )
}

/** The automation added the agent whom we would add too: no person's edit. */
function addsOnlyOurs({ remote, desired }: CompareInput, base: Payload): boolean {
  return (
    areAmong(base.users, namedPeople(remote.users)) &&
    areAmong(namedPeople(remote.users), desired.payload.users)
  )
}

function hasEndUserChange(changed: ReadonlySet<FieldName>): boolean {
  return changed.has('endusers') || changed.has('contactId')
}
