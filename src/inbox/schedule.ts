/**
 * PURE. When a call is to be looked at. Events of one call are one piece of work; each only pulls the look nearer, so
 * that a burst is one look and nothing starves. Times are UNIX milliseconds of this machine, and whatever its clock
 * does, no call waits longer than `MAX_WAIT_MS`.
 */
import type { ContentEvent, EventName } from './event.ts'
import { isContentEvent } from './event.ts'

/** Nothing has gone wrong with this call, or nothing that still counts. */
const WELL = { failures: 0, failingSinceMs: null, unknown: 0, crashes: 0, code: null, deadMs: null } as const

export interface OpenCall {
  readonly callId: string
  /** How many events have come: more than when it was taken means that it is not done with. */
  readonly events: number
  /** Since when an event waits to be served; null where the events are served and the clock of the texts goes on. */
  readonly waitingSinceMs: number | null
  readonly lastEventMs: number
  readonly dueMs: number
  /** Texts that events have announced and no look has found yet. */
  readonly announced: readonly ContentEvent[]
  /** When its texts were last asked for. */
  readonly askedMs: number | null
  /** Looks that found it not ended, that Aircall answered with 404, and that an announced text was not there. */
  readonly notEnded: number
  readonly unknown: number
  readonly notYet: number
  readonly failures: number
  readonly failingSinceMs: number | null
  /** How many times the process died with this call in hand. */
  readonly crashes: number
  /** The code of its last failure. */
  readonly code: string | null
  /** Since when nothing is tried any more, null while it is open. */
  readonly deadMs: number | null
}

/** What became of one look at a call. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'not-ended' }
  | { readonly kind: 'not-found' }
  /** All is written but texts that Aircall has not yet, named by their events. `asked`: this look asked for one. */
  | {
      readonly kind: 'waits'
      readonly endedMs: number
      readonly missing: readonly ContentEvent[]
      readonly asked: boolean
    }
  /**
   * Trouble with this call alone; trouble of everything (credentials, an outage, a guard) is no outcome: give the
   * call back.
   */
  | { readonly kind: 'failed'; readonly code: string }

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * docs/contract.md section 9: the record within 10 s of `call.ended`, the transcript within 10 s of its event, the
 * rest within 90 s.
 */
const DEBOUNCE_MS: Readonly<Partial<Record<EventName, number>>> = {
  'call.ended': 3 * SECOND,
  'transcription.created': 2 * SECOND,
}
const LATE_DEBOUNCE_MS = 45 * SECOND
const NEXT_LOOK_MS = 3 * SECOND
const NOT_ENDED_MS = [15 * SECOND, MINUTE, 5 * MINUTE] as const
/** For a text that its event announced and the API does not have a moment later. */
const NOT_YET_MS = NOT_ENDED_MS
const UNKNOWN_MS = [15 * SECOND, MINUTE] as const
/** After the end of the call. */
const TEXT_CLOCK_MS = [2 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR] as const
const BACK_OFF_MS = 30 * SECOND
const MAX_BACK_OFF_MS = 30 * MINUTE
const DEAD_AFTER_MS = 24 * HOUR
/** A laptop that slept for a day has not tried for a day. */
const DEAD_AFTER_FAILURES = 10
const DEAD_AFTER_CRASHES = 3

/** No pause of this schedule is longer: what is due later than that was set by a clock that has since gone back. */
export const MAX_WAIT_MS = 6 * HOUR

/**
 * `graceMs`: how long to let somebody else go first.
 * The call after an event; `call` is null where it was not open. A dead one stays dead, one in trouble keeps its
 * pause.
 */
export function arrived(
  call: OpenCall | null,
  o: { callId: string; event: EventName; nowMs: number; graceMs?: number },
): OpenCall {
  const { event, nowMs, graceMs = 0 } = o
  const before = call ?? closedCall(o.callId, nowMs)
  const announced = isContentEvent(event) ? [...new Set([...before.announced, event])] : before.announced
  const dueMs = nowMs + graceMs + (DEBOUNCE_MS[event] ?? LATE_DEBOUNCE_MS)
  const keepsPause = before.failures > 0 || before.unknown > 0 || before.crashes > 0
  return {
    ...before,
    events: before.events + 1,
    waitingSinceMs: before.waitingSinceMs ?? nowMs,
    lastEventMs: nowMs,
    announced,
    dueMs: call === null ? dueMs : keepsPause ? before.dueMs : Math.min(before.dueMs, dueMs),
    notEnded: event === 'call.ended' ? 0 : before.notEnded,
  }
}

/** A call that a catch-up found, to be looked at now. */
export function found(callId: string, nowMs: number): OpenCall {
  return { ...closedCall(callId, nowMs), waitingSinceMs: nowMs }
}

/**
 * A call of which something else has changed, to be looked at now where it only waits for a text, for hours maybe. One
 * that an event waits for, or that is in trouble, has its own time.
 */
export function recalled(call: OpenCall, nowMs: number): OpenCall {
  const isInTrouble = call.failures > 0 || call.unknown > 0 || call.crashes > 0 || call.deadMs !== null
  if (call.waitingSinceMs !== null || isInTrouble) return call
  return { ...call, waitingSinceMs: nowMs, dueMs: Math.min(call.dueMs, nowMs) }
}

/**
 * The call after a look, null when nothing is left to do.
 * @param now as it is on disk at this moment: events may have come while it was in work.
 * @param taken as it was when the work began.
 */
export function settled(now: OpenCall, taken: OpenCall, outcome: Outcome, nowMs: number): OpenCall | null {
  const isFresh = now.events > taken.events
  const fresh = isFresh ? { dueMs: nowMs + NEXT_LOOK_MS, waitingSinceMs: now.lastEventMs } : null
  const well: OpenCall = { ...now, ...WELL }
  switch (outcome.kind) {
    case 'done':
      return fresh && { ...well, ...fresh, notEnded: 0, notYet: 0 }
    case 'waits':
      return waiting({ ...well, notEnded: 0 }, outcome, fresh, nowMs)
    case 'not-ended':
      return again({ ...well, notEnded: now.notEnded + 1 }, NOT_ENDED_MS[now.notEnded], fresh, nowMs)
    case 'not-found':
      return again({ ...well, unknown: now.unknown + 1 }, UNKNOWN_MS[now.unknown], null, nowMs)
    case 'failed':
      return failed({ ...now, crashes: 0, code: outcome.code }, nowMs)
  }
}

type Fresh = Pick<OpenCall, 'dueMs' | 'waitingSinceMs'> | null

function again(call: OpenCall, pauseMs: number | undefined, fresh: Fresh, nowMs: number): OpenCall | null {
  if (pauseMs === undefined) return fresh && { ...call, ...fresh }
  return { ...call, dueMs: Math.min(nowMs + pauseMs, fresh?.dueMs ?? Number.POSITIVE_INFINITY) }
}

function waiting(
  call: OpenCall,
  { endedMs, missing, asked }: Extract<Outcome, { kind: 'waits' }>,
  fresh: Fresh,
  nowMs: number,
): OpenCall | null {
  const announced = call.announced.filter((text) => missing.includes(text))
  const soon = asked && announced.length > 0 ? NOT_YET_MS[call.notYet] : undefined
  const mark = TEXT_CLOCK_MS.map((pause) => endedMs + pause).find((at) => at > nowMs)
  const times = [mark, soon && nowMs + soon, fresh?.dueMs].filter((time) => time !== undefined)
  if (times.length === 0) return null
  return {
    ...call,
    announced,
    askedMs: asked ? nowMs : call.askedMs,
    notYet: call.notYet + (soon === undefined ? 0 : 1),
    dueMs: Math.min(nowMs + MAX_WAIT_MS, ...times),
    waitingSinceMs: fresh?.waitingSinceMs ?? null,
  }
}

function failed(call: OpenCall, nowMs: number): OpenCall {
  const failures = call.failures + 1
  const failingSinceMs = Math.min(call.failingSinceMs ?? nowMs, nowMs)
  const isDead = nowMs - failingSinceMs >= DEAD_AFTER_MS && failures >= DEAD_AFTER_FAILURES
  const pause = Math.min(MAX_BACK_OFF_MS, BACK_OFF_MS * 2 ** Math.min(failures - 1, 16))
  return { ...call, failures, failingSinceMs, dueMs: nowMs + pause, deadMs: isDead ? nowMs : null }
}

/** A call that was in work when the process died. The third time it is dead: it may be what kills the process. */
export function crashed(call: OpenCall, nowMs: number): OpenCall {
  const crashes = call.crashes + 1
  if (crashes >= DEAD_AFTER_CRASHES) return { ...call, crashes, code: 'PROCESS_DIED', deadMs: nowMs }
  // At once after the first time, which is nearly always a power cut or an impatient person.
  return { ...call, crashes, dueMs: nowMs + (crashes - 1) * BACK_OFF_MS }
}

/** A dead call that somebody wants tried again, now. */
export function revived(call: OpenCall, nowMs: number): OpenCall {
  return { ...call, ...WELL, dueMs: nowMs }
}

/**
 * Which of the calls that are due (the longest due first) are worked together: a call in whose work the process died
 * once is worked alone, so that it can take no other with it.
 */
export function together(due: readonly OpenCall[]): readonly OpenCall[] {
  const [first] = due
  if (first !== undefined && first.crashes > 0) return [first]
  return due.filter(({ crashes }) => crashes === 0)
}

/**
 * Whether this look asks for a text that is not here yet: its event has come, or a mark of the clock (2, 5, 15, 60
 * min and 6 h after the end) has passed since it was last asked for. Insights go by the same clock (docs/contract.md
 * section 10).
 */
export function isTimeToAsk(
  call: Pick<OpenCall, 'announced' | 'askedMs'>,
  o: { readonly text: ContentEvent; readonly endedMs: number; readonly nowMs: number },
): boolean {
  if (call.announced.includes(o.text)) return true
  const lastMs = call.askedMs ?? Number.NEGATIVE_INFINITY
  return TEXT_CLOCK_MS.some((pause) => o.endedMs + pause > lastMs && o.endedMs + pause <= o.nowMs)
}

function closedCall(callId: string, nowMs: number): OpenCall {
  return {
    callId,
    events: 0,
    waitingSinceMs: null,
    lastEventMs: nowMs,
    dueMs: nowMs,
    announced: [],
    askedMs: null,
    notEnded: 0,
    notYet: 0,
    ...WELL,
  }
}
