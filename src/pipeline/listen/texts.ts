import { canHaveTranscript } from '../../aircall/transcript.ts'
import type { Insight } from '../../content-settings.ts'
import type { Call } from '../../domain.ts'
import type { ContentEvent } from '../../inbox/event.ts'
import { isTimeToAsk } from '../../inbox/schedule.ts'
import { canHaveInsights, fetchInsights, wantedInsights } from '../intake/insights.ts'
import { fetchTranscripts } from '../intake/transcripts.ts'
import { isWritable } from '../planning/desired.ts'
import { INSIGHT_EVENTS } from '../webhook/wanted.ts'
import type { Looked } from './look.ts'
import type { Shift } from './shift.ts'

/** An account that was refused is not asked again by the clock for so long. */
const DENIED_MS = 86_400_000

/**
 * Asks Aircall for the transcripts and insights that are due: their event has come, or a mark of the clock has passed.
 * Returns the calls that were asked for.
 */
export async function askTexts(shift: Shift, looked: readonly Looked[]): Promise<ReadonlySet<string>> {
  const { session, aircall } = shift
  const transcripts = callsOf(looked.filter((one) => isTranscriptDue(shift, one)))
  if (transcripts.length > 0) await fetchTranscripts(session, aircall, transcripts, transcripts.length)
  const insights = callsOf(
    looked.filter((one) => missingInsights(shift, one).some((text) => isDue(shift, one, text))),
  )
  if (insights.length > 0)
    await fetchInsights(session, () => aircall, { calls: () => insights, refresh: false })
  return new Set([...transcripts, ...insights].map(({ id }) => id))
}

/** Texts that may still come, by their events: the clock goes on for them. */
export function missingTexts(shift: Shift, looked: Looked): readonly ContentEvent[] {
  return [
    ...(isTranscriptMissing(shift, looked) ? (['transcription.created'] as const) : []),
    ...missingInsights(shift, looked),
  ]
}

function isDue({ session }: Shift, { taken, call }: Looked, text: ContentEvent): boolean {
  const endedMs = (call.endedAt ?? call.startedAt) * 1000
  return isTimeToAsk(taken, { text, endedMs, nowMs: session.clock.nowMs() })
}

function isTranscriptDue(shift: Shift, looked: Looked): boolean {
  if (!mayHaveTranscript(shift, looked)) return false
  const { state } = shift.session.store.transcripts.status(looked.call.id)
  if (state === 'ready') return false
  if (isAnnounced(looked)) return true
  return isOpen(shift, state) && isDue(shift, looked, 'transcription.created')
}

function isTranscriptMissing(shift: Shift, looked: Looked): boolean {
  if (!mayHaveTranscript(shift, looked)) return false
  const { state } = shift.session.store.transcripts.status(looked.call.id)
  return isAnnounced(looked) ? state !== 'ready' : isOpen(shift, state)
}

function mayHaveTranscript({ session }: Shift, { call, match }: Looked): boolean {
  return session.settings.config.transcripts.enabled && isWritable(match) && canHaveTranscript(call)
}

function isAnnounced({ taken }: Looked): boolean {
  return taken.announced.includes('transcription.created')
}

function isOpen({ listener, session }: Shift, state: string): boolean {
  const { deniedAtMs } = listener.memory
  const isDenied = deniedAtMs !== null && session.clock.nowMs() - deniedAtMs < DENIED_MS
  return !isDenied && !session.book.facts.transcriptsDenied && (state === 'not-asked' || state === 'pending')
}

function missingInsights({ session }: Shift, { call, match }: Looked): readonly ContentEvent[] {
  if (!isWritable(match) || !canHaveInsights(session, call)) return []
  const isMissing = (kind: Insight) => {
    const state = session.store.insights.state(call.id, kind)
    return state === 'not-asked' || state === 'pending'
  }
  return wantedInsights(session)
    .filter(isMissing)
    .map((kind) => INSIGHT_EVENTS[kind])
}

function callsOf(looked: readonly Looked[]): readonly Call[] {
  return looked.map(({ call }) => call)
}
