import { outcomeOf } from '../../conversation/outcome.ts'
import type { Call, Match } from '../../domain.ts'
import { createHeldNumbers, type HeldNumbers } from './held-numbers.ts'
import type { DayOfCalls } from './model.ts'
import { createTallyTable, type TallyRow } from './tally.ts'
import { createDayCutter } from './wall-clock.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Gathers from calls, one by one, what the report says of days, agents, companies and held calls. */
export interface Activity {
  add(call: Call, match: Match): void
  /** Ascending by day. */
  days(): DayOfCalls[]
  /** By name, then the calls that Aircall gives no agent for. */
  agents(): TallyRow[]
  /** By name, then the calls that are of no company. */
  companies(): TallyRow[]
  readonly held: Omit<HeldNumbers, 'add'>
}

export function createActivity(timezone: string): Activity {
  const days = new Map<string, Writable<DayOfCalls>>()
  const agents = createTallyTable()
  const companies = createTallyTable()
  const held = createHeldNumbers()
  const toDay = createDayCutter(timezone)
  return {
    add(call, match) {
      const day = toDay(call.startedAt)
      const row = days.get(day) ?? { day, answered: 0, missed: 0, voicemail: 0 }
      row[outcomeOf(call)] += 1
      days.set(day, row)
      const { agent } = call
      agents.add(agent?.id ?? null, agent === null ? null : (agent.name ?? agent.email ?? agent.id), call)
      const company = companyOf(match)
      companies.add(company?.id ?? null, company?.name ?? null, call)
      held.add(call, match)
    },
    days: () => [...days.values()].sort((a, b) => compare(a.day, b.day)),
    agents: () => agents.rows('Nobody'),
    companies: () => companies.rows('No company'),
    held,
  }
}

function companyOf(match: Match): { id: string; name: string } | null {
  if (match.kind !== 'matched' && match.kind !== 'shared-line') return null
  return { id: match.companyId, name: match.companyName ?? match.companyId }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
