import type { Session } from './session.ts'

const ROWS_PER_PAGE = 50

export interface Cost {
  readonly pages: number
  readonly transcriptsAtMost: number
  readonly minutes: number
}

/** What a read will cost of the company-wide allowance, from the total Aircall reports and the rate in force. */
export function costOf(calls: number, perMinute: number, options: { transcripts: boolean }): Cost {
  const pages = Math.max(1, Math.ceil(calls / ROWS_PER_PAGE))
  const transcriptsAtMost = options.transcripts ? calls : 0
  return { pages, transcriptsAtMost, minutes: (pages + transcriptsAtMost) / perMinute }
}

/** Said once a read, as soon as Aircall has told its total and before the second page. */
export function announceCost(
  { log }: Session,
  o: { calls: number; transcripts: boolean; saturated: boolean; perMinute: number },
): void {
  const { pages, transcriptsAtMost, minutes } = costOf(o.calls, o.perMinute, o)
  const atLeast = o.saturated ? 'at least ' : ''
  const transcripts = o.transcripts ? `, at most ${transcriptsAtMost} transcripts` : ''
  log.info(`Aircall reports ${atLeast}${o.calls} calls: ${pages} pages${transcripts},`)
  log.info(`${atLeast}${formatMinutes(minutes)} at ${o.perMinute} requests a minute.`)
}

export function formatMinutes(minutes: number): string {
  if (minutes < 1) return 'less than a minute'
  const whole = Math.ceil(minutes)
  if (whole < 90) return `about ${whole} min`
  return `about ${Math.floor(whole / 60)} h ${whole % 60} min`
}
