import type { Agent, Call } from './domain.ts'

/**
 * All that is known of one call beside whose it is: what every rendering, comparison and digest starts from. Passed as
 * one, so that a new part of it reaches all of them.
 */
export interface Content {
  readonly call: Call
  readonly transcript: Transcript | null
  readonly insights: Insights
  readonly chain: Chain
}

export interface Utterance {
  /** Seconds from the start of the call; its zero is not documented, so it only sorts. */
  readonly startSeconds: number
  readonly text: string
  readonly speaker: 'internal' | 'external' | 'ai_voice_agent'
  readonly phoneNumber: string | null
}

export interface Transcript {
  readonly callId: string
  readonly type: 'call' | 'voicemail'
  readonly language: string | null
  /** Sorted by `startSeconds`, stable. */
  readonly utterances: readonly Utterance[]
}

/**
 * Where the transcript of one call stands.
 * `not-asked`: no request yet. `pending`: 404, 202 or empty while young. `ready`: held.
 * `none`: nothing after `giveUpAfterHours`. `denied`: the account is not entitled.
 * `assumed`: not asked, since what was asked of its line says that it has none (docs/contract.md section 11).
 * `ineligible`: the call cannot have one (not answered for 5 s and no voicemail).
 */
export const TRANSCRIPT_STATES = [
  'not-asked',
  'pending',
  'ready',
  'none',
  'denied',
  'assumed',
  'ineligible',
] as const
export type TranscriptState = (typeof TRANSCRIPT_STATES)[number]

/** An insight that is held; null where there is none (yet). An empty list: there is nothing to say. */
export interface Insights {
  readonly summary: string | null
  readonly actionItems: readonly string[] | null
  readonly topics: readonly string[] | null
  /** Of the external parties, each value once, lower case. */
  readonly sentiment: readonly string[] | null
}

/** Another call of the same conversation, as far as it is told: when it began (UNIX seconds) and who was on it. */
export interface ChainLink {
  /** Null where it is known only from what was written once. */
  readonly callId: string | null
  readonly startedAt: number
  readonly agent: Agent | null
}

/** The calls before and after a transfer, where exactly one fits. */
export interface Chain {
  readonly earlier: ChainLink | null
  readonly later: ChainLink | null
}

export const NO_INSIGHTS: Insights = { summary: null, actionItems: null, topics: null, sentiment: null }
export const NO_CHAIN: Chain = { earlier: null, later: null }
