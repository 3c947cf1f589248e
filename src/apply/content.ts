import { sameText } from '../conversation/html.ts'
import { foldHalves } from '../conversation/well-formed.ts'
import type { Person, RemoteRecord } from '../records.ts'
import type { Body } from './body.ts'

/**
 * Whether Planhat holds what was sent, key by key. Tolerant where Planhat is known to re-write:
 * white space and dashes in texts, the form of a date, names of people; `contactId` may be ignored,
 * and may not be cleared. A false "no" costs one more update by `_id`, never a second record. PURE.
 */
export function holdsContent(body: Body, held: RemoteRecord): boolean {
  return (
    holdsText(body.type, held.type) &&
    holdsText(body.subject, held.subject) &&
    holdsText(body.description, held.description) &&
    sameInstant(body.date, held.date) &&
    (body.companyId === undefined || body.companyId === held.companyId) &&
    ((body.contactId ?? undefined) === undefined ||
      held.contactId === undefined ||
      body.contactId === held.contactId) &&
    samePeople(body.endusers, held.endusers) &&
    samePeople(body.users, held.users) &&
    Object.entries(body.custom ?? {}).every(([name, value]) => sameValue(value, held.custom[name]))
  )
}

/** To the second: that is all the precision Aircall gives. */
export function sameInstant(sent: string | undefined, held: string | undefined): boolean {
  if (sent === undefined) return true
  return Math.abs(Date.parse(sent) - Date.parse(held ?? '')) < 1000
}

function holdsText(sent: string | undefined, held: string | undefined): boolean {
  return sent === undefined || sameText(sent, held ?? '')
}

/** By id or e-mail, in any order: Planhat may return one of the two only, and re-cases names. */
function samePeople(sent: readonly Person[] | undefined, held: readonly Person[]): boolean {
  if (sent === undefined) return true
  const known = new Set(held.flatMap(keysOf))
  const named = sent.filter((person) => keysOf(person).length > 0)
  return held.length >= named.length && named.every((person) => keysOf(person).some((key) => known.has(key)))
}

function keysOf(person: Person): string[] {
  return [person.id, person.email?.toLowerCase()].filter((key) => key !== undefined)
}

function sameValue(sent: unknown, held: unknown): boolean {
  if (Array.isArray(sent)) return JSON.stringify(sent) === JSON.stringify(held)
  return held !== undefined && held !== null && foldHalves(String(sent)) === foldHalves(String(held))
}
