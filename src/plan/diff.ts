import { foldText, sameText } from '../conversation/html.ts'
import type { FieldName, Payload, Person, RemoteRecord } from '../records.ts'
import { areAmong, namedPeople, samePeople, samePerson } from './people.ts'

const CUSTOM = 'custom.'

/** The compared fields of a payload in a fixed order; `externalId` is how records are found, so it is none. */
export function fieldsOf(payload: Payload): FieldName[] {
  const fields = ['type', 'subject', 'description', 'date', 'companyId', 'contactId', 'endusers', 'users']
  const present = fields.filter((field) => payload[field as keyof Payload] !== undefined)
  const custom = Object.keys(payload.custom ?? {}).map((name) => CUSTOM + name)
  return [...present, ...custom.sort()]
}

/** The value of a compared field, in a payload or in a remote record; undefined when there is none. */
export function fieldValue(record: Payload | RemoteRecord, field: FieldName): unknown {
  if (field.startsWith(CUSTOM)) return record.custom?.[field.slice(CUSTOM.length)]
  return record[field as keyof Payload & keyof RemoteRecord]
}

/** Whether two values of a field mean the same to a reader in Planhat, however they are written. */
export function sameField(field: FieldName, a: unknown, b: unknown): boolean {
  switch (field) {
    case 'subject':
    case 'description':
      return sameText(String(a ?? ''), String(b ?? ''))
    case 'date':
      return sameInstant(a, b)
    case 'endusers':
    case 'users':
      return samePeople(namedPeople(a), namedPeople(b))
    default:
      return foldValue(a) === foldValue(b)
  }
}

/**
 * Whether the remote record already says what we would write. Planhat may drop a `contactId` without a word
 * (docs/reference/planhat-api.md section 2: it is in no public field list), and people have rules of their own.
 */
export function alreadyHolds(
  field: FieldName,
  o: { readonly ours: unknown; readonly remote: unknown; readonly base: unknown },
): boolean {
  if (field === 'contactId' && isUnset(o.remote)) return true
  if (field !== 'users' && field !== 'endusers') return sameField(field, o.ours, o.remote)
  return holdsPeople({ ours: namedPeople(o.ours), remote: namedPeople(o.remote), base: namedPeople(o.base) })
}

/**
 * An e-mail alone is improved by an id, once (docs/reference/automation.md M11). What we sent before and Planhat gave
 * back without the id, or dropped because there was none, would come back the same every night: it counts as there.
 */
function holdsPeople(o: Record<'ours' | 'remote' | 'base', readonly Person[]>): boolean {
  return (
    areAmong(o.remote, o.ours) &&
    o.ours.every((one) => {
      const found = o.remote.find((other) => samePerson(one, other))
      if (found !== undefined && (found.id !== undefined || one.id === undefined)) return true
      const sent = o.base.find((other) => samePerson(one, other))
      if (sent === undefined) return false
      return found === undefined ? one.id === undefined : sent.id === one.id
    })
  )
}

/** Nothing there: Planhat gives back an emptied field as absent, null or empty. */
export function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** Two dates in any form, to the second: that is all the precision Aircall gives. */
export function sameInstant(a: unknown, b: unknown): boolean {
  const [one, other] = [instantOf(a), instantOf(b)]
  if (one === null || other === null) return one === other
  return Math.abs(one - other) < 1000
}

/** UNIX milliseconds of a date in any ISO form, or of a bare number as milliseconds; null when it is none. */
export function instantOf(value: unknown): number | null {
  const text = String(value ?? '').trim()
  const instant = /^-?\d{1,16}$/u.test(text) ? Number(text) : Date.parse(text)
  return Number.isNaN(instant) ? null : instant
}

// A number field may come back as text and a list in another order (custom field types of
// docs/reference/planhat-api.md).
function foldValue(value: unknown): string {
  if (isUnset(value)) return ''
  if (Array.isArray(value)) return value.map(foldValue).sort().join('\n')
  return foldText(typeof value === 'object' ? JSON.stringify(value) : String(value))
}
