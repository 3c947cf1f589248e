import type { HygieneRow, ReportModel } from '../page/model.ts'
import type { Tally } from '../page/tally.ts'

/** What the page and the text show. Times are ISO 8601. */
export interface ManagerModel {
  readonly since: string
  readonly until: string
  readonly madeAt: string
  readonly profile: string | null
  /** IANA zone in which days and hours are cut. */
  readonly timezone: string
  /** Show numbers whole. */
  readonly reveal: boolean
  readonly figures: Figures
  /** Ranked by the calls that mending it would unlock. */
  readonly hygiene: readonly HygieneRow[]
  /** What Aircall's AI heard, of the insights that are on; null where nothing was heard. */
  readonly insights: ReportModel['insights']
  /** Without a phone index no call matches, and no rate of it says anything. */
  readonly hasIndex: boolean
  /** Parts of the range, of more than a day, that no run has read whole. */
  readonly unread: readonly { readonly since: string; readonly until: string }[]
}

/** PURE. What a manager asks of a range of calls. Every figure is of the calls that began in it and have ended. */
export interface Figures {
  /** Calls that continue another one, each of which is counted for its own agent too. */
  readonly transferred: number
  readonly total: FullTally
  /** The busiest first; calls without an agent are in none. */
  readonly agents: readonly NamedRow[]
  /** What Aircall names no agent for. */
  readonly nobody: FullTally
  /** Ascending; days without a call are left out. */
  readonly days: readonly DayRow[]
  /** Ascending; weeks without a call are left out. */
  readonly weeks: readonly WeekRow[]
  /** The busiest first. */
  readonly lines: readonly NamedRow[]
  /** Most talk first. */
  readonly companies: readonly NamedRow[]
  /** Inbound calls that nobody answered, by Aircall's reason; most frequent first. `''` where it gives none. */
  readonly missedReasons: readonly ReasonRow[]
  /** Inbound calls by weekday (0 is Monday) and hour of the clock. */
  readonly hours: readonly (readonly HourCell[])[]
  readonly waits: WaitFigures
}

/** A `Tally` with what it leaves out: messages left on calls of our own. */
export type FullTally = Tally & { readonly outboundVoicemail: number }

/** Of an agent, a line or a company; only agents have an e-mail. */
export interface NamedRow {
  readonly name: string
  readonly email: string
  readonly tally: FullTally
}

export interface DayRow {
  readonly day: string
  readonly tally: FullTally
  /** By agent's name, then those of nobody, whose name and e-mail are empty. */
  readonly agents: readonly NamedRow[]
}

export interface WeekRow {
  /** `2026-W45`. */
  readonly week: string
  /** The day on which it begins: `2026-11-02`. */
  readonly monday: string
  readonly tally: FullTally
  /** By what they are today: matched, and with a number that could be looked up. */
  readonly matched: number
  readonly matchable: number
  readonly waits: WaitFigures
  readonly missedReasons: readonly ReasonRow[]
}

/** Of inbound calls, in seconds from their beginning (the voice menu included); null where nobody waited so. */
export interface WaitFigures {
  /** Half of those who were answered waited at most so long. */
  readonly half: number | null
  readonly nineOfTen: number | null
  /** Half of those whom nobody answered gave up, or left a message, within this. */
  readonly gaveUpHalf: number | null
}

export interface ReasonRow {
  readonly reason: string
  readonly calls: number
}

export interface HourCell {
  readonly inbound: number
  /** Nobody answered, voicemails included. */
  readonly missed: number
}

/** Calls, answered and so on of both directions, as docs/contract.md section 12 counts them. */
export interface Outcomes {
  readonly calls: number
  readonly answered: number
  /** Nobody answered, and no message was left. */
  readonly missed: number
  readonly voicemail: number
  readonly talkSeconds: number
}

export function outcomesOf(tally: FullTally, direction?: 'inbound' | 'outbound'): Outcomes {
  const { inbound, outbound } = tally
  const unanswered = tally.unanswered - tally.outboundVoicemail
  const sides = {
    inbound: [inbound, tally.missed, tally.voicemail, tally.inboundTalkSeconds],
    outbound: [outbound, unanswered, tally.outboundVoicemail, tally.outboundTalkSeconds],
  } as const
  const asked = direction === undefined ? [sides.inbound, sides.outbound] : [sides[direction]]
  const sum = (at: 0 | 1 | 2 | 3) => asked.reduce((all, side) => all + side[at], 0)
  const [calls, missed, voicemail] = [sum(0), sum(1), sum(2)]
  return { calls, answered: calls - missed - voicemail, missed, voicemail, talkSeconds: sum(3) }
}
