export type JsonReading =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly why: string; readonly isTooLarge: boolean }

/** A text below this cannot have too many values to hold: counting them costs more than making them. */
const SMALL = 1_000_000

/**
 * How much of a body is taken: levels of nesting, and values in all (`{}` takes
 * two bytes on the wire and sixty here).
 */
export interface JsonBounds {
  readonly maxDepth: number
  readonly maxValues: number
}

/** Parses a body. `why` names the fault without quoting the body. PURE. */
export function readJson(text: string, { maxDepth, maxValues }: JsonBounds): JsonReading {
  if (text.length > SMALL && countValues(text, maxValues) > maxValues)
    return { ok: false, why: `JSON of more than ${maxValues} values`, isTooLarge: true }
  try {
    const json: unknown = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
    return isDeeper(json, maxDepth)
      ? { ok: false, why: `JSON nested deeper than ${maxDepth}`, isTooLarge: false }
      : { ok: true, json }
  } catch {
    return { ok: false, why: `${nameOf(text)} instead of JSON`, isTooLarge: false }
  }
}

function nameOf(text: string): string {
  if (text.trim() === '') return 'an empty body'
  return /^\s*</.test(text) ? 'an HTML page' : 'a cut or broken body'
}

/** Goes no deeper than it may: the value it guards against is one that overflows stacks. */
function isDeeper(json: unknown, maxDepth: number): boolean {
  if (typeof json !== 'object' || json === null) return false
  if (maxDepth === 0) return true
  if (Array.isArray(json)) {
    for (const child of json) if (isDeeper(child, maxDepth - 1)) return true
    return false
  }
  const members = json as Readonly<Record<string, unknown>>
  // What JSON.parse makes has no other keys than its own.
  for (const name in members) if (isDeeper(members[name], maxDepth - 1)) return true
  return false
}

const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = ['"', '\\', ',', '[', '{'].map((sign) => sign.charCodeAt(0))

/**
 * Each value but the first of its list comes after a comma, the first after a
 * bracket. Stops once there are too many.
 */
function countValues(text: string, enough: number): number {
  let count = 1
  for (let at = 0; at < text.length && count <= enough; at += 1) {
    const sign = text.charCodeAt(at)
    if (sign === QUOTE) at = endOfString(text, at)
    else if (sign === COMMA || sign === BRACKET || sign === BRACE) count += 1
  }
  return count
}

/** Where the string that begins at `from` ends; strings are most of a large body, and are not walked sign by sign. */
function endOfString(text: string, from: number): number {
  let at = text.indexOf('"', from + 1)
  while (at > 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at < 0 ? text.length : at
}

function isEscaped(text: string, quote: number): boolean {
  let before = quote - 1
  while (text.charCodeAt(before) === BACKSLASH) before -= 1
  return (quote - before) % 2 === 0
}
