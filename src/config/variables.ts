/** Variables by name, from wherever they come. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Looks a variable up; an empty one counts as absent. */
export type Lookup = (name: string) => string | null

/** Trimmed; an empty variable counts as absent, as everywhere. */
export function variableOf(env: Environment, name: string): string | null {
  return env[name]?.trim() || null
}
