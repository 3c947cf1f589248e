import { tzOffset } from '@date-fns/tz'
import { outcomeOf, talkSeconds } from '../../conversation/outcome.ts'
import type { Call, Match } from '../../domain.ts'
import { remember } from '../../match/remember.ts'
import type { AgentRow, DayOfCalls, HeldRow } from './model.ts'

// As many as the report shows: the review file has every row, and memory stays flat.
const MAX_HELD = 200
// Every change of clocks in the time zone database falls on a quarter of an hour.
const QUARTER_HOUR_S = 900
const MINUTE_S = 60
const DAY_S = 86_400

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Gathers from calls, one by one, what the report says of days, agents and held calls. */
export interface Activity {
  add(call: Call, match: Match): void
  /** Ascending by day. */
  days(): DayOfCalls[]
  /** By name; who took no call has no row. */
  agents(): AgentRow[]
  /** The first of those that wait for a person: before the strangers, those for whom somebody is proposed. */
  held(): HeldRow[]
}

export function createActivity(timezone: string): Activity {
  const days = new Map<string, Writable<DayOfCalls>>()
  const agents = new Map<string, Writable<AgentRow>>()
  const held = { candidates: [] as HeldRow[], strangers: [] as HeldRow[] }
  const toDay = createDayCutter(timezone)
  return {
    add(call, match) {
      const day = toDay(call.startedAt)
      const row = days.get(day) ?? { day, answered: 0, missed: 0, voicemail: 0 }
      row[outcomeOf(call)] += 1
      days.set(day, row)
      addToAgent(agents, call)
      if (!isHeld(match)) return
      const kind = match.kind === 'unmatched' ? held.strangers : held.candidates
      if (kind.length < MAX_HELD) kind.push(toHeldRow(call, match))
    },
    days: () => [...days.values()].sort((a, b) => compare(a.day, b.day)),
    agents: () => [...agents.values()].sort((a, b) => compare(a.agent, b.agent)),
    held: () => [...held.candidates, ...held.strangers].slice(0, MAX_HELD),
  }
}

function addToAgent(agents: Map<string, Writable<AgentRow>>, call: Call): void {
  if (call.agent === null) return
  const agent = call.agent.name ?? call.agent.email ?? call.agent.id
  const row = agents.get(call.agent.id) ?? emptyRow(agent)
  row[call.direction] += 1
  if (outcomeOf(call) !== 'answered') row.missed += 1
  row[call.direction === 'inbound' ? 'inboundTalkSeconds' : 'outboundTalkSeconds'] += talkSeconds(call)
  agents.set(call.agent.id, row)
}

function emptyRow(agent: string): Writable<AgentRow> {
  return { agent, inbound: 0, outbound: 0, missed: 0, inboundTalkSeconds: 0, outboundTalkSeconds: 0 }
}

type HeldMatch = Match & { kind: 'ambiguous' | 'proposed' | 'unmatched' }

function isHeld(match: Match): match is HeldMatch {
  return match.kind === 'ambiguous' || match.kind === 'proposed' || match.kind === 'unmatched'
}

function toHeldRow(call: Call, match: HeldMatch): HeldRow {
  return {
    callId: call.id,
    startedAt: new Date(call.startedAt * 1000).toISOString(),
    direction: call.direction,
    bucket: match.kind,
    number: match.number,
    because: match.because,
    candidates: match.candidates.map(({ endUser }) => ({
      id: endUser.id,
      name: endUser.name ?? endUser.email ?? endUser.id,
      company: endUser.companyName ?? endUser.companyId,
    })),
  }
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
