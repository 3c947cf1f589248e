import type { AircallClient } from '../aircall/client.ts'
import type { DateRange } from '../domain.ts'
import { classifyOrphan } from '../reconcile/orphan.ts'
import type { Finding } from './drift-scan.ts'
import { horizonOf } from './horizon.ts'
import type { Session } from './session.ts'

/** A record bears the end of its call, and Aircall knows no call longer than four hours (aircall-api.md section 4). */
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
  const facts = {
    window: range,
    horizon: horizonOf(session),
    readComplete: o.complete,
    isKnownCall: (callId: string) => {
      const call = store.calls.get(callId)
      if (call === null) return false
      // Kept here from an earlier run, and no longer listed: Aircall has no such call.
      const isInWindow = call.startedAt >= range.since && call.startedAt < range.until
      return !isInWindow || store.calls.wasListed(o.readId, callId)
    },
  }
  const findings: Finding[] = []
  let lookups = 0
  for (const held of store.held.iterate()) {
    const row = classifyOrphan(held, facts, settings.config.conversation)
    if (row === null) continue
    const mayBeginEarlier = Date.parse(held.date ?? '') / 1000 < range.since + LONGEST_CALL_SECONDS
    if (mayBeginEarlier) {
      lookups += 1
      if (lookups > MOST_LOOKUPS || (await isKnownToAircall(session, o.aircall, row.callId))) continue
    }
    findings.push({ row, call: null, match: null, planned: null })
  }
  return findings
}

async function isKnownToAircall(
  { store, clock, signal }: Session,
  aircall: AircallClient,
  callId: string,
): Promise<boolean> {
  const call = await aircall.getCall(callId, signal)
  if (call !== null) store.calls.save(call, clock.nowMs())
  return call !== null
}
