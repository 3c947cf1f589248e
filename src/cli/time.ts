import { tzOffset } from '@date-fns/tz'
import type { DateRange } from '../domain.ts'
import { UsageError } from '../errors.ts'

const EXAMPLES = 'Use a date (2026-06-01), an ISO time (2026-06-01T09:30:00Z) or an age (36h, 30d, 6w)'
const SECONDS = { h: 3600, d: 86_400, w: 604_800 } as const
const AGE = /^(\d{1,6})([hdw])$/
/** Minutes to some, months to others: `6m` has planned six minutes for somebody who meant half a year. */
const MINUTES_OR_MONTHS = /^(\d{1,6}) ?(m|min|mins|minutes?|mo|mon|months?)$/i
const WALL =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?)?$/

export interface TimeContext {
  /** IANA zone of dates and times that are written without one. */
  readonly zone: string
  readonly nowMs: number
}

/**
 * Reads `T` of docs/contract.md section 2: a date (midnight in the zone), an ISO time, or an age counted back
 * from now in whole 60-minute hours. Returns UNIX seconds. Where clocks skip the time asked for, the
 * first moment after it is taken; where they show it twice, the first. UsageError TIME_FORMAT otherwise.
 */
export function parseTime(text: string, context: TimeContext): number {
  const age = AGE.exec(text.trim())
  const at = age === null ? parseWall(text.trim(), context.zone) : context.nowMs / 1000 - ageSeconds(age)
  if (at === null || !Number.isFinite(at) || at < 0) throw wrongMonths(text, 'TIME_FORMAT') ?? wrongTime(text)
  return Math.floor(at)
}

/** An age such as `90d`, in seconds. UsageError DURATION_FORMAT with an example otherwise. */
export function parseDuration(text: string): number {
  const age = AGE.exec(text.trim())
  if (age !== null) return ageSeconds(age)
  throw (
    wrongMonths(text, 'DURATION_FORMAT') ??
    new UsageError('DURATION_FORMAT', `"${shorten(text)}" is not an age.`, {
      suggestions: ['use a number and h, d or w, for example 36h, 90d or 6w'],
    })
  )
}

const PAUSE = /^(\d{1,6})([smhd])$/
const PAUSE_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/**
 * How long or how often, such as `30s`, `15m`, `24h` or `7d`, in milliseconds;
 * `0` is never. UsageError DURATION_FORMAT otherwise.
 */
export function parsePause(text: string): number {
  if (/^0+$/.test(text.trim())) return 0
  const found = PAUSE.exec(text.trim())
  if (found !== null) return Number(found[1]) * PAUSE_SECONDS[found[2] as keyof typeof PAUSE_SECONDS] * 1000
  throw new UsageError('DURATION_FORMAT', `"${shorten(text)}" is not a duration.`, {
    suggestions: ['use a number and s, m, h or d, for example 30s, 15m, 24h or 7d; 0 is never'],
  })
}

/** `--since` and `--until` as a half-open range. `until` defaults to now. UsageError TIME_RANGE when it is empty. */
export function parseRange(
  o: { since: string; until?: string | undefined; command?: string | undefined },
  context: TimeContext,
): DateRange {
  const wrong = (message: string) => wrongRange(message, o.command ?? 'backfill')
  const now = Math.floor(context.nowMs / 1000)
  const since = parseTime(o.since, context)
  const until = o.until === undefined ? now : parseTime(o.until, context)
  if (since > now) throw wrong(`--since ${o.since} lies in the future.`)
  if (since === now) throw wrong(`--since ${o.since} is now, so the range is empty.`)
  if (since >= until) throw wrong(`--since ${o.since} is not before --until ${o.until ?? 'now'}.`)
  return { since, until }
}

function ageSeconds(found: RegExpExecArray): number {
  return Number(found[1]) * SECONDS[found[2] as keyof typeof SECONDS]
}

function parseWall(text: string, zone: string): number | null {
  const found = WALL.exec(text)
  if (found === null) return null
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0))
  const wallMs = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second)
  // Date.UTC rolls 30 February over; a person who typed it meant something else.
  const wanted = `${found[1]}-${found[2]}-${found[3]}T${found[4] ?? '00'}:${found[5] ?? '00'}:${found[6] ?? '00'}`
  if (new Date(wallMs).toISOString().slice(0, 19) !== wanted) return null
  const offset = found[7]
  return offset === undefined ? toInstant(wallMs, zone) / 1000 : (wallMs - offsetMs(offset)) / 1000
}

/** The first instant at which clocks of the zone show this wall time, or would have without a skip. */
function toInstant(wallMs: number, zone: string): number {
  const offsetAt = (ms: number) => tzOffset(zone, new Date(ms)) * 60_000
  const before = offsetAt(wallMs - 86_400_000)
  const after = offsetAt(wallMs + 86_400_000)
  const candidates = [wallMs - before, wallMs - after].filter((at) => at + offsetAt(at) === wallMs)
  return candidates.length > 0 ? Math.min(...candidates) : wallMs - before
}

function offsetMs(offset: string): number {
  if (offset.toUpperCase() === 'Z') return 0
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))]
  if (hours > 14 || minutes > 59) return Number.NaN
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

const WEEKS_A_MONTH = 52 / 12

/** Names the form that is meant, with the number of the user. */
function wrongMonths(text: string, code: 'TIME_FORMAT' | 'DURATION_FORMAT'): UsageError | null {
  const found = MINUTES_OR_MONTHS.exec(text.trim())
  if (found === null) return null
  const count = Number(found[1])
  const [months, minutes] = [
    `${Math.round(count * WEEKS_A_MONTH)}w`,
    `${Math.max(1, Math.round(count / 60))}h`,
  ]
  return new UsageError(
    code,
    `"${shorten(text)}" may mean minutes or months, so it is refused: ages are hours, days and weeks.`,
    { suggestions: [`${count} months: ${months}`, `${count} minutes: ${minutes}`] },
  )
}

function wrongTime(text: string): UsageError {
  return new UsageError('TIME_FORMAT', `"${shorten(text)}" is not a time. ${EXAMPLES}.`, {
    suggestions: ['aircall-sync backfill --since 2026-06-01 --until 2026-07-01'],
  })
}

function wrongRange(message: string, command: string): UsageError {
  return new UsageError('TIME_RANGE', message, {
    suggestions: [
      `aircall-sync ${command} --since 30d`,
      `aircall-sync ${command} --since 2026-06-01 --until 2026-07-01`,
    ],
  })
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text
}
