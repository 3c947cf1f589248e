import type { Transcript } from '../content.ts'
import type { Redactor } from './redact.ts'

/** The transcript with every utterance redacted, and how often each rule struck. */
export function redactTranscript(
  transcript: Transcript,
  redact: Redactor,
): { readonly transcript: Transcript; readonly counts: Readonly<Record<string, number>> } {
  const counts: Record<string, number> = {}
  const utterances = transcript.utterances.map((utterance) => {
    const redacted = redact(utterance.text)
    for (const [name, count] of Object.entries(redacted.counts)) counts[name] = (counts[name] ?? 0) + count
    return { ...utterance, text: redacted.text }
  })
  return { transcript: { ...transcript, utterances }, counts }
}
