import { z } from 'zod'
import type { Insights, Transcript, Utterance } from '../../content.ts'
import type { Agent, Call, Comment, Line, Participant } from '../../domain.ts'
import { every, Shape } from './shape.ts'

const text = z.string()
const textOrNull = z.string().nullable()
const seconds = z.number()
const secondsOrNull = z.number().nullable()

const agent = every<Agent>()({ id: text, name: textOrNull, email: textOrNull })
export const line = every<Line>()({ id: text, name: textOrNull, digits: textOrNull, country: textOrNull })
const participant = every<Participant>()({
  kind: z.enum(['user', 'contact', 'external', 'ai_voice_agent', 'other']),
  phoneNumber: textOrNull,
  name: textOrNull,
})
const comment = every<Comment>()({ content: text, author: textOrNull, postedAt: secondsOrNull })

/** Version 2 (0.2.0) has comments, teams and transfers. */
export const CALL = new Shape<Call>(
  'a call',
  2,
  every<Call>()({
    id: text,
    direction: z.enum(['inbound', 'outbound']),
    status: z.enum(['initial', 'answered', 'done']),
    startedAt: seconds,
    answeredAt: secondsOrNull,
    endedAt: secondsOrNull,
    missedReason: textOrNull.default(null),
    rawDigits: textOrNull,
    hasVoicemail: z.boolean().default(false),
    asset: textOrNull.default(null),
    agent: agent.nullable().default(null),
    line: line.nullable(),
    participants: z.array(participant).default([]),
    tags: z.array(text).default([]),
    comments: z.array(comment).default([]),
    teams: z.array(text).default([]),
    transferredBy: agent.nullable().default(null),
    transferredTo: agent.nullable().default(null),
  }),
  leanCall,
)

/** Most calls have none of these: they are a quarter of the bytes that are written and read again. */
function leanCall(call: Call): object {
  return {
    ...call,
    missedReason: call.missedReason ?? undefined,
    hasVoicemail: call.hasVoicemail || undefined,
    asset: call.asset ?? undefined,
    agent: call.agent ?? undefined,
    participants: anyOf(call.participants),
    tags: anyOf(call.tags),
    comments: anyOf(call.comments),
    teams: anyOf(call.teams),
    transferredBy: call.transferredBy ?? undefined,
    transferredTo: call.transferredTo ?? undefined,
  }
}

function anyOf<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined
}

/** One or more of a call's insights, as they were redacted. */
export const INSIGHT_VALUES = new Shape<Partial<Insights>>(
  'an insight',
  1,
  z
    .object({
      summary: text.nullable(),
      actionItems: z.array(text).nullable(),
      topics: z.array(text).nullable(),
      sentiment: z.array(text).nullable(),
    })
    .partial() as z.ZodType<Partial<Insights>>,
)

const utterance = every<Utterance>()({
  startSeconds: z.number(),
  text,
  speaker: z.enum(['internal', 'external', 'ai_voice_agent']),
  phoneNumber: textOrNull,
})

export const TRANSCRIPT = new Shape<Transcript>(
  'a transcript',
  1,
  every<Transcript>()({
    callId: text,
    type: z.enum(['call', 'voicemail']),
    language: textOrNull,
    utterances: z.array(utterance),
  }),
)
