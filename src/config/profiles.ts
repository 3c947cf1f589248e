import { FatalError, UsageError } from '../errors.ts'
import { PROFILE_NAME } from './schema.ts'
import { type Environment, variableOf } from './variables.ts'

export const KEYS = ['AIRCALL_API_ID', 'AIRCALL_API_TOKEN', 'PLANHAT_API_TOKEN'] as const

export function checkProfileName(profile: string): string {
  if (PROFILE_NAME.test(profile)) return profile
  throw new UsageError(
    'PROFILE_NAME',
    'A profile name is 1 to 64 letters, digits, dots, dashes or underscores.',
    {
      suggestions: ['aircall-sync doctor --profile acme'],
    },
  )
}

/** Whether the environment holds keys of this profile's own. */
export function hasProfileVariables(env: Environment, profile: string): boolean {
  return KEYS.some((name) => variableOf(env, prefixOf(profile) + name) !== null)
}

/**
 * A profile has all keys of its own, or none. With some, the others would be another tenant's: its calls in somebody
 * else's Planhat. FatalError PROFILE_CREDENTIALS.
 */
export function checkProfileKeys(env: Environment, profile: string): void {
  const names = KEYS.map((name) => prefixOf(profile) + name)
  const missing = names.filter((name) => variableOf(env, name) === null)
  if (missing.length === 0 || missing.length === names.length) return
  const has = names.filter((name) => !missing.includes(name)).join(' and ')
  throw new FatalError(
    'PROFILE_CREDENTIALS',
    `The profile ${profile} has ${has} of its own, and not ${missing.join(' and ')}.`,
    {
      suggestions: [`set ${missing.join(' and ')} too`, `or unset ${has}, to use the keys without a prefix`],
    },
  )
}

/** Two profiles whose variables have the same names would share keys: FatalError PROFILE_PREFIX. */
export function checkPrefixes(profiles: Iterable<string>): void {
  const byPrefix = new Map<string, string>()
  for (const name of new Set(profiles)) {
    const prefix = prefixOf(name)
    const other = byPrefix.get(prefix)
    byPrefix.set(prefix, name)
    if (other === undefined) continue
    throw new FatalError(
      'PROFILE_PREFIX',
      `The profiles "${other}" and "${name}" have the same prefix ` +
        `of variables, ${prefix}: they would share credentials.`,
      { suggestions: ['give one of them a name that differs in letters or digits'] },
    )
  }
}

/** `acme-eu` -> `ACME_EU_`. */
export function prefixOf(profile: string): string {
  return `${profile.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_`
}
