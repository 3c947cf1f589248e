import type { Insights } from '../../content.ts'
import type { Call } from '../../domain.ts'
import { isoWeekOf } from '../manager/weeks.ts'
import type { Heard, HeardRow } from './model.ts'
import { createDayCutter } from './wall-clock.ts'

export interface InsightTally {
  add(call: Call, insights: Pick<Insights, 'sentiment' | 'topics'>): void
  /** Null where nothing was heard. */
  heard(name: 'sentiment' | 'topics'): Heard | null
}

/** Topics are free words: beyond so many different ones a new one is not counted, so that memory stays flat. */
const MAX_VALUES = 2_000

export function createInsightTally(timezone: string): InsightTally {
  const toDay = createDayCutter(timezone)
  const tables = { sentiment: createTable(), topics: createTable() }
  return {
    add(call, insights) {
      const week = isoWeekOf(toDay(call.startedAt))
      const agent = call.agent === null ? 'Nobody' : (call.agent.name ?? call.agent.email ?? call.agent.id)
      for (const name of ['sentiment', 'topics'] as const) {
        const values = insights[name] ?? []
        if (values.length > 0) tables[name].add(values, { week, agent })
      }
    },
    heard: (name) => tables[name].heard(),
  }
}

/** A scale is read in its order, whatever was heard most. */
const SCALE: readonly string[] = ['positive', 'neutral', 'negative']

function rankOf(value: string): number {
  const at = SCALE.indexOf(value)
  return at < 0 ? SCALE.length : at
}

interface Row {
  calls: number
  readonly counts: Map<string, number>
}

function createTable() {
  const totals = new Map<string, number>()
  const weeks = new Map<string, Row>()
  const agents = new Map<string, Row>()
  return {
    add(values: readonly string[], { week, agent }: { week: string; agent: string }) {
      const known = values.filter((value) => totals.has(value) || totals.size < MAX_VALUES)
      for (const value of known) totals.set(value, (totals.get(value) ?? 0) + 1)
      count(weeks, week, known)
      count(agents, agent, known)
    },
    heard(): Heard | null {
      if (totals.size === 0) return null
      const byCount = [...totals].sort(([a, n], [b, m]) => rankOf(a) - rankOf(b) || m - n || (a < b ? -1 : 1))
      return { values: byCount.map(([value]) => value), weeks: rowsOf(weeks), agents: rowsOf(agents) }
    },
  }
}

function count(rows: Map<string, Row>, key: string, values: readonly string[]): void {
  const row = rows.get(key) ?? { calls: 0, counts: new Map() }
  rows.set(key, row)
  row.calls += 1
  for (const value of values) row.counts.set(value, (row.counts.get(value) ?? 0) + 1)
}

function rowsOf(rows: Map<string, Row>): HeardRow[] {
  const named = [...rows].map(([name, row]) => ({ name, ...row }))
  return named.sort((a, b) => (a.name < b.name ? -1 : 1))
}
