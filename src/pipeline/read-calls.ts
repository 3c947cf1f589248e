import type { AircallClient } from '../aircall/client.ts'
import { readCalls } from '../aircall/pages.ts'
import { MAX_POSITION, openWindows, toBounds, unread, type WindowState } from '../aircall/windows.ts'
import type { Call, DateRange } from '../domain.ts'
import { announceCost } from './cost.ts'
import { concealErased } from './erase/conceal.ts'
import type { Session } from './session.ts'

/** Calls are rewritten for about 20 minutes after they end (aircall-api.md section 2): an hour is safely past that. */
const SETTLING_SECONDS = 3600

/** Aircall serves six months; its exact edge is unknown and a window across it loses rows while it is paged. */
export const HORIZON_SECONDS = 175 * 86_400

/** An older unfinished read is begun anew: too much may have been tagged, commented or deleted since. */
const CONTINUE_WITHIN_MS = 7 * 86_400_000

export interface ReadResult {
  readonly id: number
  /** Calls of the range that Aircall returned. */
  readonly calls: number
  /** Every page was read and every window's total agreed. */
  readonly complete: boolean
  /** Calls that Aircall returned and that could not be understood. */
  readonly rejected: number
}

export interface ReadOptions {
  readonly transcripts: boolean
  /** Stops reading once enough has been seen (a pilot); the read stays open and is continued later. */
  readonly enough?: ((calls: readonly Call[]) => boolean) | undefined
}

/** Reads every call of the range into the store, page by page; continues an unfinished read of the same range. */
export async function readRange(
  session: Session,
  client: AircallClient,
  range: DateRange,
  options: ReadOptions,
): Promise<ReadResult> {
  const { store, clock, signal } = session
  warnOutsideHorizon(session, range)
  const read = openRead(session, range)
  let known = read.windows
  let announced = false
  let agreed = true
  const rejected = new Set<string>()
  for await (const page of readCalls({
    client,
    windows: read.windows,
    countSeen: (window) => store.calls.countSeen(read.id, window),
    signal,
    onWarning: (warning) => {
      agreed = false
      session.warn(warning.code, warning.message)
    },
  })) {
    store.transaction(() => {
      store.calls.savePage(read.id, concealErased(session, page.calls), clock.nowMs())
      store.calls.saveWindows(read.id, page.windows)
    })
    known = page.windows
    if (!announced && page.total !== null)
      announceCost(session, page.total, {
        transcripts: options.transcripts,
        saturated: page.total >= MAX_POSITION,
      })
    announced = true
    for (const { id, message } of page.rejected) {
      rejected.add(id ?? message)
      session.warn('CALL_UNREADABLE', `Aircall call ${id ?? 'without id'}: ${message}`)
    }
    showProgress(session, known)
    if (options.enough?.(page.calls) === true)
      return { ...resultOf(session, read.id, range), complete: false, rejected: rejected.size }
  }
  store.calls.finishRead(read.id, clock.nowMs())
  await refreshInProgress(session, client, range)
  return { ...resultOf(session, read.id, range), complete: agreed, rejected: rejected.size }
}

function resultOf({ store }: Session, id: number, range: DateRange): Pick<ReadResult, 'id' | 'calls'> {
  return { id, calls: store.calls.countSeen(id, toBounds(range)) }
}

interface OpenRead {
  readonly id: number
  readonly windows: readonly WindowState[]
}

function openRead(session: Session, range: DateRange): OpenRead {
  const { store, clock, log } = session
  const unfinished = store.calls.findUnfinishedRead(range.since, range.until)
  if (unfinished === null || clock.nowMs() - unfinished.startedAtMs > CONTINUE_WITHIN_MS) {
    const windows = openWindows(range)
    return { id: store.calls.openRead(range, windows, clock.nowMs()), windows }
  }
  const settled = Math.floor(unfinished.startedAtMs / 1000) - SETTLING_SECONDS
  const windows = continueWindows(unfinished.windows, unfinished.range, range, settled)
  store.calls.saveWindows(unfinished.id, windows)
  const left = windows.filter(({ done }) => !done).length
  log.info(
    `Continuing the read that began ${new Date(unfinished.startedAtMs).toISOString()}: ${unfinished.readCalls} calls are here, ${left} of ${windows.length} windows are left.`,
  )
  return { id: unfinished.id, windows }
}

/**
 * The windows that an unfinished read still needs: its own, what the range has grown by since (`--until` defaults to
 * now), and again the part that was too young to be settled when it was read.
 */
export function continueWindows(
  windows: readonly WindowState[],
  had: DateRange,
  wanted: DateRange,
  settled: number,
): WindowState[] {
  const kept = windows.flatMap((window) => {
    if (!window.done || window.to <= settled) return [window]
    const young = unread({ from: Math.max(window.from, settled), to: window.to })
    return window.from < settled ? [{ ...window, to: settled }, young] : [young]
  })
  return wanted.until > had.until
    ? [...kept, ...openWindows({ since: had.until, until: wanted.until })]
    : kept
}

/** Calls that were still going on when an earlier run read them: asked for one by one, unless this read brought them. */
async function refreshInProgress(session: Session, client: AircallClient, range: DateRange): Promise<void> {
  const { store, clock, signal } = session
  const edge = Math.floor(clock.nowMs() / 1000) - HORIZON_SECONDS
  const waiting = store.calls
    .inProgress()
    .filter(({ startedAt }) => startedAt < range.since || startedAt >= range.until)
    // One that never ended is asked for no longer than Aircall keeps it.
    .filter(({ startedAt }) => startedAt >= edge)
  for (const { id } of waiting) {
    const call = await client.getCall(id, signal)
    for (const known of concealErased(session, call === null ? [] : [call]))
      store.calls.save(known, clock.nowMs())
  }
}

function warnOutsideHorizon(session: Session, range: DateRange): void {
  const edge = Math.floor(session.clock.nowMs() / 1000) - HORIZON_SECONDS
  if (range.since >= edge) return
  const day = new Date(edge * 1000).toISOString().slice(0, 10)
  session.warn(
    'OUTSIDE_HORIZON',
    `Aircall serves about six months of history. Calls before ${day} are most likely not served any more: an empty answer there does not mean that there were none.`,
  )
}

/** The time left comes from the gate (requests left by the rate), not from how fast it went so far. */
function showProgress({ progress, settings }: Session, windows: readonly WindowState[]): void {
  const total = pagesIn(windows)
  const done = pagesDone(windows)
  progress.update(done, { total, etaMs: ((total - done) / settings.config.limits.aircallPerMinute) * 60_000 })
}

function pagesIn(windows: readonly WindowState[]): number {
  return windows.reduce((sum, { total }) => sum + Math.max(1, Math.ceil((total ?? 0) / 50)), 0)
}

function pagesDone(windows: readonly WindowState[]): number {
  return windows.reduce(
    (sum, { nextPage, done, total }) =>
      sum + (done ? Math.max(1, Math.ceil((total ?? 0) / 50)) : nextPage - 1),
    0,
  )
}
