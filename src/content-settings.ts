/**
 * What the configuration says of a record's content (docs/contract.md sections
 * 7 and 10); words like those of `domain.ts`.
 */

/** What a custom field of Planhat can be filled with (docs/contract.md section 10). */
export const CUSTOM_SOURCES = [
  'direction',
  'outcome',
  'durationSeconds',
  'tags',
  'line',
  'callId',
  'agent',
  'missedReason',
  'notes',
  'summary',
  'topics',
  'sentiment',
  'actionItems',
  'waitSeconds',
  'teams',
  'transferredBy',
  'transferredTo',
  'startedAt',
  'answeredAt',
  'endedAt',
] as const
export type CustomSource = (typeof CUSTOM_SOURCES)[number]

/**
 * What Aircall's AI says of a call; each costs one request a call (docs/contract.md section 10). In the order they
 * are written.
 */
export const INSIGHTS = ['summary', 'actionItems', 'topics', 'sentiment'] as const
export type Insight = (typeof INSIGHTS)[number]

/** Which parts the description of a call has beside how it went (docs/contract.md section 10). */
export interface ContentSettings {
  readonly notes: boolean
  readonly transfers: boolean
  readonly insights: readonly Insight[]
  /** Calls with less talk are not asked for insights. */
  readonly insightsMinTalkSeconds: number
}

export interface ConversationSettings {
  readonly type: string
  readonly records: 'split' | 'merged'
  readonly recordingField: string
  readonly externalId: { readonly call: string; readonly transcript: string }
  /** Templates with `{who}`. */
  readonly subjects: {
    readonly inboundCall: string
    readonly outboundCall: string
    readonly inboundTranscript: string
    readonly outboundTranscript: string
  }
  /** Planhat custom field -> what goes into it. */
  readonly customFields: Readonly<Record<string, CustomSource>>
  /** Aircall agent e-mail (lower case) or name -> Planhat user id. */
  readonly users: Readonly<Record<string, string>>
  /** A longer transcript is cut at an utterance, with a note. */
  readonly maxTranscriptChars: number
  readonly content: ContentSettings
}
