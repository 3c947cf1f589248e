/**
 * What Aircall puts into a delivery (docs/reference/aircall-api.md section 6): names differ from the API's, and
 * nobody is `{}`.
 */
import type { RawCall } from '../aircall/types.ts'

export interface Happening {
  readonly event: string
  readonly call: RawCall
}

/** The body of one delivery. `token` and `timestamp` are outside of `data`. */
export function makePayload(
  { event, call }: Happening,
  o: { token: string; timestamp: number },
): Record<string, unknown> {
  const isCall = event.startsWith('call.')
  return {
    resource: isCall ? 'call' : 'conversation_intelligence',
    event,
    timestamp: o.timestamp,
    token: o.token,
    data: isCall ? callData(call) : insightData(call),
  }
}

function callData({ sid, conference_participants: participants, ...call }: RawCall): Record<string, unknown> {
  return {
    ...call,
    call_uuid: sid,
    participants: participants ?? [{ type: 'external', phone_number: call.raw_digits }],
    user: call.user ?? {},
    number: call.number ?? {},
    contact: call['contact'] ?? {},
  }
}

/** No text, and the call as a string of digits where call events have a number. */
function insightData(call: RawCall): Record<string, unknown> {
  return {
    id: (call.id % 1_000_000) + 1,
    call_id: String(call.id),
    call_uuid: call['sid'],
    number_id: call.number?.id ?? null,
    type: call.voicemail === null ? 'call' : 'voicemail',
    participants: [{ type: 'external', phone_number: call.raw_digits }],
  }
}
