import type { Call, Match } from '../../domain.ts'
import { createHygieneList } from '../../match/hygiene.ts'
import type { DriftClass } from '../../records.ts'
import { type Activity, createActivity } from '../../report/page/collect.ts'
import { createInsightTally, type InsightTally } from '../../report/page/insight-tally.ts'
import type { DayOfDrift } from '../../report/page/model.ts'
import { createDayCutter } from '../../report/page/wall-clock.ts'

/** Distinct numbers counted for the hygiene list; beyond it the rarest are dropped, so that memory stays flat. */
const MAX_NUMBERS = 5_000

/** What the report of a run shows and its summary does not, gathered while the calls pass by once. */
export interface RunNotes {
  readonly activity: Activity
  readonly heard: InsightTally
  readonly hygiene: ReturnType<typeof createHygieneList>
  /** The runs whose plans were applied: an apply meets no calls of its own. */
  readonly plans: Set<string>
  addCall(call: Call, match: Match): void
  /** `atMs`: the instant of the record, or null where it has none. */
  addDrift(drift: DriftClass, atMs: number | null): void
  driftPerDay(): DayOfDrift[]
}

export function createRunNotes(o: { timezone: string }): RunNotes {
  const activity = createActivity(o.timezone)
  const hygiene = createHygieneList({ atMost: MAX_NUMBERS })
  const drift = new Map<string, Partial<Record<DriftClass, number>>>()
  const toDay = createDayCutter(o.timezone)
  return {
    activity,
    heard: createInsightTally(o.timezone),
    hygiene,
    plans: new Set(),
    addCall(call, match) {
      activity.add(call, match)
      hygiene.add(match)
    },
    addDrift(name, atMs) {
      if (atMs === null || name === 'in-sync') return
      const day = toDay(Math.floor(atMs / 1000))
      const counts = drift.get(day) ?? {}
      counts[name] = (counts[name] ?? 0) + 1
      drift.set(day, counts)
    },
    driftPerDay: () =>
      [...drift].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, counts]) => ({ day, counts })),
  }
}
