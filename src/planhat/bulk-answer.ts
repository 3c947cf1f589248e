import { errorText } from '../http/error-text.ts'

/** How one record is named in an answer: any of the keys may be missing (docs/reference/planhat-api.md section 3). */
export interface BulkKey {
  readonly _id?: string
  readonly externalId?: string
}

export interface BulkError {
  /** The list it stood in: `createdErrors`, `updatedErrors`, `permissionErrors`, `validationErrors`, ... */
  readonly list: string
  /** Planhat's own words, bounded, and free of numbers and secrets. */
  readonly text: string
  /** The whole item as text, to look for keys in. Never shown. */
  readonly raw: string
}

/** What Planhat said to a bulk upsert, whatever the status. */
export interface BulkAnswer {
  readonly status: number
  readonly created: number
  readonly updated: number
  readonly nonupdates: number
  readonly inserted: readonly BulkKey[]
  readonly changed: readonly BulkKey[]
  readonly errors: readonly BulkError[]
  /** Refused as a whole: nothing says that any record was taken. */
  readonly refused: boolean
  /** Planhat's own words about a refusal. */
  readonly message: string
}

/**
 * Reads the answer of a bulk upsert on 200, 206, 400 and 403: 206 is partial failure behind a 2xx, and a 400 or
 * 403 may carry the same arrays. Every key that ends in `Errors` counts. PURE.
 */
export function readBulkAnswer(status: number, json: unknown, text: string): BulkAnswer {
  const body = asRecord(json)
  const counts = {
    created: countOf(body['created']),
    updated: countOf(body['updated']),
    nonupdates: countOf(body['nonupdates']),
  }
  const inserted = mergeKeys(keysOf(body['insertsKeys']), keysOf(body['upsertedIds']))
  const changed = mergeKeys(keysOf(body['updatesKeys']), keysOf(body['modified']))
  const errors = Object.entries(body).flatMap(([list, items]) =>
    /errors$/i.test(list) ? listErrors(list, items) : [],
  )
  const taken = counts.created + counts.updated + counts.nonupdates + inserted.length + changed.length
  return {
    status,
    ...counts,
    inserted,
    changed,
    errors,
    refused: status >= 400 && taken === 0,
    message: errors[0]?.text ?? errorText(json, text),
  }
}

function listErrors(list: string, items: unknown): BulkError[] {
  const all = Array.isArray(items) ? items : items === null || items === undefined ? [] : [items]
  return all.map((item) => ({ list, text: wordsOf(item), raw: rawOf(item) }))
}

/** An error may quote the record it is about: its texts are a customer's and are not repeated. */
function wordsOf(item: unknown): string {
  return errorText(JSON.parse(JSON.stringify(item, dropTexts) ?? 'null'), '')
}

function dropTexts(key: string, value: unknown): unknown {
  return /^(description|subject|snippet|endusers|users|custom)$/.test(key) ? undefined : value
}

function rawOf(item: unknown): string {
  return typeof item === 'string' ? item : (JSON.stringify(item) ?? '')
}

function keysOf(list: unknown): BulkKey[] {
  if (!Array.isArray(list)) return []
  return list.map((item) => {
    if (typeof item === 'string') return { _id: item }
    const { _id, externalId } = asRecord(item)
    return {
      ...(typeof _id === 'string' ? { _id } : {}),
      ...(typeof externalId === 'string' ? { externalId } : {}),
    }
  })
}

/** Two lists name the same records: by keys, and by bare ids. */
function mergeKeys(keys: readonly BulkKey[], ids: readonly BulkKey[]): BulkKey[] {
  const known = new Set(keys.map((key) => key._id))
  return [...keys, ...ids.filter((key) => !known.has(key._id))]
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : 0
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}
