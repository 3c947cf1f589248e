import type { Transcript, Utterance } from '../content.ts'
import type { Call } from '../domain.ts'
import { escapeHtml } from './html.ts'
import { outcomeOf } from './outcome.ts'

/** The speaker's label (docs/contract.md section 6): the number for an external party, `External` without one. */
export function speakerOf(utterance: Utterance): string {
  if (utterance.speaker === 'internal') return 'Agent'
  if (utterance.speaker === 'ai_voice_agent') return 'AI agent'
  return utterance.phoneNumber ?? 'External'
}

/** `<p>Call was answered.</p>`, or what is true of a voicemail (docs/reference/automation.md T7). */
export function transcriptLead(call: Call, transcript: Transcript): string {
  const voicemail = transcript.type === 'voicemail' || outcomeOf(call) === 'voicemail'
  return voicemail ? '<p>Voicemail was left.</p>' : '<p>Call was answered.</p>'
}

/** The heading and one escaped paragraph an utterance, at most `maxChars` of paragraphs. */
export function transcriptBlock(
  transcript: Transcript,
  o: { readonly maxChars: number; readonly link: string | null },
): string {
  const kept: string[] = []
  let length = 0
  for (const utterance of transcript.utterances) {
    const paragraph = `<p><strong>${escapeHtml(speakerOf(utterance))}:</strong> ${escapeHtml(utterance.text)}</p>`
    length += paragraph.length
    if (length > o.maxChars) break
    kept.push(paragraph)
  }
  const left = transcript.utterances.length - kept.length
  const note = left === 0 ? '' : cutNote({ left, link: o.link })
  return `<p><strong>Transcript:</strong></p>${kept.join('')}${note}`
}

function cutNote(o: { readonly left: number; readonly link: string | null }): string {
  const lines = o.left === 1 ? '1 more utterance is' : `${o.left} more utterances are`
  // Only a web address may become a link: anything else in `href` could run.
  const isWeb = o.link !== null && /^https?:\/\//iu.test(o.link)
  const where = isWeb ? `<a href="${escapeHtml(o.link ?? '')}">Aircall</a>` : 'Aircall'
  return `<p><em>Transcript cut here: ${lines} in ${where}.</em></p>`
}
