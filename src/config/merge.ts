/** Where a value in force came from. */
export type Source = 'default' | 'file' | 'profile' | 'environment' | 'flag'
export type Sources = Record<string, Source>

type Tree = Readonly<Record<string, unknown>>

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Lays one layer over another, section by section; a list replaces a list. Absent keys leave the lower layer. */
export function overlay<T>(below: T, above: unknown): T {
  if (!isTree(below) || !isTree(above)) return above as T
  const entries = Object.entries(above).filter(([, value]) => value !== undefined)
  const merged = entries.map(([key, value]) => {
    const held = Object.hasOwn(below, key) ? below[key] : undefined
    return [key, isTree(held) && isTree(value) ? overlay(held, value) : value] as const
  })
  return { ...below, ...Object.fromEntries(merged) } as T
}

/** Every leaf with its dotted key (`guards.maxDeletes`). A list and an empty section are leaves. */
export function flatten(tree: object, prefix = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]): [string, unknown][] => {
    const path = `${prefix}${key}`
    const deeper = isTree(value) && Object.keys(value).length > 0
    return deeper ? flatten(value, `${path}.`) : [[path, value]]
  })
}
