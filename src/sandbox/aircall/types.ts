/** What the embedded Aircall serves, in Aircall's own words (docs/reference/aircall-api.md sections 3, 4 and 7). */
export interface RawUser {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly [key: string]: unknown
}

export interface RawLine {
  readonly id: number
  readonly name: string
  readonly digits: string
  readonly country: string
  readonly [key: string]: unknown
}

export interface RawCall {
  id: number
  direction: 'inbound' | 'outbound'
  status: 'initial' | 'answered' | 'done'
  started_at: number
  answered_at: number | null
  ended_at: number | null
  duration: number
  missed_call_reason: string | null
  raw_digits: string | null
  voicemail: string | null
  recording: string | null
  asset: string | null
  user: RawUser | null
  number: RawLine | null
  [key: string]: unknown
}

export interface RawUtterance {
  start_time: number
  end_time: number
  text: string
  participant_type: 'internal' | 'external' | 'ai_voice_agent'
  phone_number?: string
  user_id?: number
  ai_voice_agent_id?: string
}

export interface RawTranscription {
  id: number
  call_id: number
  call_created_at: string
  type: 'call' | 'voicemail'
  content: { language: string; utterances: RawUtterance[] }
}

/** What `/transcription` answers for one call now. */
export type TranscriptAnswer =
  | { readonly kind: 'ready'; readonly transcription: RawTranscription }
  | { readonly kind: 'missing' | 'accepted' | 'empty' | 'broken' | 'denied' }
