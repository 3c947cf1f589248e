import type { Call } from '../../domain.ts'
import type { Decision } from '../../records.ts'
import { formatNoun, sayPace } from '../../report/text/words.ts'
import { fetchInsights } from '../intake/insights.ts'
import { fetchTranscripts, isDue } from '../intake/transcripts.ts'
import { connectAircall } from '../run/connect.ts'
import type { Session } from '../run/session.ts'
import type { Judged } from './judge-plan.ts'

/** What a reviewer settled in these rows is remembered for good. */
export function rememberSettled(
  { store, clock, book }: Session,
  { settlements }: Judged,
  rows: readonly Decision[],
): void {
  const isTaken = takenBy(rows)
  const spoken = { runId: book.run.id, atMs: clock.nowMs() }
  for (const { callId, rowDigest, settlement } of settlements)
    if (isTaken(rowDigest)) store.decisions.settle(callId, { ...settlement, ...spoken })
}

/** Asks for the transcripts of the calls that these rows settle: none was asked for while they were held. */
export async function askTranscripts(
  session: Session,
  judged: Judged,
  rows: readonly Decision[],
): Promise<void> {
  if (!session.settings.config.transcripts.enabled) return
  const due = callsOf(session, judged, rows).filter((call) => isDue(session, call, { refresh: false }))
  if (due.length === 0) return
  const client = connectAircall(session)
  const time = sayPace(due.length, client.perMinute)
  session.log.info(
    `Asking Aircall for the transcripts of ${formatNoun(due.length, 'settled call')}: ${time}.`,
  )
  await fetchTranscripts(session, client, due, due.length)
}

/** The same for insights: they change what a record says, not how many there are. */
export async function askInsights(
  session: Session,
  judged: Judged,
  rows: readonly Decision[],
): Promise<void> {
  const calls = callsOf(session, judged, rows)
  if (calls.length === 0) return
  await fetchInsights(session, () => connectAircall(session), { calls: () => calls, refresh: false })
}

function callsOf({ store }: Session, { settledCalls }: Judged, rows: readonly Decision[]): Call[] {
  const isTaken = takenBy(rows)
  return settledCalls
    .filter(({ rowDigest }) => isTaken(rowDigest))
    .flatMap(({ callId }) => store.calls.get(callId) ?? [])
}

function takenBy(rows: readonly Decision[]): (rowDigest: string) => boolean {
  const taken = new Set(rows.map(({ rowDigest }) => rowDigest))
  return (rowDigest) => taken.has(rowDigest)
}
