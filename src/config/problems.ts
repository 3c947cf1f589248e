import { closest, distance } from 'fastest-levenshtein'
import type { z } from 'zod'
import { DEFAULT_CONFIG } from './defaults.ts'

/** Says where a configuration is wrong and what was expected. Names the key, never its value. */
export function describeProblems(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => describeUnknownKey(issue.path, key))
      : [`${dotted(issue.path)}: ${describeIssue(issue)}`],
  )
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.join(', ')}`
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? 'not a name that is allowed here'
  if (issue.code === 'invalid_union') return 'none of the forms that are allowed here'
  // Zod's own words name types and bounds only; `received` is a type, not the value.
  return issue.message.replace(/^Invalid input: /, '')
}

function describeUnknownKey(path: readonly PropertyKey[], key: string): string {
  const near = nearestKey(path, key)
  const hint = near === null ? '' : `; did you mean "${near}"?`
  return `${dotted([...path, key])}: unknown key${hint}`
}

/** The known key that looks most like this one: a sibling first, else a key of another section. */
function nearestKey(path: readonly PropertyKey[], key: string): string | null {
  const inProfile = path[0] === 'profiles' && path.length >= 2
  const siblings = keysAt(inProfile ? path.slice(2) : path)
  const near = siblings.length > 0 ? closest(key.toLowerCase(), siblings) : null
  if (near !== null && isNear(key, near)) return near
  const elsewhere = allKeys(DEFAULT_CONFIG)
  const last = (dottedKey: string) => dottedKey.slice(dottedKey.lastIndexOf('.') + 1)
  const best = elsewhere.toSorted((a, b) => distance(key, last(a)) - distance(key, last(b)))[0]
  return best !== undefined && isNear(key, last(best)) ? best : near
}

function isNear(key: string, known: string): boolean {
  return distance(key.toLowerCase(), known.toLowerCase()) <= Math.max(2, known.length / 3)
}

function keysAt(path: readonly PropertyKey[]): string[] {
  let at: unknown = { ...DEFAULT_CONFIG, profiles: {} }
  for (const step of path) at = isObject(at) ? at[String(step)] : undefined
  return isObject(at) ? Object.keys(at) : []
}

function allKeys(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => [
    `${prefix}${key}`,
    ...(isObject(value) && !Array.isArray(value) ? allKeys(value, `${prefix}${key}.`) : []),
  ])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function dotted(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the file' : path.map(String).join('.')
}
