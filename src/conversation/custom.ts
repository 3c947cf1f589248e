import type { Content } from '../content.ts'
import type { ConversationSettings, CustomSource } from '../domain.ts'
import type { Payload } from '../records.ts'
import { outcomeOf, talkSeconds } from './outcome.ts'

type Value = string | number | boolean | readonly string[]

/** What each source of a custom field says of a call; null, empty text or an empty list: nothing is written. */
const SOURCES: Readonly<Record<CustomSource, (content: Content) => Value | null>> = {
  direction: ({ call }) => call.direction,
  outcome: ({ call }) => outcomeOf(call),
  durationSeconds: ({ call }) => talkSeconds(call),
  tags: ({ call }) => [...new Set(call.tags)].filter((tag) => tag !== '').sort(),
  line: ({ call }) => call.line?.name ?? call.line?.digits ?? null,
  callId: ({ call }) => call.id,
  agent: ({ call }) => call.agent?.name ?? call.agent?.email ?? null,
  missedReason: ({ call }) => call.missedReason,
}

/** The custom fields of both records; undefined when there is nothing to say. */
export function customOf(
  content: Content,
  settings: Pick<ConversationSettings, 'recordingField' | 'customFields'>,
): Payload['custom'] {
  const values: Record<string, Value> = {}
  const { asset } = content.call
  if (asset && settings.recordingField !== '') values[settings.recordingField] = asset
  for (const [field, source] of Object.entries(settings.customFields)) {
    const value = SOURCES[source](content)
    if (value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)) values[field] = value
  }
  return Object.keys(values).length === 0 ? undefined : values
}
