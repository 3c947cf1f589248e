import type { Call, DateRange, Line, Match } from '../../domain.ts'
import { createWallClock } from '../page/wall-clock.ts'
import { createChains } from './chains.ts'
import { countFully, emptyTally } from './full-tally.ts'
import { createHours } from './hours.ts'
import { isMatched } from './matched.ts'
import { type Figures, type NamedRow, outcomesOf } from './model.ts'
import { createReasons } from './reasons.ts'
import { createDays, createNamedTable, namedAgent } from './tables.ts'
import { createCallWaits } from './waits.ts'
import { createWeeks } from './week-table.ts'

/** An earlier call may be so old when it is continued; nothing says how long a call may be. */
export const LONGEST_CALL_S = 86_400

/** Gathers the figures of a range from calls, one by one in the order of their start, holding none of them. */
export interface FigureBook {
  /** Calls around the range are welcome: they tell which calls of it continue another. */
  add(call: Call, match: Match): void
  /** To be asked at the end. */
  figures(): Figures
}

export function createFigures(range: DateRange, timezone: string): FigureBook {
  const toWall = createWallClock(timezone)
  const chains = createChains(range)
  const total = emptyTally()
  const [agents, lines, companies] = [createNamedTable(), createNamedTable(), createNamedTable()]
  const nobody = emptyTally()
  const days = createDays()
  const weeks = createWeeks()
  const hours = createHours()
  const waits = createCallWaits()
  const reasons = createReasons()
  return {
    add(call, match) {
      if (!hasEnded(call)) return
      chains.add(call)
      if (!isWithin(call, range)) return
      const { day, hour } = toWall(call.startedAt)
      countFully(total, call)
      if (call.agent === null) countFully(nobody, call)
      else agents.add(call.agent.id, namedAgent(call.agent), call)
      days.add(day, call)
      weeks.add(day, call, match)
      lines.add(...labelOf(call.line), call)
      if (isMatched(match)) companies.add(match.companyId, labelOfCompany(match), call)
      if (call.direction === 'outbound') return
      hours.add(day, hour, call)
      waits.add(call)
      reasons.add(call)
    },
    figures: () => ({
      transferred: chains.count(),
      total,
      agents: agents.rows(),
      nobody,
      days: days.rows(),
      weeks: weeks.rows(),
      lines: lines.rows(),
      companies: companies.rows().sort((a, b) => talkOf(b) - talkOf(a)),
      missedReasons: reasons.rows(),
      hours: hours.rows,
      waits: waits.figures(),
    }),
  }
}

/** As the matching has it: one that is going on has no outcome yet. */
function hasEnded(call: Call): boolean {
  return call.status === 'done' || call.endedAt !== null
}

function labelOf(line: Line | null): [id: string, label: { name: string; email: string }] {
  const name = line?.name ?? line?.digits ?? line?.id ?? 'No line'
  return [line?.id ?? '', { name, email: '' }]
}

function labelOfCompany({ companyId, companyName }: { companyId: string; companyName: string | null }) {
  return { name: companyName ?? companyId, email: '' }
}

export function isWithin({ startedAt }: Call, { since, until }: DateRange): boolean {
  return startedAt >= since && startedAt < until
}

function talkOf({ tally }: NamedRow): number {
  return outcomesOf(tally).talkSeconds
}
