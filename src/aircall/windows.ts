import type { DateRange } from '../domain.ts'

/** Aircall's own bounds on `started_at`: `(from, to]` in UNIX seconds (docs/reference/aircall-api.md section 2). */
export interface Window {
  readonly from: number
  readonly to: number
}

/** Where the reading of one window stands. Kept in the store, so that a killed run continues. */
export interface WindowState extends Window {
  /** As last reported by Aircall; null before the first answer. */
  readonly total: number | null
  /** The first page that was not yet handed over, from 1. */
  readonly nextPage: number
  /** All pages were handed over and the total was proved, or its difference reported. */
  readonly done: boolean
}

/** docs/reference/aircall-api.md section 2: at most 50 rows a page; more is silently clamped. */
export const PAGE_SIZE = 50

/** Rows past this position are refused with a 400, whatever the total; a total may saturate here. */
export const MAX_POSITION = 10_000

/** A share of a window that was too large: the slack is for busy hours. */
const COMFORTABLE_TOTAL = 8_000

/** `since <= started_at < until` in whole seconds, as Aircall wants it said. */
export function toBounds(range: DateRange): Window {
  return { from: range.since - 1, to: range.until - 1 }
}

/** The one window that a new read of a range begins with; none for an empty range. */
export function openWindows(range: DateRange): WindowState[] {
  const window = toBounds(range)
  return window.to > window.from ? [unread(window)] : []
}

export function unread({ from, to }: Window): WindowState {
  return { from, to, total: null, nextPage: 1, done: false }
}

/**
 * Parts that tile the window without gap or overlap: as many as an exact total calls for, halves when
 * the total is not told (it may saturate at the cap).
 */
export function splitWindow(window: Window & { readonly total?: number | null }): Window[] {
  const seconds = window.to - window.from
  const total = window.total ?? MAX_POSITION
  const parts = Math.min(seconds, total > MAX_POSITION ? Math.ceil(total / COMFORTABLE_TOTAL) : 2)
  const border = (part: number) => window.from + Math.floor((seconds * part) / parts)
  return Array.from({ length: parts }, (_, part) => ({ from: border(part), to: border(part + 1) }))
}

/**
 * The windows that replace one whose total reaches the cap. The pages read so far are also the first pages
 * of the first part when every row lies in it (`lastStartedAt`, ascending): those are not asked for twice.
 */
export function splitState(window: WindowState, lastStartedAt: number | null): WindowState[] {
  const [first, ...rest] = splitWindow(window).map(unread)
  if (first === undefined) return []
  const isInherited = lastStartedAt !== null && lastStartedAt <= first.to
  return [isInherited ? { ...first, nextPage: window.nextPage } : first, ...rest]
}

/** Calls expected in the whole read; null while a window has not been counted. */
export function expectedTotal(windows: readonly WindowState[]): number | null {
  let sum = 0
  for (const { total } of windows) {
    if (total === null) return null
    sum += total
  }
  return sum
}
