import type { DateRange } from '../../domain.ts'
import type { Session } from '../run/session.ts'

/** Aircall serves six months; its exact edge is unknown and a window across it loses rows while it is paged. */
export const HORIZON_SECONDS = 175 * 86_400

/** Where Aircall's history most likely ends, in UNIX seconds. */
export function horizonOf({ clock }: Pick<Session, 'clock'>): number {
  return Math.floor(clock.nowMs() / 1000) - HORIZON_SECONDS
}

/** Said before a request is made, and in the result: the part of the range that Aircall has most likely forgotten. */
export function warnOutsideHorizon(session: Session, range: DateRange): void {
  const edge = horizonOf(session)
  if (range.since >= edge) return
  session.warn(
    'OUTSIDE_HORIZON',
    `Aircall serves about six months of history. Calls before ${dayOf(edge)} are ` +
      'most likely gone there: no answer for them does not mean that there were none.',
  )
}

/** A zero beyond the horizon looks like success and says nothing: it is named. */
export function warnNothingServed(session: Session, range: DateRange, readId: number): void {
  const edge = Math.min(horizonOf(session), range.until)
  if (range.since >= edge) return
  const served = session.store.calls.countListed(readId, { from: range.since - 1, to: edge - 1 })
  if (served > 0) return
  session.warn(
    'NOTHING_SERVED',
    `Aircall gave no call from before ${dayOf(edge)}, where its history most ` +
      'likely ends. That part of the range was not read, whatever happened in it.',
  )
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}
