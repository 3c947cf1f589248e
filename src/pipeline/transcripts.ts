import pLimit from 'p-limit'
import type { AircallClient } from '../aircall/client.ts'
import { canHaveTranscript } from '../aircall/transcript.ts'
import { compileRedactor } from '../conversation/redact.ts'
import type { Call } from '../domain.ts'
import { formatMinutes } from './cost.ts'
import type { Session } from './session.ts'

/** At 120 requests a minute a start every 0.5 s; eight in flight hide four seconds of latency. */
const IN_FLIGHT = 8

export interface TranscriptReport {
  redacted: Record<string, number>
  denied: boolean
}

interface Asking {
  readonly session: Session
  readonly client: AircallClient
  readonly redact: ReturnType<typeof compileRedactor>
  readonly report: TranscriptReport
  answered: boolean
  done: number
}

/** Whether a request is due for this call's transcript: never for one that is held, given up, or cannot exist. */
export function isDue(session: Session, call: Call, options: { refresh: boolean }): boolean {
  if (!canHaveTranscript(call)) return false
  const { state } = session.store.transcripts.status(call.id)
  if (state === 'ready') return false
  return state !== 'none' || options.refresh
}

/** Counts what is due, says what it costs, and asks for all of it. `due` is walked twice. */
export async function fetchAll(
  session: Session,
  client: AircallClient,
  due: () => Iterable<Call>,
): Promise<void> {
  let total = 0
  for (const _ of due()) total += 1
  if (total === 0) return
  const perMinute = session.settings.config.limits.aircallPerMinute
  session.log.info(
    `${total} transcripts are to be asked for: ${formatMinutes(total / perMinute)} at ${perMinute} requests a minute.`,
  )
  const { redacted } = await fetchTranscripts(session, client, due(), total)
  const counts = Object.entries(redacted).map(([name, count]) => `${count} ${name}`)
  if (counts.length > 0)
    session.log.info(`Redacted in transcripts before anything was stored: ${counts.join(', ')}.`)
}

/**
 * Asks for the transcripts of these calls, a bounded number at a time, and stores every answer as it arrives.
 * A 403 here means that the account is not entitled: it is met once, reported once, and nothing more is asked.
 */
export async function fetchTranscripts(
  session: Session,
  client: AircallClient,
  due: Iterable<Call>,
  total: number,
): Promise<TranscriptReport> {
  const asking: Asking = {
    session,
    client,
    redact: compileRedactor(session.settings.config.transcripts.redact),
    report: { redacted: {}, denied: false },
    answered: false,
    done: 0,
  }
  session.progress.start(total, 'transcripts')
  const limit = pLimit(IN_FLIGHT)
  const running = new Set<Promise<void>>()
  try {
    for (const call of due) {
      if (asking.report.denied) break
      const task = limit(() => askOne(asking, call, total)).finally(() => running.delete(task))
      running.add(task)
      // The first answer decides whether the account is entitled at all; after it, the window is what bounds memory.
      if (!asking.answered) await task
      else if (running.size >= IN_FLIGHT) await Promise.race(running)
    }
    await Promise.all(running)
  } finally {
    await Promise.allSettled(running)
    session.progress.stop()
  }
  return asking.report
}

async function askOne(asking: Asking, call: Call, total: number): Promise<void> {
  const { session, client, report } = asking
  if (report.denied) return
  session.signal.throwIfAborted()
  const answer = await client.getTranscription(call.id, session.signal)
  const nowMs = session.clock.nowMs()
  if (answer.kind === 'denied') deny(asking, call, answer.message)
  else if (answer.kind === 'empty')
    session.store.transcripts.saveState(call.id, stateOfEmpty(session, call), nowMs)
  else session.store.transcripts.saveReady(redactTranscript(asking, answer.transcript), nowMs)
  if (answer.kind !== 'denied') asking.answered = true
  asking.done += 1
  session.progress.update(asking.done, { total })
}

function deny(asking: Asking, call: Call, message: string): void {
  const { session, report } = asking
  session.store.transcripts.saveState(call.id, 'denied', session.clock.nowMs())
  // One refused call among answered ones is about that call; a refusal before any answer is about the account.
  if (asking.answered) return
  report.denied = true
  session.facts.transcriptsDenied = true
  session.warn(
    'TRANSCRIPTS_DENIED',
    `Aircall refuses transcripts to this account (403: ${message}). Calls go on without them. They need an Aircall AI package and transcription switched on for each number; if you have both, ask Aircall's support.`,
  )
}

/** "None" has no documented status: an absent transcript is pending while the call is young, and none after that. */
function stateOfEmpty(session: Session, call: Call): 'pending' | 'none' {
  const endedAt = call.endedAt ?? call.startedAt
  const ageHours = (session.clock.nowMs() / 1000 - endedAt) / 3600
  return ageHours >= session.settings.config.transcripts.giveUpAfterHours ? 'none' : 'pending'
}

type Ready = Extract<Awaited<ReturnType<AircallClient['getTranscription']>>, { kind: 'ready' }>['transcript']

/** Redaction comes before anything is stored, so that no copy of what was cut out exists here. */
function redactTranscript({ redact, report }: Asking, transcript: Ready): Ready {
  const utterances = transcript.utterances.map((utterance) => {
    const { text, counts } = redact(utterance.text)
    for (const [name, count] of Object.entries(counts))
      report.redacted[name] = (report.redacted[name] ?? 0) + count
    return { ...utterance, text }
  })
  return { ...transcript, utterances }
}
