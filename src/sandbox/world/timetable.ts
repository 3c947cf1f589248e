/**
 * When each made-up call starts, as a function of its number: ascending, so that a listing finds its
 * page by bisection in a million calls without holding one of them.
 */
import { STREAM, uniformAt } from './random.ts'

export interface TimetableOptions {
  readonly seed: number
  readonly calls: number
  readonly days: number
  readonly nowMs: number
  /** How many new calls come in a minute; 0 for none. */
  readonly arrivalsPerMinute: () => number
}

export interface Timetable {
  /** UNIX seconds at which call `index` really started. */
  startOf(index: number): number
  /**
   * Whether call `index` is handed to a colleague, which gives call `index + 1` (docs/reference/aircall-api.md section
   * 8, 12).
   */
  isTransferred(index: number): boolean
  /** How many calls have started at `nowSeconds`, the new ones included. */
  countAt(nowSeconds: number): number
}

/** The calls of the past end an hour before now; the last few are still going on. */
const QUIET_SECONDS = 3600
const TRANSFER_SHARE = 0.02
const TRANSFER_AFTER_SECONDS = 35

/** How many calls are going on at the beginning. */
function liveCalls(calls: number): number {
  if (calls >= 20) return 2
  return calls >= 5 ? 1 : 0
}

export function createTimetable({
  seed,
  calls,
  days,
  nowMs,
  arrivalsPerMinute,
}: TimetableOptions): Timetable {
  const now = Math.floor(nowMs / 1000)
  const past = calls - liveCalls(calls)
  const span = Math.max(1, days * 86_400 - QUIET_SECONDS)
  const first = now - QUIET_SECONDS - span

  const wantsTransfer = (index: number): boolean =>
    index >= 0 && index + 1 < past && uniformAt(seed, STREAM.transfer, index) < TRANSFER_SHARE
  const isTransferred = (index: number): boolean => wantsTransfer(index) && !wantsTransfer(index - 1)

  function plainStart(index: number): number {
    if (index >= calls) return now + Math.ceil(((index - calls + 1) * 60) / Math.max(1, arrivalsPerMinute()))
    if (index >= past) return now - 90 + (index - past) * 30
    return first + Math.floor(((index + uniformAt(seed, STREAM.callTime, index)) * span) / past)
  }

  return {
    isTransferred,
    startOf(index) {
      const start = plainStart(index)
      if (!isTransferred(index - 1)) return start
      return Math.min(start, plainStart(index - 1) + TRANSFER_AFTER_SECONDS)
    },
    countAt(nowSeconds) {
      return calls + Math.max(0, Math.floor(((nowSeconds - now) * arrivalsPerMinute()) / 60))
    },
  }
}
