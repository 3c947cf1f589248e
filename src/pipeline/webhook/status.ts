import type { Webhook, WebhookClient } from '../../aircall/webhooks.ts'
import type { Surroundings } from '../run/surroundings.ts'
import {
  findOurs,
  type HookDesk,
  type HookPlace,
  isTokenKnown,
  openHookDesk,
  warnOfPlanhat,
} from './hook-desk.ts'
import { updateWebhook } from './send.ts'
import { missingEvents } from './wanted.ts'

/** How our webhook stands against what is wanted. */
export interface HookStatus {
  /** Empty where nothing says which is ours. */
  readonly url: string
  readonly found: boolean
  readonly active: boolean
  readonly missingEvents: readonly string[]
  /** Whether a delivery of it would be accepted here. */
  readonly tokenKnown: boolean
  readonly id: string
  /** Two are ours: a token is being replaced. */
  readonly isRotating: boolean
}

export function isDifferent({ found, active, missingEvents: missing, tokenKnown }: HookStatus): boolean {
  return !found || !active || missing.length > 0 || !tokenKnown
}

/** Compares our webhook with what is wanted. Reads only. */
export async function webhookStatus(world: Surroundings, place: HookPlace): Promise<HookStatus> {
  return (await lookAtWebhook(openHookDesk(world, place))).status
}

export interface HookLook {
  readonly status: HookStatus
  readonly webhook: Webhook | null
}

/** One look at the account, for `webhook status` and for a listener once an hour. */
export async function lookAtWebhook(desk: HookDesk): Promise<HookLook> {
  const all = await desk.webhooks.list(desk.signal)
  const ours = findOurs(desk, all)
  warnOfPlanhat(desk, all, ours)
  // While one takes the place of another, the one that was made last counts.
  const webhook =
    ours.find(({ id }) => id === desk.remembered.id) ??
    ours.toSorted((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''))[0] ??
    null
  const status: HookStatus = {
    url: webhook?.url ?? desk.url ?? desk.remembered.url ?? '',
    found: webhook !== null,
    active: webhook?.active ?? false,
    missingEvents: webhook === null ? desk.wanted : missingEvents(webhook, desk.wanted),
    tokenKnown: webhook !== null && isTokenKnown(desk, webhook),
    id: webhook?.id ?? '',
    isRotating: ours.length > 1,
  }
  return { status, webhook }
}

/** Wakes ours where Aircall has switched it off, with the full list of events. What it missed, a catch-up brings. */
export async function reviveWebhook(
  desk: { readonly webhooks: WebhookClient; readonly wanted: readonly string[] },
  webhook: Webhook,
): Promise<Webhook> {
  return updateWebhook(desk, webhook)
}
