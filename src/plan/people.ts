import { foldHalves } from '../conversation/well-formed.ts'
import type { Person } from '../records.ts'

/** Whether two entries mean one person: by id where both have one, else by e-mail, else by name. */
export function samePerson(a: Person, b: Person): boolean {
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id
  if (a.email !== undefined && b.email !== undefined) return fold(a.email) === fold(b.email)
  // Only when nothing better is there on both sides: Planhat re-cases names and drops keys it cannot resolve.
  return a.name !== undefined && b.name !== undefined && fold(a.name) === fold(b.name)
}

/** Whether every one of `some` is among `all`. */
export function areAmong(some: readonly Person[], all: readonly Person[]): boolean {
  return some.every((one) => all.some((other) => samePerson(one, other)))
}

/** The same people, in whatever order. */
export function samePeople(a: readonly Person[], b: readonly Person[]): boolean {
  return areAmong(a, b) && areAmong(b, a)
}

/** Leaves out entries that name nobody, as in Planhat's own example `"users": [{}]`. */
export function namedPeople(value: unknown): Person[] {
  if (!Array.isArray(value)) return []
  return value.filter(
    (one: Person) => one.id !== undefined || one.email !== undefined || one.name !== undefined,
  )
}

/** One text a person, the strongest key they have; the same whatever the order. */
export function keysOf(people: readonly Person[]): string[] {
  return people.map((one) => one.id ?? fold(one.email ?? one.name ?? '')).sort()
}

function fold(text: string): string {
  return foldHalves(text).trim().toLowerCase()
}
