import type { BulkAnswer, BulkError, BulkKey } from '../planhat/bulk-answer.ts'
import type { Entry } from './item.ts'

/** Which record each part of a bulk answer is about. */
export interface Correlation {
  /** Created, with the id when the answer gave it. */
  readonly inserted: ReadonlyMap<Entry, string>
  readonly changed: ReadonlyMap<Entry, string>
  readonly failed: ReadonlyMap<Entry, BulkError>
  /** Named nowhere. */
  readonly open: readonly Entry[]
  /** The counts cover every item sent and every error has found its record. */
  readonly addsUp: boolean
}

/**
 * No index says which item failed: records are found by any key that occurs, `externalId` or `_id`
 * (docs/reference/planhat-api.md sections 3 and 8, rule 5). PURE.
 */
export function correlate(entries: readonly Entry[], answer: BulkAnswer): Correlation {
  const inserted = findKeys(entries, answer.inserted)
  const changed = findKeys(entries, answer.changed)
  assignOnlyInsert(entries, answer, inserted)
  for (const entry of inserted.keys()) changed.delete(entry)
  const failed = new Map<Entry, BulkError>()
  let strays = 0
  for (const error of answer.errors) {
    const named = findNamed(entries, error)
    const isTaken = named === null || inserted.has(named) || changed.has(named)
    if (isTaken) strays += 1
    else failed.set(named, error)
  }
  const open = entries.filter((entry) => !(inserted.has(entry) || changed.has(entry) || failed.has(entry)))
  const counted = answer.created + answer.updated + answer.nonupdates + answer.errors.length
  return { inserted, changed, failed, open, addsUp: counted === entries.length && strays === 0 }
}

function findKeys(entries: readonly Entry[], keys: readonly BulkKey[]): Map<Entry, string> {
  const byExternalId = new Map(entries.map((entry) => [entry.item.payload.externalId, entry]))
  const byId = new Map(entries.map((entry) => [entry.planhatId, entry]))
  const found = new Map<Entry, string>()
  for (const { _id, externalId } of keys) {
    const entry = byExternalId.get(externalId ?? '') ?? byId.get(_id ?? '')
    if (entry !== undefined && _id !== undefined) found.set(entry, _id)
  }
  return found
}

/** `insertsKeys` may hold bare ids: with one insert and one record that could be it, there is no doubt. */
function assignOnlyInsert(entries: readonly Entry[], answer: BulkAnswer, inserted: Map<Entry, string>): void {
  const [key] = answer.inserted
  const creates = entries.filter((entry) => entry.planhatId === null)
  const [only] = creates
  if (answer.inserted.length !== 1 || creates.length !== 1 || inserted.size > 0) return
  if (key?._id !== undefined && only !== undefined) inserted.set(only, key._id)
}

function findNamed(entries: readonly Entry[], error: BulkError): Entry | null {
  if (entries.length === 1) return entries[0] ?? null
  const named = entries.filter(
    ({ item, planhatId }) =>
      names(error.raw, item.payload.externalId) || (planhatId !== null && names(error.raw, planhatId)),
  )
  return named.length === 1 ? (named[0] ?? null) : null
}

/** As a whole word: `12-transcript` is no part of `112-transcript`. */
function names(text: string, key: string): boolean {
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    const isWord = /[0-9A-Za-z]/
    if (!isWord.test(text[at - 1] ?? '') && !isWord.test(text[at + key.length] ?? '')) return true
  }
  return false
}
