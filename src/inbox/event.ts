/**
 * PURE. What a delivery says: look at call N. Nothing else of it is believed or kept, because Aircall proves a
 * delivery by a token in the body alone, in any order and any number of times (docs/reference/webhooks-and-content.md
 * section 2).
 */

/**
 * The events that say something about a call (docs/reference/webhooks-and-content.md section 3); every other name is
 * kept as `other`.
 */
const CALL_EVENTS = [
  'call.ended',
  'call.comm_assets_generated',
  'call.tagged',
  'call.untagged',
  'call.commented',
  'call.transferred',
  'call.external_transferred',
  'call.created',
  'call.ringing_on_agent',
  'call.agent_declined',
  'call.answered',
  'call.unsuccessful_transfer',
  'call.hungup',
  'call.hold',
  'call.unhold',
  'call.ivr_option_selected',
  'call.voicemail_left',
  'call.assigned',
  'call.archived',
] as const

/** What says that a text of a call is there to be read. */
export const CONTENT_EVENTS = [
  'transcription.created',
  'summary.created',
  'topics.created',
  'sentiment.created',
  'action_item.created',
] as const

export type ContentEvent = (typeof CONTENT_EVENTS)[number]
export type EventName = (typeof CALL_EVENTS)[number] | ContentEvent | 'other'

/** `callId` is null where the delivery names no call: it is acknowledged and counted. */
export interface Hint {
  readonly event: EventName
  readonly callId: string | null
}

const NAMES: ReadonlyMap<string, EventName> = new Map(
  [...CALL_EVENTS, ...CONTENT_EVENTS].map((one) => [one, one]),
)
const CONTENT_NAMES: ReadonlySet<EventName> = new Set(CONTENT_EVENTS)

export function isContentEvent(event: EventName): event is ContentEvent {
  return CONTENT_NAMES.has(event)
}

/** Reads a JSON object as a delivery; whatever its shape is, it is a hint. */
export function readHint(body: Readonly<Record<string, unknown>>): Hint {
  const event = typeof body['event'] === 'string' ? (NAMES.get(body['event']) ?? 'other') : 'other'
  return { event, callId: readCallId(body, event) }
}

/** In an event of conversation intelligence `data.id` is the insight's id, never the call's. */
function readCallId({ resource, data }: Readonly<Record<string, unknown>>, event: EventName): string | null {
  if (typeof data !== 'object' || data === null) return null
  const { id, call_id: callId } = data as Record<string, unknown>
  if (resource === 'conversation_intelligence') return toId(callId)
  if (resource === 'call') return toId(id)
  if (resource !== undefined || event === 'other') return null
  return toId(isContentEvent(event) ? callId : id)
}

/** A number in call events, a string of digits in the others: one spelling, or one call would be two. */
function toId(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? value.toFixed(0) : null
  if (typeof value !== 'string' || !/^\d{1,16}$/.test(value)) return null
  const id = value.replace(/^0+/, '')
  return id === '' ? null : id
}
