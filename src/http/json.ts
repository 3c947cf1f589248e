export type JsonReading =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly why: string }

/** Parses a body. `why` names the fault without quoting the body. PURE. */
export function readJson(text: string, maxDepth: number): JsonReading {
  try {
    const json: unknown = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
    return isDeeper(json, maxDepth)
      ? { ok: false, why: `JSON nested deeper than ${maxDepth}` }
      : { ok: true, json }
  } catch {
    return { ok: false, why: `${nameOf(text)} instead of JSON` }
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
  if (Array.isArray(json)) return json.some((child) => isDeeper(child, maxDepth - 1))
  const members = json as Readonly<Record<string, unknown>>
  // What JSON.parse makes has no other keys than its own.
  for (const name in members) if (isDeeper(members[name], maxDepth - 1)) return true
  return false
}
