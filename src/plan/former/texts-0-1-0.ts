import type { Transcript, Utterance } from '../../content.ts'
import { escapeHtml } from '../../conversation/html.ts'
import type { Call } from '../../domain.ts'
import type { Texts } from './texts.ts'

/** The texts of 0.1.0 as they were, to the letter. Never edited: `fixtures/state-0.1.0` has what that version wrote. */
export const TEXTS_0_1_0: Texts = {
  version: '0.1.0',
  call: ({ call }) =>
    [whatHappened(call), ...details(call)].map((text) => `<p>${escapeHtml(text)}</p>`).join(''),
  transcriptLead: (call, transcript) =>
    transcript.type === 'voicemail' || outcomeOf(call) === 'voicemail'
      ? '<p>Voicemail was left.</p>'
      : '<p>Call was answered.</p>',
  transcriptBlock,
  type: 'Cold Call',
  subjects: {
    inboundCall: 'Aircall \u2013 inbound call from {who}',
    outboundCall: 'Aircall \u2013 call made to {who}',
    inboundTranscript: 'Aircall \u2013 inbound call transcript from {who}',
    outboundTranscript: 'Aircall \u2013 outbound call transcript with {who}',
  },
}

const MISSED_REASONS: Readonly<Record<string, string>> = {
  out_of_opening_hours: 'outside opening hours',
  short_abandoned: 'the caller hung up after a few seconds',
  abandoned_in_ivr: 'the caller hung up in the voice menu',
  abandoned_in_classic: 'the caller hung up while waiting',
  no_available_agent: 'no agent was available',
  agents_did_not_answer: 'no agent answered',
}

function outcomeOf(call: Call): 'answered' | 'voicemail' | 'missed' {
  if (call.answeredAt !== null) return 'answered'
  return call.hasVoicemail ? 'voicemail' : 'missed'
}

function whatHappened(call: Call): string {
  const { direction, answeredAt, endedAt } = call
  const wasTaken = direction === 'outbound' || answeredAt !== null
  const agent = wasTaken ? (call.agent?.name ?? call.agent?.email ?? null) : null
  const by = agent === null ? '' : ` by ${agent}`
  const reason = (call.missedReason ?? '').trim()
  const because = reason === '' ? '' : `: ${MISSED_REASONS[reason] ?? reason.replaceAll('_', ' ')}`
  if (answeredAt !== null) {
    const said = direction === 'outbound' ? `Outbound call${by} was answered.` : `Inbound call answered${by}.`
    return `${said} Talk time ${durationOf(Math.max(0, Math.round((endedAt ?? answeredAt) - answeredAt)))}.`
  }
  if (call.hasVoicemail) return `Inbound call not answered${because}. Voicemail was left.`
  return direction === 'outbound'
    ? `Outbound call${by} was not answered${because}.`
    : `Inbound call missed${because}.`
}

function durationOf(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  const rest = seconds % 60
  if (minutes === 0) return `${rest} s`
  return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`
}

function details({ line, tags }: Call): string[] {
  const name = line?.name ?? line?.digits ?? ''
  const sorted = [...new Set(tags)].filter((tag) => tag !== '').sort()
  return [
    ...(name === '' ? [] : [`Aircall line: ${name}`]),
    ...(sorted.length === 0 ? [] : [`Tags: ${sorted.join(', ')}`]),
  ]
}

function transcriptBlock(transcript: Transcript, o: { maxChars: number; link: string | null }): string {
  const kept: string[] = []
  let length = 0
  for (const one of transcript.utterances) {
    const paragraph = `<p><strong>${escapeHtml(speakerOf(one))}:</strong> ${escapeHtml(one.text)}</p>`
    length += paragraph.length
    if (length > o.maxChars) break
    kept.push(paragraph)
  }
  const left = transcript.utterances.length - kept.length
  return `<p><strong>Transcript:</strong></p>${kept.join('')}${left === 0 ? '' : cutNote(left, o.link)}`
}

function speakerOf(utterance: Utterance): string {
  if (utterance.speaker === 'internal') return 'Agent'
  if (utterance.speaker === 'ai_voice_agent') return 'AI agent'
  return utterance.phoneNumber ?? 'External'
}

function cutNote(left: number, link: string | null): string {
  const lines = left === 1 ? '1 more utterance is' : `${left} more utterances are`
  const isWeb = link !== null && /^https?:\/\//iu.test(link)
  const where = isWeb ? `<a href="${escapeHtml(link)}">Aircall</a>` : 'Aircall'
  return `<p><em>Transcript cut here: ${lines} in ${where}.</em></p>`
}
