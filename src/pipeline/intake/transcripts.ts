import pLimit from 'p-limit'
import type { AircallClient, TranscriptAnswer } from '../../aircall/client.ts'
import { canHaveTranscript } from '../../aircall/transcript.ts'
import type { Transcript } from '../../content.ts'
import { compileRedactor, type Redactor } from '../../conversation/redact.ts'
import { redactTranscript } from '../../conversation/redact-transcript.ts'
import type { Call } from '../../domain.ts'
import type { Session } from '../run/session.ts'
import { createPatience, type Patience } from './patience.ts'

/** At 120 requests a minute a start every 0.5 s; eight in flight hide four seconds of latency. */
const IN_FLIGHT = 8

/** Named one by one; the rest as a number, because a night's log must stay readable. */
const MOST_NAMED = 5

interface TranscriptReport {
  redacted: Record<string, number>
  denied: boolean
}

interface Asking {
  readonly session: Session
  readonly client: AircallClient
  readonly redact: Redactor
  readonly report: TranscriptReport
  readonly patience: Patience
  readonly total: number
  answered: boolean
  done: number
  unreadable: number
}

/**
 * Whether a request is due for this call's transcript: never for one that is held, given up, or cannot exist, unless
 * everything is to be read again.
 */
export function isDue(session: Session, call: Call, options: { refresh: boolean }): boolean {
  if (!canHaveTranscript(call)) return false
  const { state } = session.store.transcripts.status(call.id)
  return options.refresh || (state !== 'ready' && state !== 'none')
}

/** Asks for transcripts in several goes, all with one patience and one report. */
export interface Asker {
  /** Asks for these, a bounded number at a time. Returns false when the account turned out to be denied. */
  ask(due: Iterable<Call>): Promise<boolean>
  /** At the end, also after a failure. */
  close(): void
}

/** `total`: how many at most. */
export function openAsker(session: Session, client: AircallClient, total: number): Asker {
  const { config } = session.settings
  const asking: Asking = {
    session,
    client,
    redact: compileRedactor(config.transcripts.redact, config),
    report: { redacted: {}, denied: false },
    patience: createPatience(client),
    total,
    answered: false,
    done: 0,
    unreadable: 0,
  }
  session.progress.start(total, 'transcripts')
  return {
    async ask(due) {
      await askAll(asking, due)
      return !asking.report.denied
    },
    close() {
      session.progress.stop()
      const unnamed = asking.unreadable - MOST_NAMED
      if (unnamed > 0) {
        const message = `${unnamed} more transcripts could not be read; they stay pending.`
        session.warn('TRANSCRIPT_UNREADABLE', message)
      }
      reportRedactions(session, asking.report)
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
  const asker = openAsker(session, client, total)
  try {
    await asker.ask(due)
  } finally {
    asker.close()
  }
}

/** How much was cut out, by kind; what it was is known to nobody here. */
function reportRedactions({ log, book: { summary } }: Session, { redacted }: TranscriptReport): void {
  const counts = Object.entries(redacted).map(([name, count]) => `${count} ${name}`)
  if (counts.length === 0) return
  const before = summary.transcripts.redacted ?? {}
  const sums = Object.entries(redacted).map(([name, count]) => [name, (before[name] ?? 0) + count])
  summary.transcripts.redacted = { ...before, ...Object.fromEntries(sums) }
  log.info(`Redacted in transcripts before anything was stored: ${counts.join(', ')}.`)
}

async function askAll(asking: Asking, due: Iterable<Call>): Promise<void> {
  const limit = pLimit(IN_FLIGHT)
  const running = new Set<Promise<void>>()
  try {
    for (const call of due) {
      if (asking.report.denied) break
      asking.session.signal.throwIfAborted()
      const task = limit(() => askOne(asking, call)).finally(() => running.delete(task))
      running.add(task)
      // The first answer decides whether the account is entitled at all; after it, the window is what bounds memory.
      if (!asking.answered) await task
      else if (running.size >= IN_FLIGHT) await Promise.race(running)
    }
    await Promise.all(running)
  } finally {
    await Promise.allSettled(running)
  }
}

async function askOne(asking: Asking, call: Call): Promise<void> {
  const { session, client, patience, total } = asking
  try {
    const answer = await client.getTranscription(call.id, session.signal)
    patience.answered()
    take(asking, call, answer)
  } catch (error) {
    leavePending(asking, call, await patience.excuse(error))
  }
  asking.done += 1
  session.progress.update(asking.done, { total, etaMs: ((total - asking.done) / client.perMinute) * 60_000 })
}

function take(asking: Asking, call: Call, answer: TranscriptAnswer): void {
  const { transcripts } = asking.session.store
  const nowMs = asking.session.clock.nowMs()
  if (answer.kind === 'denied') {
    deny(asking, call, answer.message)
    return
  }
  asking.answered = true
  if (answer.kind === 'ready') transcripts.saveReady(redacted(asking, answer.transcript), nowMs)
  // What is held already is not lost because it was asked for again and is not there now.
  else if (transcripts.status(call.id).state !== 'ready')
    transcripts.saveState(call.id, stateOfEmpty(asking.session, call), nowMs)
}

/** One transcript that cannot be read costs itself: every later run asks once more. */
function leavePending(asking: Asking, call: Call, why: string): void {
  const { store, clock } = asking.session
  if (store.transcripts.status(call.id).state !== 'ready')
    store.transcripts.saveState(call.id, 'pending', clock.nowMs())
  asking.unreadable += 1
  if (asking.unreadable > MOST_NAMED) return
  asking.session.warn(
    'TRANSCRIPT_UNREADABLE',
    `The transcript of call ${call.id} could not be read and stays pending: ${why}`,
  )
}

function deny(asking: Asking, call: Call, message: string): void {
  const { session, report } = asking
  session.store.transcripts.saveState(call.id, 'denied', session.clock.nowMs())
  // One refused call among answered ones is about that call; a refusal before any answer is about the account.
  if (asking.answered) return
  report.denied = true
  session.book.facts.transcriptsDenied = true
  session.warn(
    'TRANSCRIPTS_DENIED',
    `Aircall refuses transcripts to this account (403: ${message}). Calls ` +
      'go on without them. They need an Aircall AI package and transcription ' +
      "switched on for each number; if you have both, ask Aircall's support.",
  )
}

/** Whether a transcript may still be on its way. */
export function isYoung({ clock, settings }: Session, call: Call): boolean {
  const ageHours = (clock.nowMs() / 1000 - (call.endedAt ?? call.startedAt)) / 3600
  return ageHours < settings.config.transcripts.giveUpAfterHours
}

/** "None" has no documented status: an absent transcript is pending while the call is young, and none after that. */
function stateOfEmpty(session: Session, call: Call): 'pending' | 'none' {
  return isYoung(session, call) ? 'pending' : 'none'
}

/** Redaction comes before anything is stored, so that no copy of what was cut out exists here. */
function redacted({ redact, report }: Asking, found: Transcript): Transcript {
  const { transcript, counts } = redactTranscript(found, redact)
  for (const [name, count] of Object.entries(counts)) {
    report.redacted[name] = (report.redacted[name] ?? 0) + count
  }
  return transcript
}
