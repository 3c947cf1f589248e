import type { PlanhatUser } from '../../domain.ts'
import { PLANHAT_USERS } from '../../store/stored/facts.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { tenantOf, USERS_KEY } from '../run/tenant-facts.ts'
import { aircallPrint, isSameTenant, nameTenant, pinOf } from '../run/tenant-pin.ts'
import { type Check, warning } from './check.ts'
import { withState } from './machine.ts'

export interface Seen {
  readonly account: string | null
  readonly users: readonly PlanhatUser[] | null
}

/**
 * Whether the credentials lead to the accounts of the last run: else the next
 * one stops. Nothing to say where they do.
 */
export function checkAccounts({ settings }: Surroundings, { account, users }: Seen): Check[] {
  const known = withState(settings.stateDir, (store) =>
    store === null ? null : { pin: pinOf({ store }), users: store.meta.read(USERS_KEY, PLANHAT_USERS) ?? [] },
  )
  if (known === null) return []
  const { aircall, planhat } = known.pin
  const hasNewKey = aircall !== null && aircall.print !== aircallPrint(settings)
  const hasNewToken = planhat !== null && planhat.print !== tenantOf(settings)
  const isOther = users !== null && known.users.length > 0 && !isSameTenant(known.users, users)
  return [
    ...(hasNewKey && account !== null && aircall.name !== null && account !== aircall.name
      ? [changed('Aircall', aircall.name, account)]
      : []),
    ...(hasNewToken && isOther ? [changed('Planhat', nameTenant(known.users), nameTenant(users))] : []),
  ]
}

function changed(api: string, before: string, now: string): Check {
  return warning(
    `${api.toLowerCase()} account`,
    `"${now}"; the last run of this state was with "${before}", so the next one stops with 6`,
    'use a state of its own: --profile NAME or --state-dir DIR; or pass once with --allow tenant-change',
  )
}
