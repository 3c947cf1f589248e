import { digest } from '../../conversation/digest.ts'
import type { PlanhatUser } from '../../domain.ts'
import { RefusedError, RetryableError, SyncError } from '../../errors.ts'
import { PLANHAT_USERS, TENANT_PIN } from '../../store/stored/facts.ts'
import { connectAircall, connectPlanhatToRead } from './connect.ts'
import type { Desk } from './session.ts'
import { carryAnswers, tenantOf, USERS_KEY } from './tenant-facts.ts'

/** The account that this state belongs to, as far as it is known. */
export interface TenantPin {
  /** Of host and credentials; it changes with either, and says nothing of them. */
  readonly aircall: { readonly print: string; readonly name: string | null } | null
  readonly planhat: { readonly print: string } | null
}

export type Side = keyof TenantPin

const KEY = 'tenant-pin'
const GUARD = 'tenant-change'
/** Nothing hangs on one answer: the run that follows has the patience. */
const BRIEFLY = { maxAttempts: 2, timeoutMs: 20_000 }

/**
 * Stops a run whose credentials lead to another account than the last one's: its state would be
 * compared with strangers' calls and records. Where host and credentials are those of the last run,
 * nothing is asked. Else one request a side: Aircall by the company's name, Planhat by its users, of
 * which a new token of the same tenant sees the same. What cannot be compared is warned of and passes.
 * @throws RefusedError GUARD_TENANT_CHANGE (exit 6) with both names, unless passed by `--allow tenant-change`.
 */
export async function enforceTenant(desk: Desk, sides: readonly Side[]): Promise<void> {
  const { aircall, planhat } = desk.settings.credentials
  if (sides.includes('aircall') && aircall !== null) await enforceAircall(desk)
  if (sides.includes('planhat') && planhat !== null) await enforcePlanhat(desk)
}

/** The pin of this state; nothing is asked. */
export function pinOf({ store }: Pick<Desk, 'store'>): TenantPin {
  return store.meta.read(KEY, TENANT_PIN) ?? { aircall: null, planhat: null }
}

function keepPin(desk: Desk, change: Partial<TenantPin>): void {
  desk.store.meta.write(KEY, TENANT_PIN, { ...pinOf(desk), ...change } as never)
}

async function enforceAircall(desk: Desk): Promise<void> {
  const print = aircallPrint(desk.settings)
  const pinned = pinOf(desk).aircall
  if (pinned?.print === print) return
  const read = await readable(async () => (await connectAircall(desk, BRIEFLY).company()).name)
  const [before, now] = [pinned?.name ?? null, 'value' in read ? read.value : null]
  if (before !== null && now === null) return warnUnchecked(desk, 'Aircall')
  if (before !== null && now !== null && before !== now)
    refuseUnlessAllowed(desk, { api: 'Aircall', before, now })
  if (!('isOutage' in read)) keepPin(desk, { aircall: { print, name: now } })
}

async function enforcePlanhat(desk: Desk): Promise<void> {
  const print = tenantOf(desk.settings)
  const pinned = pinOf(desk).planhat
  if (pinned?.print === print) return
  const before = desk.store.meta.read(USERS_KEY, PLANHAT_USERS) ?? []
  if (pinned !== null && before.length > 0) {
    const read = await readable(() => connectPlanhatToRead(desk, BRIEFLY).reader.users(desk.signal))
    const now = 'value' in read ? read.value : []
    if (now.length === 0) return warnUnchecked(desk, 'Planhat')
    if (!isSameTenant(before, now))
      refuseUnlessAllowed(desk, { api: 'Planhat', before: nameTenant(before), now: nameTenant(now) })
    else carryAnswers(desk, pinned.print)
  }
  keepPin(desk, { planhat: { print } })
}

/** Half of the users of the smaller list: some come and go, and a consultant may be in two tenants. */
export function isSameTenant(before: readonly PlanhatUser[], now: readonly PlanhatUser[]): boolean {
  const ids = new Set(before.map(({ id }) => id))
  const common = now.filter(({ id }) => ids.has(id)).length
  return common * 2 >= Math.min(before.length, now.length)
}

/**
 * Planhat has no name for a tenant that its API would tell: the domain of most
 * of its users' e-mails is one that a person knows.
 */
export function nameTenant(users: readonly PlanhatUser[]): string {
  const counts = new Map<string, number>()
  for (const { email } of users) {
    const domain = email?.split('@').at(-1)?.toLowerCase() ?? ''
    if (domain !== '') counts.set(domain, (counts.get(domain) ?? 0) + 1)
  }
  const [first] = [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const size = users.length === 1 ? '1 user' : `${users.length} users`
  return first === undefined ? `a tenant of ${size}` : `${first[0]} (${size})`
}

export function aircallPrint({ aircallBaseUrl, credentials: { aircall } }: Desk['settings']): string {
  return digest([aircallBaseUrl, aircall?.id.reveal() ?? '', aircall?.token.reveal() ?? '']).slice(0, 16)
}

type Read<T> = { readonly value: T } | { readonly isRefused: true } | { readonly isOutage: true }

/** A key that may not read it, or an outage: the run itself says what is wrong. */
async function readable<T>(read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { value: await read() }
  } catch (error) {
    if (!(error instanceof SyncError)) throw error
    return error instanceof RetryableError ? { isOutage: true } : { isRefused: true }
  }
}

function warnUnchecked(desk: Desk, api: string): void {
  desk.warn(
    'TENANT_UNCHECKED',
    `The credentials of ${api} are others than in the last run, and ` +
      'whether they lead to the same account cannot be read with them.',
  )
}

function refuseUnlessAllowed(desk: Desk, o: { api: string; before: string; now: string }): void {
  const message = `The credentials of ${o.api} lead to "${o.now}"; the last run of this state was with "${o.before}".`
  if (desk.allow.has(GUARD)) {
    desk.warn('TENANT_CHANGED', `${message} From now on it belongs to the former.`)
    return
  }
  throw new RefusedError('GUARD_TENANT_CHANGE', `${message} Nothing was read or sent.`, {
    suggestions: [
      'for another account, use a state of its own: --profile NAME or --state-dir DIR',
      `if it is the same account after all, run the same command with --allow ${GUARD}`,
    ],
  })
}
