import type { DateRange } from '../../domain.ts'

/** A shorter one is the time since the last run, or the edge of a day. */
const SHORTEST_GAP_S = 86_400

/** PURE. The parts of a range, of more than a day, that lie in none of the ranges that were read whole. */
export function gapsOf({ since, until }: DateRange, read: Iterable<DateRange>): DateRange[] {
  const gaps: DateRange[] = []
  let covered = since
  for (const one of [...read].sort((a, b) => a.since - b.since)) {
    if (one.since > covered) gaps.push({ since: covered, until: Math.min(one.since, until) })
    covered = Math.max(covered, one.until)
    if (covered >= until) break
  }
  if (covered < until) gaps.push({ since: covered, until })
  return gaps.filter((gap) => gap.until - gap.since > SHORTEST_GAP_S)
}
