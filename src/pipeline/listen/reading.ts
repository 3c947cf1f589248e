import type { AircallClient } from '../../aircall/client.ts'
import type { Call } from '../../domain.ts'
import { RecordError, RetryableError } from '../../errors.ts'
import type { OpenCall } from '../../inbox/schedule.ts'
import { conceal } from '../intake/conceal.ts'
import type { Session } from '../run/session.ts'

/** What a look at Aircall said of a call. */
export type Reading =
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly code: string }

/** docs/contract.md section 9: more than twenty are read by pages of 50. */
const MOST_ALONE = 20
/** Of so many, a few that the pages of an earlier batch did not bring are read alone all the same. */
const FEW = 4
/** An event comes about half a minute after the end, and most calls are over in minutes: longer ones are read alone. */
const USUAL_SECONDS = 15 * 60
/** docs/contract.md section 9: calls that Aircall does not know take at most this part of the allowance. */
const UNKNOWN_PART = 10
const MINUTE_MS = 60_000
/** What was read so lately, and after the last event of it, is the call as it is. */
const FRESH_MS = 60_000
/** What a catch-up listed, and no event has spoken of, keeps while the catch-up's calls are worked. */
const LISTED_FRESH_MS = 30 * 60_000

/** Reads every call that is due from Aircall, each once, and stores what may be kept of it. */
export async function readDue(
  session: Session,
  aircall: AircallClient,
  due: readonly OpenCall[],
  unknownAtMs: number[],
): Promise<ReadonlyMap<string, Reading>> {
  const readings = new Map<string, Reading>()
  for (const taken of due) {
    const call = freshOf(session, taken)
    if (call !== null) readings.set(taken.callId, { kind: 'call', call })
  }
  const open = () => due.filter(({ callId }) => !readings.has(callId))
  if (due.length > MOST_ALONE && open().length > FEW) await readPages(session, aircall, open(), readings)
  for (const { callId } of open()) {
    session.signal.throwIfAborted()
    readings.set(callId, await readAllowed(session, aircall, { callId, unknownAtMs }))
  }
  return readings
}

function freshOf({ store, clock }: Session, { callId, events, lastEventMs, askedMs }: OpenCall): Call | null {
  const savedMs = store.calls.savedAtMs(callId)
  if (savedMs === null) return null
  const ageMs = clock.nowMs() - savedMs
  const isFresh =
    events === 0 && askedMs === null
      ? ageMs < LISTED_FRESH_MS && savedMs >= lastEventMs - LISTED_FRESH_MS
      : ageMs < FRESH_MS && savedMs > lastEventMs
  const call = isFresh && ageMs >= 0 ? store.calls.get(callId) : null
  // One that was going on may have ended since.
  return call?.endedAt == null ? null : call
}

/** Pages of the time in which the calls began, as long as that is cheaper than to read each by itself. */
async function readPages(
  session: Session,
  aircall: AircallClient,
  due: readonly OpenCall[],
  readings: Map<string, Reading>,
): Promise<void> {
  const { store, signal } = session
  const wanted = new Set(due.map(({ callId }) => callId))
  const begins = due.map(
    ({ callId, waitingSinceMs, lastEventMs }) =>
      store.calls.get(callId)?.startedAt ??
      Math.floor((waitingSinceMs ?? lastEventMs) / 1000) - USUAL_SECONDS,
  )
  const ends = due.map(({ callId, lastEventMs }) => store.calls.get(callId)?.startedAt ?? lastEventMs / 1000)
  const window = { from: Math.min(...begins) - 1, to: Math.ceil(Math.max(...ends)) }
  for (let page = 1; wanted.size > 0; page += 1) {
    const answer = await aircall.listCalls({ ...window, page, signal })
    const pages = Math.ceil(answer.total / answer.perPage)
    for (const call of keep(session, answer.calls)) {
      if (wanted.delete(call.id)) readings.set(call.id, { kind: 'call', call })
    }
    if (page >= pages || pages - page > wanted.size) return
  }
}

/**
 * Whoever holds the token could name calls that there are not: those take at most a tenth of the allowance. Beyond
 * that a call that is not here counts as not known, without a request; the catch-up brings it where there is one.
 */
async function readAllowed(
  session: Session,
  aircall: AircallClient,
  { callId, unknownAtMs }: { readonly callId: string; readonly unknownAtMs: number[] },
): Promise<Reading> {
  const nowMs = session.clock.nowMs()
  while (unknownAtMs[0] !== undefined && nowMs - unknownAtMs[0] >= MINUTE_MS) unknownAtMs.shift()
  const most = Math.max(1, Math.floor(aircall.perMinute / UNKNOWN_PART))
  if (unknownAtMs.length >= most && session.store.calls.savedAtMs(callId) === null) return { kind: 'unknown' }
  const reading = await readOne(session, aircall, callId)
  if (reading.kind === 'unknown') unknownAtMs.push(session.clock.nowMs())
  return reading
}

async function readOne(session: Session, aircall: AircallClient, callId: string): Promise<Reading> {
  try {
    const [call] = keep(session, [(await aircall.getCall(callId, session.signal)) ?? []].flat())
    return call === undefined ? { kind: 'unknown' } : { kind: 'call', call }
  } catch (error) {
    if (error instanceof RecordError) return { kind: 'failed', code: 'CALL_UNREADABLE' }
    if (!(error instanceof RetryableError) || error.code === 'HTTP_THROTTLED') throw error
    // Where nothing is answered, this is an outage, and none of this call's doing.
    await aircall.ping()
    return { kind: 'failed', code: error.code }
  }
}

function keep(session: Session, calls: readonly Call[]): readonly Call[] {
  const known = conceal(session, calls)
  for (const call of known) session.store.calls.save(call, session.clock.nowMs())
  return known
}
