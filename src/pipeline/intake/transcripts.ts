import type { AircallClient, TranscriptAnswer } from '../../aircall/client.ts'
import { canHaveTranscript } from '../../aircall/transcript.ts'
import { compileRedactor } from '../../conversation/redact.ts'
import { redactTranscript } from '../../conversation/redact-transcript.ts'
import type { Call } from '../../domain.ts'
import type { Session } from '../run/session.ts'
import { type Asker, openAsker, type Question } from './ask-each.ts'

/** How much was cut out, by kind; what it was is known to nobody here. */
type Redacted = Record<string, number>

/**
 * Whether a request is due for this call's transcript: never for one that is stored, given up, or cannot exist, unless
 * everything is to be read again.
 */
export function isDue(session: Session, call: Call, options: { refresh: boolean }): boolean {
  if (!canHaveTranscript(call)) return false
  const { state } = session.store.transcripts.status(call.id)
  return options.refresh || (state !== 'ready' && state !== 'none')
}

/** Asks for transcripts in several goes, all with one report. `total`: how many at most. */
export function openTranscripts(session: Session, client: AircallClient, total: number): Asker {
  const redacted: Redacted = {}
  const asker = openAsker(session, client, { question: transcriptOf(session, client, redacted), total })
  return {
    ask: (due) => asker.ask(due),
    close() {
      asker.close()
      reportRedactions(session, redacted)
    },
  }
}

/**
 * Asks for the transcripts of these calls and stores every answer as it arrives. A 403 here means
 * that the account is not entitled: it is met once, reported once, and nothing more is asked.
 */
export async function fetchTranscripts(
  session: Session,
  client: AircallClient,
  due: Iterable<Call>,
  total: number,
): Promise<void> {
  const asker = openTranscripts(session, client, total)
  try {
    await asker.ask(due)
  } finally {
    asker.close()
  }
}

function transcriptOf(session: Session, client: AircallClient, counts: Redacted): Question<TranscriptAnswer> {
  const { config } = session.settings
  const { transcripts } = session.store
  const redact = compileRedactor(config.transcripts.redact, config)
  return {
    name: { one: 'transcript', many: 'transcripts' },
    unreadable: 'TRANSCRIPT_UNREADABLE',
    ask: (callId) => client.getTranscription(callId, session.signal),
    isReady: (callId) => transcripts.status(callId).state === 'ready',
    saveReady(_call, answer, nowMs) {
      // Before anything is stored, so that no copy of what was cut out exists here.
      const { transcript, counts: found } = redactTranscript(answer.transcript, redact)
      for (const [name, count] of Object.entries(found)) counts[name] = (counts[name] ?? 0) + count
      transcripts.saveReady(transcript, nowMs)
    },
    saveState: (callId, state, nowMs) => transcripts.saveState(callId, state, nowMs),
    sayDenied: (message) => sayDenied(session, message),
  }
}

function sayDenied(session: Session, message: string): void {
  session.book.facts.transcriptsDenied = true
  session.warn(
    'TRANSCRIPTS_DENIED',
    `Aircall refuses transcripts to this account (403: ${message}). Calls ` +
      'go on without them. They need an Aircall AI package and transcription ' +
      "switched on for each number; if you have both, ask Aircall's support.",
  )
}

function reportRedactions({ log, book: { summary } }: Session, redacted: Redacted): void {
  const counts = Object.entries(redacted).map(([name, count]) => `${count} ${name}`)
  if (counts.length === 0) return
  const before = summary.transcripts.redacted ?? {}
  const sums = Object.entries(redacted).map(([name, count]) => [name, (before[name] ?? 0) + count])
  summary.transcripts.redacted = { ...before, ...Object.fromEntries(sums) }
  log.info(`Redacted in transcripts before anything was stored: ${counts.join(', ')}.`)
}
