import { hash } from 'node:crypto'

const PLAIN_TYPES: ReadonlySet<string> = new Set(['null', 'string', 'number', 'boolean'])

/**
 * JSON with sorted keys, so that equal values give equal text. Keys that hold `undefined` are left out, as
 * in JSON itself; other values JSON cannot hold are named by their type instead of being lost.
 */
export function canonicalJson(value: unknown): string {
  return isCanonical(value) ? JSON.stringify(value) : sortedJson(value)
}

/**
 * Whether JSON itself writes it so: payloads are built with their keys in
 * order, and this takes a fraction of the time.
 */
function isCanonical(value: unknown): boolean {
  if (value === null || typeof value !== 'object')
    return PLAIN_TYPES.has(value === null ? 'null' : typeof value)
  if (Array.isArray(value)) return value.every(isCanonical)
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  let previous = ''
  for (const key of Object.keys(value)) {
    const item = (value as Readonly<Record<string, unknown>>)[key]
    if (key < previous || (item !== undefined && !isCanonical(item))) return false
    previous = key
  }
  return true
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? `"${typeof value}"`
  const fields = value as Readonly<Record<string, unknown>>
  let text = ''
  // By code unit, not by locale: the same bytes on every machine.
  for (const key of Object.keys(fields).sort()) {
    const item = fields[key]
    if (item === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(item)}`
  }
  return `{${text}}`
}

/** sha256 of the canonical JSON, lower-case hex (64 characters). */
export function digest(value: unknown): string {
  return digestText(canonicalJson(value))
}

/** The same for a value that is canonical JSON already. */
export function digestText(canonical: string): string {
  return hash('sha256', canonical, 'hex')
}
