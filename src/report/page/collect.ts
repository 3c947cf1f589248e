import { tzOffset } from '@date-fns/tz'
import { outcomeOf } from '../../conversation/outcome.ts'
import type { Call, Match } from '../../domain.ts'
import { remember } from '../../match/remember.ts'
import { createHeldNumbers, type HeldNumbers } from './held-numbers.ts'
import type { DayOfCalls } from './model.ts'
import { createTallyTable, type TallyRow } from './tally.ts'

// Every change of clocks in the time zone database falls on a quarter of an hour.
const QUARTER_HOUR_S = 900
const MINUTE_S = 60
const DAY_S = 86_400

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

/**
 * Asking the zone for its offset is slow. A day of UTC that begins and ends with the same offset has no other (no zone
 * changes its clocks twice a day); in the others each quarter of an hour is asked for once.
 */
export function createDayCutter(timezone: string): (seconds: number) => string {
  const offsetAt = remember((seconds: number) => tzOffset(timezone, new Date(seconds * 1000)) * MINUTE_S)
  const offsetOfDay = remember((day: number) => {
    const [first, last] = [offsetAt(day * DAY_S), offsetAt((day + 1) * DAY_S)]
    return first === last ? first : null
  })
  const nameOf = remember((day: number) => new Date(day * DAY_S * 1000).toISOString().slice(0, 10))
  return (seconds) => {
    const quarter = Math.floor(seconds / QUARTER_HOUR_S) * QUARTER_HOUR_S
    const offset = offsetOfDay(Math.floor(seconds / DAY_S)) ?? offsetAt(quarter)
    return nameOf(Math.floor((seconds + offset) / DAY_S))
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
