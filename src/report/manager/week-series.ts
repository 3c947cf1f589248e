import { missedReasonInWords } from '../../conversation/outcome.ts'
import { dayLabel } from '../page/chart-data.ts'
import type { WeekRow } from './model.ts'
import { mondaysBetween } from './weeks.ts'

/** PURE. Weeks as charts have them: from the first to the last, those without a call included. */
export interface WeekSeries {
  /** `2 Nov`, the Monday. */
  readonly labels: readonly string[]
  readonly rows: readonly (WeekRow | null)[]
}

export function seriesOf(weeks: readonly WeekRow[]): WeekSeries {
  const [first, last] = [weeks[0], weeks.at(-1)]
  if (first === undefined || last === undefined) return { labels: [], rows: [] }
  const known = new Map(weeks.map((row) => [row.monday, row]))
  const mondays = mondaysBetween(first.monday, last.monday)
  return {
    labels: mondays.map((monday) => dayLabel(Date.parse(monday))),
    rows: mondays.map((monday) => known.get(monday) ?? null),
  }
}

/** The reasons that a chart can tell apart, the most frequent first; the others are one. */
const MOST_REASONS = 5

export function reasonSeries(
  { rows }: WeekSeries,
  reasons: readonly { readonly reason: string }[],
): { name: string; values: number[] }[] {
  const shown = reasons.slice(0, reasons.length > MOST_REASONS + 1 ? MOST_REASONS : undefined)
  const names = new Set(shown.map(({ reason }) => reason))
  const callsOf = (row: WeekRow | null, isMeant: (reason: string) => boolean) =>
    (row?.missedReasons ?? []).reduce((sum, { reason, calls }) => sum + (isMeant(reason) ? calls : 0), 0)
  const series = shown.map(({ reason }) => ({
    name: sayReason(reason),
    values: rows.map((row) => callsOf(row, (one) => one === reason)),
  }))
  if (names.size === reasons.length) return series
  return [
    ...series,
    { name: 'Another reason', values: rows.map((row) => callsOf(row, (one) => !names.has(one))) },
  ]
}

/** Aircall's reason as a name in a list. */
export function sayReason(reason: string): string {
  const words = missedReasonInWords(reason) ?? 'no reason given'
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A rate in the first and in the second half of the weeks; null where there are not two weeks to compare. */
export function halvesOf(
  weeks: readonly WeekRow[],
  of: (week: WeekRow) => { readonly part: number; readonly whole: number },
): { before: number; after: number } | null {
  const middle = Math.floor(weeks.length / 2)
  const rate = (some: readonly WeekRow[]) => {
    const all = some.map(of)
    const whole = all.reduce((sum, one) => sum + one.whole, 0)
    return whole === 0 ? null : all.reduce((sum, one) => sum + one.part, 0) / whole
  }
  const [before, after] = [rate(weeks.slice(0, middle)), rate(weeks.slice(middle))]
  return before === null || after === null ? null : { before, after }
}
