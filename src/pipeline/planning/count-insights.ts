import type { Call } from '../../domain.ts'
import type { InsightTally } from '../../report/page/insight-tally.ts'
import { canHaveInsights, wantedInsights } from '../intake/insights.ts'
import type { Desk, Session } from '../run/session.ts'

/** For the report: of the insights that are on, the words alone. */
export function noteHeard(desk: Pick<Desk, 'settings' | 'store'>, heard: InsightTally, call: Call): void {
  const wanted = wantedInsights(desk)
  if (!wanted.includes('sentiment') && !wanted.includes('topics')) return
  const { sentiment, topics } = desk.store.insights.get(call.id)
  heard.add(call, {
    sentiment: wanted.includes('sentiment') ? sentiment : null,
    topics: wanted.includes('topics') ? topics : null,
  })
}

/** Counts where the insights of one written call stand. */
export function countInsights(session: Session, call: Call): void {
  const { store, book } = session
  if (!canHaveInsights(session, call)) return
  noteHeard(session, book.notes.heard, call)
  for (const kind of wantedInsights(session)) {
    const counts = book.summary.insights[kind]
    if (counts === undefined) continue
    counts.eligible += 1
    const state = store.insights.state(call.id, kind)
    // After a refusal of the account nothing more was asked; without a transcript nothing was asked at all.
    const isDenied = state === 'not-asked' && book.facts.insightsDenied.has(kind)
    const isAssumed = state === 'not-asked' && store.transcripts.status(call.id).state === 'assumed'
    if (isDenied) counts.denied += 1
    else if (isAssumed) counts.none += 1
    else if (state !== 'not-asked') counts[state] += 1
  }
}
