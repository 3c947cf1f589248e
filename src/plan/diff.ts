import { foldText, sameText } from '../conversation/html.ts'
import type { FieldName, HeldRecord, Payload } from '../domain.ts'
import { areAmong, namedPeople, samePeople } from './people.ts'

const CUSTOM = 'custom.'

/** The compared fields of a payload in a fixed order; `externalId` is how records are found, so it is none. */
export function fieldsOf(payload: Payload): FieldName[] {
  const fields = ['type', 'subject', 'description', 'date', 'companyId', 'contactId', 'endusers', 'users']
  const present = fields.filter((field) => payload[field as keyof Payload] !== undefined)
  const custom = Object.keys(payload.custom ?? {}).map((name) => CUSTOM + name)
  return [...present, ...custom.sort()]
}

/** The value of a compared field, in a payload or in a held record; undefined when there is none. */
export function fieldValue(record: Payload | HeldRecord, field: FieldName): unknown {
  if (field.startsWith(CUSTOM)) return record.custom?.[field.slice(CUSTOM.length)]
  return record[field as keyof Payload & keyof HeldRecord]
}

/** Whether two values of a field mean the same to a reader in Planhat, however they are written. */
export function sameField(field: FieldName, a: unknown, b: unknown): boolean {
  switch (field) {
    case 'subject':
    case 'description':
      return sameText(String(a ?? ''), String(b ?? ''))
    case 'date':
      return instantOf(a) === instantOf(b)
    case 'endusers':
    case 'users':
      return samePeople(namedPeople(a), namedPeople(b))
    default:
      return foldValue(a) === foldValue(b)
  }
}

/**
 * Whether the held record already says what we would write. Two allowances for what Planhat may drop: a
 * `contactId` that it does not give back (planhat-api.md section 2: in no public field list), and a person
 * without an id whom we sent before (`base`): sending them again every night would change nothing.
 */
export function alreadyHolds(
  field: FieldName,
  o: { readonly ours: unknown; readonly held: unknown; readonly base: unknown },
): boolean {
  if (field === 'contactId' && isUnset(o.held)) return true
  if (sameField(field, o.ours, o.held)) return true
  if (field !== 'users' && field !== 'endusers') return false
  const [ours, held, base] = [namedPeople(o.ours), namedPeople(o.held), namedPeople(o.base)]
  const dropped = ours.filter((one) => !areAmong([one], held))
  return areAmong(held, ours) && areAmong(dropped, base) && dropped.every((one) => one.id === undefined)
}

/** Nothing there: Planhat gives back an emptied field as absent, null or empty. */
export function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** UNIX milliseconds of a date in any ISO form, or of a bare number as milliseconds; null when it is none. */
export function instantOf(value: unknown): number | null {
  const text = String(value ?? '').trim()
  const instant = /^-?\d{1,16}$/u.test(text) ? Number(text) : Date.parse(text)
  return Number.isNaN(instant) ? null : instant
}

// A number field may come back as text and a list in another order (custom field types of planhat-api.md).
function foldValue(value: unknown): string {
  if (isUnset(value)) return ''
  if (Array.isArray(value)) return value.map(foldValue).sort().join('\n')
  return foldText(typeof value === 'object' ? JSON.stringify(value) : String(value))
}
