import type { AircallClient } from '../../aircall/client.ts'
import type { Call, DateRange } from '../../domain.ts'
import { RecordError } from '../../errors.ts'
import { classifyOrphan } from '../../reconcile/orphan.ts'
import { conceal } from '../intake/conceal.ts'
import { horizonOf } from '../intake/horizon.ts'
import { noteUnread } from '../run/failures.ts'
import type { Session } from '../run/session.ts'
import type { Finding } from './drift-scan.ts'

/**
 * A record has the end of its call, and Aircall knows no call longer than four hours (docs/reference/aircall-api.md
 * section 4).
 */
const LONGEST_CALL_SECONDS = 4 * 3600
/** Calls that may have begun before the window are asked for one by one; so many at most. */
const MOST_LOOKUPS = 50

/** Conversations of the window whose call Aircall does not have. Reported, never touched. */
export async function findOrphans(
  session: Session,
  o: { aircall: AircallClient; request: { range: DateRange }; readId: number; complete: boolean },
): Promise<Finding[]> {
  const { store, settings } = session
  const { range } = o.request
  // Aircall has them: that is all that is known of a call that cannot be read.
  const { unread } = session.book.failures
  const facts = {
    window: range,
    horizon: horizonOf(session),
    readComplete: o.complete,
    isKnownCall: (callId: string) => {
      const call = store.calls.get(callId)
      return unread.has(callId) || (call !== null && !isVanished(session, call, o))
    },
  }
  const findings: Finding[] = []
  let lookups = 0
  let unchecked = 0
  for (const remote of store.snapshot.iterate()) {
    const row = classifyOrphan(remote, facts, settings.config.conversation)
    if (row === null) continue
    const mayBeginEarlier = Date.parse(remote.date ?? '') / 1000 < range.since + LONGEST_CALL_SECONDS
    if (mayBeginEarlier) {
      lookups += 1
      if (lookups > MOST_LOOKUPS) unchecked += 1
      if (lookups > MOST_LOOKUPS || (await isKnownToAircall(session, o.aircall, row.callId))) continue
    }
    findings.push({ row, call: null, match: null, planned: null })
  }
  if (unchecked > 0) noteUnchecked(session, unchecked)
  return findings
}

/**
 * A call of the window that a complete read of it did not bring: Aircall has deleted it since it was stored. Nothing
 * is said of what lies behind the six months that Aircall serves.
 */
export function isVanished(
  { store, clock }: Session,
  call: Call,
  read: { request: { range: DateRange }; readId: number; complete: boolean },
): boolean {
  const { range } = read.request
  if (!read.complete || call.startedAt < range.since || call.startedAt >= range.until) return false
  if (call.startedAt < horizonOf({ clock })) return false
  return !store.calls.wasSeen(read.readId, call.id)
}

function noteUnchecked(session: Session, count: number): void {
  session.book.summary.unchecked = (session.book.summary.unchecked ?? 0) + count
  session.warn(
    'ORPHANS_UNCHECKED',
    `${count} Conversations at the beginning of the window belong to calls ` +
      `that are not in the local state; Aircall was asked for ${MOST_LOOKUPS} ` +
      'of them and no more. A window that begins a few hours earlier reads them.',
  )
}

async function isKnownToAircall(session: Session, aircall: AircallClient, callId: string): Promise<boolean> {
  const { store, clock, signal } = session
  try {
    const call = await aircall.getCall(callId, signal)
    for (const known of conceal(session, call === null ? [] : [call])) store.calls.save(known, clock.nowMs())
    return call !== null
  } catch (error) {
    if (!(error instanceof RecordError)) throw error
    noteUnread(session, callId, error.message)
    return true
  }
}
