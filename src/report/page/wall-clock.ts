import { tzOffset } from '@date-fns/tz'
import { remember } from '../../match/remember.ts'

// Every change of clocks in the time zone database falls on a quarter of an hour.
const QUARTER_HOUR_S = 900
const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400

/** What the clocks of a zone show at a moment. */
export interface WallTime {
  /** `2026-06-01`. */
  readonly day: string
  /** 0 to 23. */
  readonly hour: number
}

/** PURE. Reads UNIX seconds as people in the zone do. */
export function createWallClock(timezone: string): (seconds: number) => WallTime {
  const offsetAt = createOffsets(timezone)
  const nameOf = remember((day: number) => new Date(day * DAY_S * 1000).toISOString().slice(0, 10))
  return (seconds) => {
    const local = seconds + offsetAt(seconds)
    const day = Math.floor(local / DAY_S)
    return { day: nameOf(day), hour: Math.floor((local - day * DAY_S) / HOUR_S) }
  }
}

/** The day alone. */
export function createDayCutter(timezone: string): (seconds: number) => string {
  const read = createWallClock(timezone)
  return (seconds) => read(seconds).day
}

/**
 * Asking the zone for its offset is slow. A day of UTC that begins and ends with the same offset has no other (no zone
 * changes its clocks twice a day); in the others each quarter of an hour is asked for once.
 */
function createOffsets(timezone: string): (seconds: number) => number {
  const offsetAt = remember((seconds: number) => tzOffset(timezone, new Date(seconds * 1000)) * MINUTE_S)
  const offsetOfDay = remember((day: number) => {
    const [first, last] = [offsetAt(day * DAY_S), offsetAt((day + 1) * DAY_S)]
    return first === last ? first : null
  })
  return (seconds) => {
    const quarter = Math.floor(seconds / QUARTER_HOUR_S) * QUARTER_HOUR_S
    return offsetOfDay(Math.floor(seconds / DAY_S)) ?? offsetAt(quarter)
  }
}
