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

/** Level by level, never by recursion: the value it guards against is one that overflows stacks. */
function isDeeper(json: unknown, maxDepth: number): boolean {
  let level = [json].filter(isObject)
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= maxDepth) return true
    level = childrenOf(level)
  }
  return false
}

function childrenOf(level: readonly object[]): object[] {
  const children: object[] = []
  for (const parent of level) {
    for (const child of Object.values(parent)) if (isObject(child)) children.push(child)
  }
  return children
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
