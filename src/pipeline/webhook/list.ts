import type { ListedWebhook } from '../../report/text/webhook.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { findOurs, type HookPlace, openHookDesk, warnOfPlanhat } from './hook-desk.ts'

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
