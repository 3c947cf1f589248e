/** Makes the transcript of one made-up call, and says when Aircall would have it. */
import type { RawCall, RawTranscription, RawUtterance } from '../aircall/types.ts'
import type { CallScript } from './call-script.ts'
import { createRandom, hashParts, pickFrom, pickWeighted, STREAM, uniformAt } from './random.ts'
import { AGENT_LINES, CUSTOMER_LINES, MACHINE_LINES, VOICEMAIL_LINES } from './speech.ts'

export type TranscriptFate = 'ready' | 'later' | 'never' | 'empty' | 'accepted'

const FATES: readonly (readonly [TranscriptFate, number])[] = [
  ['ready', 76],
  ['later', 10],
  ['never', 8],
  ['empty', 4],
  ['accepted', 2],
]
/** About a hundred utterances in six minutes: the length of real ones. */
const SECONDS_A_TURN = 3.6
/** "Seconds to minutes after the call" (docs/reference/aircall-api.md section 4). */
const USUAL_DELAY_SECONDS = 120
/** Calls of the last 60 hours may still wait for their transcript when the world begins. */
const YOUNG_SECONDS = 60 * 3600

export function fateOf(seed: number, index: number): TranscriptFate {
  return pickWeighted(FATES, createRandom(hashParts(seed, STREAM.transcript, index)))
}

/** UNIX seconds at which the transcript of a call is there; `later` ones come hours after the world began. */
export function ripeAt(o: {
  seed: number
  index: number
  fate: TranscriptFate
  endedAt: number
  worldStart: number
}): number {
  const usual = o.endedAt + USUAL_DELAY_SECONDS
  if (o.fate !== 'later' || o.endedAt < o.worldStart - YOUNG_SECONDS) return usual
  const hours = 1 + uniformAt(o.seed, STREAM.transcript, o.index) * 11
  return Math.max(usual, o.worldStart + Math.ceil(hours * 3600))
}

/** A transcript needs a voicemail, or five seconds of talk (docs/reference/aircall-api.md section 4). */
export function canHaveTranscript(script: CallScript): boolean {
  return script.course === 'voicemail' || (script.course === 'answered' && script.talkSeconds >= 5)
}

type Speaker = RawUtterance['participant_type']

function speakerOf(script: CallScript, turn: number): Speaker {
  if (script.course === 'voicemail') return 'external'
  if (script.hasAiAgent && turn < 2) return 'ai_voice_agent'
  return turn % 2 === 0 ? 'internal' : 'external'
}

function linesOf(script: CallScript, speaker: Speaker): readonly string[] {
  if (script.course === 'voicemail') return VOICEMAIL_LINES
  if (speaker === 'ai_voice_agent') return MACHINE_LINES
  return speaker === 'internal' ? AGENT_LINES : CUSTOMER_LINES
}

function identify(script: CallScript, speaker: Speaker, call: RawCall): Partial<RawUtterance> {
  if (speaker === 'ai_voice_agent') return { ai_voice_agent_id: 'ava-1' }
  if (speaker === 'internal') return call.user ? { user_id: call.user.id } : {}
  return script.caller.e164 ? { phone_number: script.caller.e164 } : {}
}

export function makeTranscription(
  seed: number,
  index: number,
  script: CallScript,
  call: RawCall,
): RawTranscription {
  const random = createRandom(hashParts(seed, STREAM.utterances, index))
  const turns = Math.max(1, Math.round(script.talkSeconds / SECONDS_A_TURN))
  const utterances = Array.from({ length: turns }, (_, turn): RawUtterance => {
    const speaker = speakerOf(script, turn)
    const start = Math.round((script.ringSeconds + turn * SECONDS_A_TURN + random()) * 100) / 100
    return {
      start_time: start,
      end_time: Math.round((start + 2.4) * 100) / 100,
      text: pickFrom(linesOf(script, speaker), random),
      participant_type: speaker,
      ...identify(script, speaker, call),
    }
  })
  // The order is not documented, so every fifth transcript comes back to front in pairs.
  const ordered =
    index % 5 === 0 ? utterances.map((_, at) => utterances[at ^ 1] ?? utterances[at]) : utterances
  return {
    id: 68_271 + index,
    call_id: call.id,
    call_created_at: new Date(call.started_at * 1000).toISOString(),
    type: script.course === 'voicemail' ? 'voicemail' : 'call',
    content: { language: 'en', utterances: ordered.filter((one): one is RawUtterance => one !== undefined) },
  }
}
