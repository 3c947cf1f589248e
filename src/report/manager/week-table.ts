import type { Call, Match } from '../../domain.ts'
import type { Writable } from '../page/tally.ts'
import { countFully, emptyTally } from './full-tally.ts'
import { isMatchable, isMatched } from './matched.ts'
import type { FullTally, WeekRow } from './model.ts'
import { createReasons, type Reasons } from './reasons.ts'
import { type CallWaits, createCallWaits } from './waits.ts'
import { isoWeekOf, mondayOf } from './weeks.ts'

interface Week {
  readonly tally: Writable<FullTally>
  readonly waits: CallWaits
  readonly reasons: Reasons
  matched: number
  matchable: number
}

/** Calls by ISO week. */
export interface WeekTable {
  add(day: string, call: Call, match: Match): void
  /** Ascending. */
  rows(): WeekRow[]
}

export function createWeeks(): WeekTable {
  const weeks = new Map<number, Week>()
  return {
    add(day, call, match) {
      const monday = mondayOf(day)
      const week = weeks.get(monday) ?? emptyWeek()
      weeks.set(monday, week)
      countFully(week.tally, call)
      if (isMatched(match)) week.matched += 1
      if (isMatchable(match)) week.matchable += 1
      if (call.direction === 'outbound') return
      week.waits.add(call)
      week.reasons.add(call)
    },
    rows: () => [...weeks].sort(([a], [b]) => a - b).map(([at, week]) => toRow(at, week)),
  }
}

function emptyWeek(): Week {
  return { tally: emptyTally(), waits: createCallWaits(), reasons: createReasons(), matched: 0, matchable: 0 }
}

function toRow(at: number, { tally, waits, reasons, matched, matchable }: Week): WeekRow {
  const monday = new Date(at).toISOString().slice(0, 10)
  return {
    week: isoWeekOf(monday),
    monday,
    tally,
    matched,
    matchable,
    waits: waits.figures(),
    missedReasons: reasons.rows(),
  }
}
