import { type Figures, type FullTally, outcomesOf } from './model.ts'

/** docs/contract.md section 12. What is there beyond it is named in docs/operations.md. */
export interface ManagerResult {
  /** ISO 8601, as `until`. */
  readonly since: string
  readonly until: string
  readonly calls: {
    readonly total: number
    readonly inbound: number
    readonly outbound: number
    readonly answered: number
    readonly missed: number
    readonly voicemail: number
    readonly transferred: number
  }
  readonly agents: readonly {
    readonly name: string
    readonly email: string
    readonly inbound: number
    readonly outbound: number
    readonly answered: number
    /** Voicemails included. */
    readonly missed: number
    readonly talkSeconds: number
  }[]
  readonly weeks: readonly {
    readonly week: string
    readonly calls: number
    readonly answered: number
    readonly missed: number
    readonly voicemail: number
    readonly talkSeconds: number
    readonly matched: number
  }[]
  readonly trends: readonly Trend[]
  readonly missedReasons: Figures['missedReasons']
  /** Inbound calls by weekday, Monday first, and hour of the clock. */
  readonly hours: Figures['hours']
  readonly lines: readonly Share[]
  readonly companies: readonly Share[]
  /** Parts of the range, of more than a day, that no run has read whole. */
  readonly unread: readonly { readonly since: string; readonly until: string }[]
  readonly timezone: string
  readonly files: { readonly report: string; readonly csv: string }
}

/** A week's rates; null where there is nothing to divide by. */
export interface Trend {
  readonly week: string
  /** Of inbound calls, 0 to 1. */
  readonly answerRate: number | null
  readonly waitSeconds: { readonly half: number | null; readonly nineOfTen: number | null }
  /** Of calls with a number that can be looked up, 0 to 1. */
  readonly matchRate: number | null
}

interface Share {
  readonly name: string
  readonly inbound: number
  readonly outbound: number
  readonly answered: number
  readonly missed: number
  readonly talkSeconds: number
}

type Context = Pick<ManagerResult, 'since' | 'until' | 'unread' | 'timezone' | 'files'>

/** PURE. The figures as the contract has them. */
export function toResult(figures: Figures, { files, ...context }: Context): ManagerResult {
  const { calls, ...outcomes } = outcomesOf(figures.total)
  const { talkSeconds: _, ...counts } = outcomes
  const { inbound, outbound } = figures.total
  return {
    since: context.since,
    until: context.until,
    calls: { total: calls, inbound, outbound, ...counts, transferred: figures.transferred },
    agents: figures.agents.map(({ name, email, tally }) => ({ name, email, ...shareOf(tally) })),
    weeks: figures.weeks.map(({ week, tally, matched }) => ({ week, ...outcomesOf(tally), matched })),
    trends: figures.weeks.map((week) => ({
      week: week.week,
      answerRate: shareIn(outcomesOf(week.tally, 'inbound').answered, week.tally.inbound),
      waitSeconds: { half: week.waits.half, nineOfTen: week.waits.nineOfTen },
      matchRate: shareIn(week.matched, week.matchable),
    })),
    missedReasons: figures.missedReasons,
    hours: figures.hours,
    lines: figures.lines.map(({ name, tally }) => ({ name, ...shareOf(tally) })),
    companies: figures.companies.map(({ name, tally }) => ({ name, ...shareOf(tally) })),
    unread: context.unread,
    timezone: context.timezone,
    files,
  }
}

function shareOf(tally: FullTally): Omit<Share, 'name'> {
  const { answered, missed, voicemail, talkSeconds } = outcomesOf(tally)
  const { inbound, outbound } = tally
  return { inbound, outbound, answered, missed: missed + voicemail, talkSeconds }
}

/** Null where there is no whole. */
export function shareIn(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
