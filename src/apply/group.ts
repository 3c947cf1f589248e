import type { Entry } from './item.ts'

/** Records that go out in one request. */
export interface Group {
  readonly entries: readonly Entry[]
  /** How often the answer to just these was lost. */
  readonly lost: number
}

/** Up to this many records of unclear fate are sent alone, so that each answer is about one record. */
const ALONE = 10

export function groupOf(entries: readonly Entry[], lost = 0): Group[] {
  return entries.length === 0 ? [] : [{ entries, lost }]
}

export function alone(entries: readonly Entry[]): Group[] {
  return entries.map((entry) => ({ entries: [entry], lost: 0 }))
}

/** Two halves: a poison record is alone after nine steps in a batch of 500. PURE. */
export function halve(entries: readonly Entry[], lost = 0): Group[] {
  const middle = Math.ceil(entries.length / 2)
  return [...groupOf(entries.slice(0, middle), lost), ...groupOf(entries.slice(middle), lost)]
}

export function split(entries: readonly Entry[]): Group[] {
  return entries.length <= ALONE ? alone(entries) : halve(entries)
}
