/** PURE. Which events a webhook of ours has, and how it differs from that. */
import type { Webhook } from '../../aircall/webhooks.ts'
import type { Insight } from '../../content-settings.ts'
import type { ContentEvent } from '../../inbox/event.ts'

/** docs/contract.md section 9; none of those that come before a call has an outcome, and several for every call. */
const BASE_EVENTS = [
  'call.ended',
  'call.comm_assets_generated',
  'transcription.created',
  'call.tagged',
  'call.untagged',
  'call.commented',
  'call.transferred',
  'call.external_transferred',
] as const

/** What says that an insight is there. */
export const INSIGHT_EVENTS: Readonly<Record<Insight, ContentEvent>> = {
  summary: 'summary.created',
  topics: 'topics.created',
  sentiment: 'sentiment.created',
  actionItems: 'action_item.created',
}

/** Every event that is wanted, one for each insight that is on included. */
export function wantedEvents(insights: readonly Insight[]): readonly string[] {
  return [...BASE_EVENTS, ...insights.map((insight) => INSIGHT_EVENTS[insight])]
}

export function missingEvents(
  { events }: Pick<Webhook, 'events'>,
  wanted: readonly string[],
): readonly string[] {
  return wanted.filter((event) => !events.includes(event))
}

/** Active, and with just the events that are wanted. */
export function isAsWanted(webhook: Webhook, wanted: readonly string[]): boolean {
  return (
    webhook.active && webhook.events.length === wanted.length && missingEvents(webhook, wanted).length === 0
  )
}
