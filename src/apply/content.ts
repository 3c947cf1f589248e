import { sameText } from '../conversation/html.ts'
import { foldHalves } from '../conversation/well-formed.ts'
import type { Person, RemoteRecord } from '../records.ts'
import type { Body } from './body.ts'

/**
 * Whether Planhat holds what was sent, key by key. Tolerant where Planhat is known to re-write:
 * white space and dashes in texts, the form of a date, names of people; `contactId` may be ignored,
 * and may not be cleared. A false "no" costs one more update by `_id`, never a second record. PURE.
 */
export function holdsContent(body: Body, remote: RemoteRecord): boolean {
  return (
    holdsText(body.type, remote.type) &&
    holdsText(body.subject, remote.subject) &&
    holdsText(body.description, remote.description) &&
    sameInstant(body.date, remote.date) &&
    (body.companyId === undefined || body.companyId === remote.companyId) &&
    ((body.contactId ?? undefined) === undefined ||
      remote.contactId === undefined ||
      body.contactId === remote.contactId) &&
    samePeople(body.endusers, remote.endusers) &&
    samePeople(body.users, remote.users) &&
    Object.entries(body.custom ?? {}).every(([name, value]) => sameValue(value, remote.custom[name]))
  )
}

/** To the second: that is all the precision Aircall gives. */
export function sameInstant(sent: string | undefined, remote: string | undefined): boolean {
  if (sent === undefined) return true
  return Math.abs(Date.parse(sent) - Date.parse(remote ?? '')) < 1000
}

function holdsText(sent: string | undefined, remote: string | undefined): boolean {
  return sent === undefined || sameText(sent, remote ?? '')
}

/** By id or e-mail, in any order: Planhat may return one of the two only, and re-cases names. */
function samePeople(sent: readonly Person[] | undefined, remote: readonly Person[]): boolean {
  if (sent === undefined) return true
  const known = new Set(remote.flatMap(keysOf))
  const named = sent.filter((person) => keysOf(person).length > 0)
  return (
    remote.length >= named.length && named.every((person) => keysOf(person).some((key) => known.has(key)))
  )
}

function keysOf(person: Person): string[] {
  return [person.id, person.email?.toLowerCase()].filter((key) => key !== undefined)
}

function sameValue(sent: unknown, remote: unknown): boolean {
  if (Array.isArray(sent)) return JSON.stringify(sent) === JSON.stringify(remote)
  return remote !== undefined && remote !== null && foldHalves(String(sent)) === foldHalves(String(remote))
}
