import type { Agent, Call } from '../../domain.ts'
import { callsOf, type Writable } from '../page/tally.ts'
import { countFully, emptyTally } from './full-tally.ts'
import type { DayRow, FullTally, NamedRow } from './model.ts'

interface Named {
  readonly name: string
  readonly email: string
}

/** Calls by whose they are; who was renamed is one row, by the newest name. */
export interface NamedTable {
  add(id: string, named: Named, call: Call): void
  /** The busiest first. */
  rows(): NamedRow[]
}

export function createNamedTable(): NamedTable {
  const names = new Map<string, Named>()
  const tallies = new Map<string, Writable<FullTally>>()
  return {
    add(id, named, call) {
      names.set(id, named)
      countFully(tallyOf(tallies, id), call)
    },
    rows: () =>
      [...tallies]
        .map(([id, tally]) => rowOf(names, id, tally))
        .sort((a, b) => callsOf(b.tally) - callsOf(a.tally) || byName(a, b)),
  }
}

/** The name, else the e-mail, else the id: an agent is never told as nobody. */
export function namedAgent({ id, name, email }: Agent): Named {
  return { name: name ?? email ?? id, email: email ?? '' }
}

/** Calls by day, and of each day by agent: memory grows with days times agents. */
export interface DayTable {
  add(day: string, call: Call): void
  rows(): DayRow[]
}

/** No agent has an id that is empty. */
const NOBODY = ''

export function createDays(): DayTable {
  const names = new Map<string, Named>()
  const days = new Map<string, { tally: Writable<FullTally>; agents: Map<string, Writable<FullTally>> }>()
  return {
    add(day, call) {
      const row = days.get(day) ?? { tally: emptyTally(), agents: new Map() }
      days.set(day, row)
      if (call.agent !== null) names.set(call.agent.id, namedAgent(call.agent))
      countFully(row.tally, call)
      countFully(tallyOf(row.agents, call.agent?.id ?? NOBODY), call)
    },
    rows: () =>
      [...days]
        .map(([day, { tally, agents }]) => ({ day, tally, agents: agentsOf(names, agents) }))
        .sort((a, b) => (a.day < b.day ? -1 : 1)),
  }
}

function agentsOf(names: ReadonlyMap<string, Named>, agents: ReadonlyMap<string, FullTally>): NamedRow[] {
  const nobody = agents.get(NOBODY)
  const rows = [...agents]
    .filter(([id]) => id !== NOBODY)
    .map(([id, tally]) => rowOf(names, id, tally))
    .sort(byName)
  return nobody === undefined ? rows : [...rows, { name: '', email: '', tally: nobody }]
}

function tallyOf(tallies: Map<string, Writable<FullTally>>, id: string): Writable<FullTally> {
  const tally = tallies.get(id) ?? emptyTally()
  tallies.set(id, tally)
  return tally
}

function rowOf(names: ReadonlyMap<string, Named>, id: string, tally: FullTally): NamedRow {
  return { ...(names.get(id) ?? { name: id, email: '' }), tally }
}

function byName(a: NamedRow, b: NamedRow): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1
  return a.email < b.email ? -1 : 1
}
