import type { Surroundings } from '../run/surroundings.ts'
import { findOurs, type HookPlace, openHookDesk, warnOfPlanhat } from './hook-desk.ts'

/** A webhook as it may be shown: never with its token. */
export interface ListedWebhook {
  readonly id: string
  readonly url: string
  readonly active: boolean
  readonly events: readonly string[]
  /** ISO 8601, null where Aircall does not say. */
  readonly createdAt: string | null
  readonly ours: boolean
}

/** All webhooks of the account, whoever made them. One request for every fifty. */
export async function listWebhooks(world: Surroundings, place: HookPlace): Promise<ListedWebhook[]> {
  const desk = openHookDesk(world, place)
  const all = await desk.webhooks.list(world.signal)
  const ours = findOurs(desk, all)
  warnOfPlanhat(world, all, ours)
  return all.map((webhook) => {
    const { id, url, active, events, createdAt } = webhook
    return { id, url, active, events, createdAt, ours: ours.includes(webhook) }
  })
}
