const DAY_MS = 86_400_000

/** PURE. The ISO 8601 week of a day: `2026-11-08` is in `2026-W45`. A week belongs to the year of its Thursday. */
export function isoWeekOf(day: string): string {
  const thursday = mondayOf(day) + 3 * DAY_MS
  const year = new Date(thursday).getUTCFullYear()
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY_MS)) + 1
  return `${year}-W${String(week).padStart(2, '0')}`
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(day: string): number {
  return (new Date(Date.parse(day)).getUTCDay() + 6) % 7
}

/** The Monday on which the week of a day begins, as UNIX milliseconds of its midnight in UTC. */
export function mondayOf(day: string): number {
  return Date.parse(day) - weekdayOf(day) * DAY_MS
}

/** Every week from the first day's to the last day's, by its Monday: `2026-11-02`. */
export function mondaysBetween(first: string, last: string): string[] {
  const [from, to] = [mondayOf(first), mondayOf(last)]
  const count = Math.round((to - from) / (7 * DAY_MS)) + 1
  return Array.from({ length: count }, (_, at) => new Date(from + at * 7 * DAY_MS).toISOString().slice(0, 10))
}
