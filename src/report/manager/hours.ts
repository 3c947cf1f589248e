import { outcomeOf } from '../../conversation/outcome.ts'
import type { Call } from '../../domain.ts'
import type { Writable } from '../page/tally.ts'
import type { HourCell } from './model.ts'
import { weekdayOf } from './weeks.ts'

const [DAYS, HOURS] = [7, 24]

/** Inbound calls by weekday and hour of the clock. */
export interface Hours {
  add(day: string, hour: number, call: Call): void
  /** Monday to Sunday, each from 0 to 23. */
  readonly rows: readonly (readonly HourCell[])[]
}

export function createHours(): Hours {
  const rows = Array.from({ length: DAYS }, () => Array.from({ length: HOURS }, emptyCell))
  return {
    rows,
    add(day, hour, call) {
      const cell = rows[weekdayOf(day)]?.[hour]
      if (cell === undefined) return
      cell.inbound += 1
      if (outcomeOf(call) !== 'answered') cell.missed += 1
    },
  }
}

function emptyCell(): Writable<HourCell> {
  return { inbound: 0, missed: 0 }
}
