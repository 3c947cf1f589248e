import type { Content } from '../content.ts'
import type { ConversationSettings, CustomSource } from '../content-settings.ts'

import type { Payload } from '../records.ts'
import { agentName, withBreaks } from './content-parts.ts'
import { outcomeOf, talkSeconds } from './outcome.ts'

type Value = string | number | boolean | readonly string[]

/** A custom field of Planhat as far as it decides how a value is written. */
export interface FieldKind {
  /** In lower case: `text`, `rich text`, `multipicklist`, … (docs/reference/planhat-api.md section 5). */
  readonly type: string
  /** What may be picked, of a list or multi-pick field. */
  readonly options: readonly string[]
}

/** By the field's name; a field that is not in it was not read. */
export type FieldKinds = ReadonlyMap<string, FieldKind>

/** What each source of a custom field says of a call; null, empty text or an empty list: nothing is written. */
const SOURCES: Readonly<Record<CustomSource, (content: Content) => Value | null>> = {
  direction: ({ call }) => call.direction,
  outcome: ({ call }) => outcomeOf(call),
  durationSeconds: ({ call }) => talkSeconds(call),
  tags: ({ call }) => sorted(call.tags),
  line: ({ call }) => call.line?.name ?? call.line?.digits ?? null,
  callId: ({ call }) => call.id,
  agent: ({ call }) => agentName(call.agent),
  missedReason: ({ call }) => call.missedReason,
  notes: ({ call }) => call.comments.map(noteLine).join('\n'),
  summary: ({ insights }) => insights.summary,
  topics: ({ insights }) => insights.topics,
  sentiment: ({ insights }) => insights.sentiment?.join(', ') ?? null,
  actionItems: ({ insights }) => insights.actionItems,
  waitSeconds: ({ call }) => {
    const until = call.answeredAt ?? call.endedAt
    return until === null ? null : Math.max(0, until - call.startedAt)
  },
  teams: ({ call }) => sorted(call.teams),
  transferredBy: ({ call }) => agentName(call.transferredBy),
  transferredTo: ({ call }) => agentName(call.transferredTo),
  startedAt: ({ call }) => isoOf(call.startedAt),
  answeredAt: ({ call }) => isoOf(call.answeredAt),
  endedAt: ({ call }) => isoOf(call.endedAt),
}

/** The custom fields of both records; undefined when there is nothing to say. */
export function customOf(
  content: Content,
  settings: Pick<ConversationSettings, 'recordingField' | 'customFields'>,
  kinds: FieldKinds = new Map(),
): Payload['custom'] {
  const values: Record<string, Value> = {}
  const { asset } = content.call
  if (asset && settings.recordingField !== '') values[settings.recordingField] = asset
  for (const [field, source] of Object.entries(settings.customFields)) {
    const said = SOURCES[source](content)
    const value = said === null ? null : fitting(said, kinds.get(field))
    if (value !== null && !isEmpty(value)) values[field] = value
  }
  return Object.keys(values).length === 0 ? undefined : values
}

/**
 * docs/contract.md section 10: as the field takes it. A list stays one for a field
 * that picks several, and where the kind is not known.
 */
function fitting(value: Value, kind: FieldKind | undefined): Value {
  if (kind === undefined) return value
  if (isList(value)) {
    if (kind.type === 'multipicklist') return picked(value, kind.options)
    return fitting(value.join(', '), kind)
  }
  // A rich text field holds HTML.
  return kind.type === 'rich text' && typeof value === 'string' ? withBreaks(value) : value
}

/** What is no option of the field would be refused or lost. */
function picked(values: readonly string[], options: readonly string[]): readonly string[] {
  return options.length === 0 ? values : values.filter((value) => options.includes(value))
}

function noteLine({ author, content }: Content['call']['comments'][number]): string {
  return author === null ? content : `${author}: ${content}`
}

function sorted(names: readonly string[]): string[] {
  // Aircall does not promise an order.
  return [...new Set(names)].filter((name) => name !== '').sort()
}

function isoOf(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString()
}

function isList(value: Value): value is readonly string[] {
  return Array.isArray(value)
}

function isEmpty(value: Value): boolean {
  return value === '' || (isList(value) && value.length === 0)
}
