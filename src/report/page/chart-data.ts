import { callsOf, type TallyRow } from './tally.ts'

/** PURE. Shapes numbers for a chart that must stay readable on a telephone. */
export interface Series {
  readonly name: string
  readonly values: readonly number[]
  /** Of `CHART_TONES`; by its place where nothing is said. */
  readonly tone?: number
}

export interface ChartData {
  readonly labels: readonly string[]
  readonly series: readonly Series[]
  /** Whether a bar is a day or a week. */
  readonly unit: 'day' | 'week'
}

// Beyond ten weeks a bar a day is thinner than its gap at 700 px.
const MAX_DAYS = 70
const DAY_MS = 86_400_000

/**
 * One bar a day from the first to the last, quiet days included; one a week (from Monday) when the days
 * are many. `counts` are in the order of `names`.
 */
export function foldDays(
  days: readonly { day: string; counts: readonly number[] }[],
  names: readonly string[],
): ChartData {
  const known = new Map(days.map(({ day, counts }) => [Date.parse(day), counts]))
  const times = [...known.keys()].filter((time) => !Number.isNaN(time))
  const [first, last] = [Math.min(...times), Math.max(...times)]
  if (times.length === 0) return { labels: [], series: [], unit: 'day' }
  const unit = (last - first) / DAY_MS >= MAX_DAYS ? 'week' : 'day'
  const step = unit === 'day' ? DAY_MS : 7 * DAY_MS
  const start = unit === 'day' ? first : mondayOf(first)
  const slots = Math.floor((last - start) / step) + 1
  const totals = names.map(() => new Array<number>(slots).fill(0))
  for (const [time, counts] of known) {
    const slot = Math.floor((time - start) / step)
    for (const [at, total] of totals.entries()) total[slot] = (total[slot] ?? 0) + (counts[at] ?? 0)
  }
  const labels = Array.from({ length: slots }, (_, slot) => dayLabel(start + slot * step))
  return { labels, series: names.map((name, at) => ({ name, values: totals[at] ?? [] })), unit }
}

/** The busiest rows; the rest is in the table. */
export function busiest(rows: readonly TallyRow[], limit: number): TallyRow[] {
  return rows.toSorted((a, b) => callsOf(b) - callsOf(a) || (a.name < b.name ? -1 : 1)).slice(0, limit)
}

function mondayOf(time: number): number {
  return time - ((new Date(time).getUTCDay() + 6) % 7) * DAY_MS
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2 Nov`, of UNIX milliseconds. */
export function dayLabel(time: number): string {
  const date = new Date(time)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
}
