import type { Call, ConversationSettings } from '../domain.ts'
import type { Payload } from '../records.ts'
import { outcomeOf, talkSeconds, wasTaken } from './outcome.ts'

type Value = string | number | boolean | readonly string[]

/** The custom fields of both records; undefined when there is nothing to say. */
export function customOf(
  call: Call,
  settings: Pick<ConversationSettings, 'recordingField' | 'customFields'>,
): Payload['custom'] {
  const values: Record<string, Value> = {}
  if (call.asset && settings.recordingField !== '') values[settings.recordingField] = call.asset
  for (const [field, source] of Object.entries(settings.customFields)) {
    const value = readSource(call, source)
    if (value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)) values[field] = value
  }
  return Object.keys(values).length === 0 ? undefined : values
}

/** One of `direction outcome durationSeconds tags line callId agent missedReason`; the configuration checks it. */
function readSource(call: Call, source: string): Value | null {
  switch (source) {
    case 'direction':
      return call.direction
    case 'outcome':
      return outcomeOf(call)
    case 'durationSeconds':
      return talkSeconds(call)
    case 'tags':
      return [...new Set(call.tags)].filter((tag) => tag !== '').sort()
    case 'line':
      return call.line?.name ?? call.line?.digits ?? null
    case 'callId':
      return call.id
    case 'agent':
      return wasTaken(call) ? (call.agent?.name ?? call.agent?.email ?? null) : null
    case 'missedReason':
      return call.missedReason
    default:
      return null
  }
}
