import type { Transcript, Utterance } from '../content.ts'
import { talkSeconds } from '../conversation/outcome.ts'
import type { Call } from '../domain.ts'
import { RecordError } from '../errors.ts'
import { describeIssues, transcriptionSchema } from './schema.ts'

/** A recording, and so a transcript, needs 5 s of talk (docs/reference/aircall-api.md section 4). */
const MIN_TALK_SECONDS = 5

/** Whether asking for a transcript can be worth its request: an ended call with talk, or a voicemail. PURE. */
export function canHaveTranscript(call: Call): boolean {
  if (call.status !== 'done') return false
  if (call.hasVoicemail) return true
  return talkSeconds(call) >= MIN_TALK_SECONDS
}

/**
 * The body of `GET /v1/calls/:id/transcription`. Wrapped in `transcription` as documented, bare, or only its
 * `content`, as several clients report. Utterances are sorted by start, stable; those without words are left
 * out, so an empty list means that there is no transcript (yet). PURE.
 * @throws RecordError that names the path, never the text; also when it is another call's.
 */
export function parseTranscript(raw: unknown, callId: string): Transcript {
  const parsed = transcriptionSchema.safeParse(unwrap(raw))
  if (!parsed.success) {
    throw new RecordError('TRANSCRIPT_SHAPE', `Transcript of call ${callId}: ${describeIssues(parsed.error)}`)
  }
  const { call_id: answeredId, type, content } = parsed.data
  if (answeredId != null && answeredId !== callId) {
    throw new RecordError(
      'TRANSCRIPT_SHAPE',
      `Transcript of call ${callId}: the answer is that of call ${answeredId}`,
    )
  }
  return {
    callId,
    type: type === 'voicemail' ? 'voicemail' : 'call',
    language: content?.language ?? null,
    utterances: toUtterances(content?.utterances ?? []),
  }
}

function unwrap(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return raw
  if ('transcription' in raw) return raw.transcription ?? {}
  return 'utterances' in raw ? { content: raw } : raw
}

type RawUtterances = NonNullable<
  NonNullable<ReturnType<typeof transcriptionSchema.parse>['content']>['utterances']
>

function toUtterances(raw: RawUtterances): Utterance[] {
  let last = 0
  const utterances = raw.map((utterance): Utterance => {
    // One without a time stays behind the one it was sent after.
    last = utterance.start_time ?? last
    return {
      startSeconds: last,
      text: (utterance.text ?? '').trim(),
      speaker: toSpeaker(utterance.participant_type),
      phoneNumber: utterance.phone_number?.trim() || null,
    }
  })
  return utterances.filter(({ text }) => text !== '').sort((a, b) => a.startSeconds - b.startSeconds)
}

/** Documented: internal, external, ai_voice_agent. Anything new is not one of us, so it is external. */
function toSpeaker(type: string | null | undefined): Utterance['speaker'] {
  return type === 'internal' || type === 'ai_voice_agent' ? type : 'external'
}
