import { WITHOUT_DOT_ENV, withDotEnv } from './environment.ts'
import { hasProfileVariables, prefixOf } from './profiles.ts'
import type { Environment } from './variables.ts'

/** What belongs to one tenant, with or without a prefix; a name that ends so belongs to whose prefix it has. */
const OF_A_TENANT =
  /^(.*_)?(?:AIRCALL_API_ID|AIRCALL_API_TOKEN|PLANHAT_API_TOKEN|AIRCALL_WEBHOOK_TOKEN|AIRCALL_SYNC_PING_URL)$/

/**
 * PURE but for reading `.env`: the environment of a process that works for one profile. Its
 * own keys, or those without a prefix where it has none of its own, and no other tenant's.
 */
export function environmentOfTenant(
  own: Environment,
  dotEnv: string,
  profile: string,
): Record<string, string> {
  const env = withDotEnv(own, dotEnv)
  const prefix = prefixOf(profile)
  const hasOwn = hasProfileVariables(env, profile)
  const isTheirs = (name: string) => {
    const found = OF_A_TENANT.exec(name)
    if (found === null) return true
    return found[1] === undefined ? !hasOwn : found[1] === prefix
  }
  const kept = Object.entries(env).filter(([name, value]) => value !== undefined && isTheirs(name))
  return { ...(Object.fromEntries(kept) as Record<string, string>), [WITHOUT_DOT_ENV]: '1' }
}
