import type { Session } from './session.ts'

const ROWS_PER_PAGE = 50

export interface Cost {
  readonly pages: number
  readonly transcriptsAtMost: number
  readonly minutes: number
}

/** What a read will cost of the company-wide allowance, from the total Aircall reports and the configured rate. */
export function costOf(calls: number, perMinute: number, options: { transcripts: boolean }): Cost {
  const pages = Math.max(1, Math.ceil(calls / ROWS_PER_PAGE))
  const transcriptsAtMost = options.transcripts ? calls : 0
  return { pages, transcriptsAtMost, minutes: (pages + transcriptsAtMost) / perMinute }
}

export function announceCost(
  session: Session,
  calls: number,
  options: { transcripts: boolean; saturated: boolean },
): void {
  const perMinute = session.settings.config.limits.aircallPerMinute
  const { pages, transcriptsAtMost, minutes } = costOf(calls, perMinute, options)
  const atLeast = options.saturated ? 'at least ' : ''
  const transcripts = options.transcripts ? ` and at most ${transcriptsAtMost} transcripts` : ''
  session.log.info(
    `Aircall reports ${atLeast}${calls} calls: ${pages} pages${transcripts}, ${atLeast}${formatMinutes(minutes)} at ${perMinute} requests a minute.`,
  )
}

export function formatMinutes(minutes: number): string {
  if (minutes < 1) return 'less than a minute'
  if (minutes < 90) return `about ${Math.ceil(minutes)} min`
  return `about ${Math.floor(minutes / 60)} h ${Math.round(minutes % 60)} min`
}
