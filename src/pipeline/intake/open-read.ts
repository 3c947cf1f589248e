import { openWindows, unread, type WindowState } from '../../aircall/windows.ts'
import type { DateRange } from '../../domain.ts'
import type { UnfinishedRead } from '../../store/reads.ts'
import type { Session } from '../run/session.ts'
import { horizonOf } from './horizon.ts'

/**
 * Calls are rewritten for about 20 minutes after they end (docs/reference/aircall-api.md section 2): an hour is safely
 * past that.
 */
const SETTLING_SECONDS = 3600

/** An older unfinished read is begun anew: too much may have been tagged, commented or deleted since. */
const CONTINUE_WITHIN_MS = 7 * 86_400_000

export interface OpenRead {
  readonly id: number
  readonly windows: readonly WindowState[]
  readonly isContinued: boolean
}

/** Goes on with the unfinished read of this range, and says so; otherwise begins one. */
export function openRead(session: Session, range: DateRange, o: { readonly anew: boolean }): OpenRead {
  const { store, clock } = session
  const nowMs = clock.nowMs()
  const unfinished = o.anew ? null : store.calls.findUnfinishedRead(range, nowMs)
  if (unfinished !== null && nowMs - unfinished.startedAtMs <= CONTINUE_WITHIN_MS) {
    return continueRead(session, unfinished, range)
  }
  const windows = firstWindows(range, horizonOf(session))
  return { id: store.calls.openRead(range, windows, nowMs), windows, isContinued: false }
}

/**
 * One window, or two that meet at Aircall's horizon: behind it calls vanish by the minute, which moves every later row
 * of the same window up while it is paged.
 */
export function firstWindows({ since, until }: DateRange, edge: number): WindowState[] {
  if (edge <= since || edge >= until) return openWindows({ since, until })
  return [...openWindows({ since, until: edge }), ...openWindows({ since: edge, until })]
}

function continueRead(session: Session, unfinished: UnfinishedRead, range: DateRange): OpenRead {
  const { store, log } = session
  const { id, startedAtMs } = unfinished
  const settled = Math.floor(startedAtMs / 1000) - SETTLING_SECONDS
  const listed = (window: WindowState) => store.calls.countListed(id, window)
  // A call is of the read that listed it last: what another run took over in between is read again.
  const had = unfinished.windows.map((one) =>
    one.done && listed(one) < (one.total ?? 0) ? unread(one) : one,
  )
  const windows = continueWindows(had, unfinished.range, range, settled).map((one) =>
    one.done ? { ...one, total: listed(one) } : one,
  )
  store.transaction(() => {
    store.calls.saveWindows(id, windows)
    for (const window of windows) if (!window.done && window.nextPage === 1) store.calls.setAside(id, window)
  })
  const next = windows.find(({ done }) => !done)
  const where =
    next === undefined ? 'nothing is left' : `page ${next.nextPage} from ${isoOf(next.from + 1)} is next`
  const left = windows.filter(({ done }) => !done).length
  log.info(`Continuing the read that began ${isoOf(startedAtMs / 1000)}:`)
  log.info(`${unfinished.readCalls} calls are here, ${left} of ${windows.length} windows are left, ${where}.`)
  return { id, windows, isContinued: true }
}

/**
 * The windows that an unfinished read still needs: its own that reach into the range, what the range has grown by since
 * (`--until` defaults to now), and again the part that was too young to be settled when it was read.
 */
export function continueWindows(
  windows: readonly WindowState[],
  had: DateRange,
  wanted: DateRange,
  settled: number,
): WindowState[] {
  const kept = windows
    .filter(({ to }) => to >= wanted.since)
    .flatMap((window) => {
      if (!window.done || window.to <= settled) return [window]
      const young = unread({ from: Math.max(window.from, settled), to: window.to })
      return window.from < settled ? [{ ...window, to: settled }, young] : [young]
    })
  return wanted.until > had.until
    ? [...kept, ...openWindows({ since: had.until, until: wanted.until })]
    : kept
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
