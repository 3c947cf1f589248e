import { hash } from 'node:crypto'

/**
 * JSON with sorted keys, so that equal values give equal text. Keys that hold `undefined` are left out, as
 * in JSON itself; other values JSON cannot hold are named by their type instead of being lost.
 */
export function canonicalJson(value: unknown): string {
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
  return hash('sha256', canonicalJson(value), 'hex')
}
