import type { Call, Outcome } from '../domain.ts'

// docs/reference/aircall-api.md section 6: the documented enum. Anything else is opaque and shown as it is.
const MISSED_REASONS: Readonly<Record<string, string>> = {
  out_of_opening_hours: 'outside opening hours',
  short_abandoned: 'the caller hung up after a few seconds',
  abandoned_in_ivr: 'the caller hung up in the voice menu',
  abandoned_in_classic: 'the caller hung up while waiting',
  no_available_agent: 'no agent was available',
  agents_did_not_answer: 'no agent answered',
}

/** Somebody took it; else somebody left a message; else nobody was reached. */
export function outcomeOf(call: Call): Outcome {
  if (call.answeredAt !== null) return 'answered'
  return call.hasVoicemail ? 'voicemail' : 'missed'
}

/** `ended_at - answered_at` in seconds; 0 when nobody answered or the call has not ended. */
export function talkSeconds(call: Call): number {
  if (call.answeredAt === null || call.endedAt === null) return 0
  return Math.max(0, Math.round(call.endedAt - call.answeredAt))
}

/** `4 min 12 s`, `1 h 2 min`, `0 s`. */
export function formatDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  const rest = seconds % 60
  if (minutes === 0) return `${rest} s`
  return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`
}

/** Seconds of what `formatDuration` wrote, null for anything else. */
export function readDuration(text: string): number | null {
  const parts = /^(?:(\d+) h)? ?(?:(\d+) min)? ?(?:(\d+) s)?$/u.exec(text.trim())
  if (parts === null || text.trim() === '') return null
  const [hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0))
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)
}

/** The reason in words; an unknown value opaque, its underscores as blanks; null when there is none. */
export function missedReasonInWords(reason: string | null): string | null {
  if (reason === null || reason.trim() === '') return null
  return MISSED_REASONS[reason] ?? reason.trim().replaceAll('_', ' ')
}
