import { canHaveTranscript } from '../../aircall/transcript.ts'
import { isTimeToAsk } from '../../inbox/schedule.ts'
import { fetchTranscripts } from '../intake/transcripts.ts'
import { isWritable } from '../planning/desired.ts'
import type { Looked } from './look.ts'
import type { Shift } from './shift.ts'

/** An account that was refused is not asked again by the clock for so long. */
const DENIED_MS = 86_400_000

/** Asks Aircall for the transcripts that are due. Returns the calls that were asked for. */
export async function askTexts(
  { listener, session, aircall }: Shift,
  looked: readonly Looked[],
): Promise<ReadonlySet<string>> {
  const { clock, settings } = session
  const { deniedAtMs } = listener.memory
  const isDenied = deniedAtMs !== null && clock.nowMs() - deniedAtMs < DENIED_MS
  if (!settings.config.transcripts.enabled) return new Set()
  const due = looked.filter((one) => isTranscriptDue(session, one, isDenied)).map(({ call }) => call)
  if (due.length > 0) await fetchTranscripts(session, aircall, due, due.length)
  return new Set(due.map(({ id }) => id))
}

function isTranscriptDue(
  { store, clock }: Shift['session'],
  { taken, call, match }: Looked,
  isDenied: boolean,
): boolean {
  if (!isWritable(match) || !canHaveTranscript(call)) return false
  const { state } = store.transcripts.status(call.id)
  if (state === 'ready') return false
  const isAnnounced = taken.announced.includes('transcription.created')
  if (isAnnounced) return true
  if (isDenied || state === 'none' || state === 'denied' || state === 'assumed') return false
  const endedMs = (call.endedAt ?? call.startedAt) * 1000
  return isTimeToAsk(taken, { text: 'transcription.created', endedMs, nowMs: clock.nowMs() })
}

/** Whether a transcript may still come: the clock of the texts goes on. */
export function isTranscriptMissing({ session, listener }: Shift, { taken, call, match }: Looked): boolean {
  if (!session.settings.config.transcripts.enabled || !isWritable(match) || !canHaveTranscript(call))
    return false
  const { state } = session.store.transcripts.status(call.id)
  if (taken.announced.includes('transcription.created')) return state !== 'ready'
  if (session.book.facts.transcriptsDenied || listener.memory.deniedAtMs !== null) return false
  return state === 'not-asked' || state === 'pending'
}
