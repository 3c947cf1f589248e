/** PURE. What a webhook of ours is: its address, its events, and how it differs from that. */
import type { Webhook } from '../../aircall/webhooks.ts'
import { isLoopback } from '../../config/environment.ts'
import { UsageError } from '../../errors.ts'

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

const INSIGHT_EVENTS: Readonly<Record<string, string>> = {
  summary: 'summary.created',
  topics: 'topics.created',
  sentiment: 'sentiment.created',
  actionItems: 'action_item.created',
}

/** Every event that is wanted, one for each insight that is on included. */
export function wantedEvents(insights: readonly string[]): readonly string[] {
  return [
    ...BASE_EVENTS,
    ...Object.entries(INSIGHT_EVENTS).flatMap(([name, event]) => (insights.includes(name) ? [event] : [])),
  ]
}

/** @throws UsageError WEBHOOK_URL (exit 2): Aircall delivers to https alone, and a token in clear is no secret. */
export function readHookUrl(text: string): string {
  const refuse = (why: string): never => {
    throw new UsageError('WEBHOOK_URL', `The address of a webhook ${why}.`, {
      suggestions: ['aircall-sync webhook register --url https://calls.example.com/aircall'],
    })
  }
  const url = URL.parse(text.trim()) ?? refuse('is missing or is none')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('begins with https://')
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    refuse('is https: its token would travel in clear')
  if (url.username !== '' || url.password !== '') refuse('holds no credentials')
  if (url.hash !== '') refuse('has no fragment')
  return url.href
}

/** Two addresses that a person takes for one. */
export function isSameUrl(a: string, b: string): boolean {
  return normalise(a) === normalise(b)
}

function normalise(text: string): string {
  const url = URL.parse(text)
  return url === null ? text : `${url.origin}${url.pathname.replace(/\/+$/, '')}${url.search}`
}

/** The live automation listens too, and writes the same records. */
export function goesToPlanhat({ url }: Pick<Webhook, 'url'>): boolean {
  return /(^|\.)(planhat|planhatdemo)\.com$/i.test(URL.parse(url)?.hostname ?? '')
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
