import { BUCKET_ORDER, BUCKET_WORDS } from '../text/bucket-words.ts'
import { formatCount, formatNoun, formatShare, formatTalk } from '../text/words.ts'
import { columnChart, inBothWidths } from './both-widths.ts'
import { busiest, foldDays } from './chart-data.ts'
import { html, type Markup } from './markup.ts'
import type { ReportModel } from './model.ts'
import { folded, longTable, meter, type Section, table } from './page-parts.ts'
import { callsOf, type TallyRow, totalOf } from './tally.ts'

const OUTCOMES = ['Answered', 'Missed', 'Voicemail'] as const
const MAX_BARS = 12

const TONE_OF: Readonly<Record<string, string>> = {
  matched: '0',
  'shared-line': '4',
  ambiguous: '1',
  proposed: '5',
  unmatched: '3',
}

/** Where every call went: each is in exactly one row, and the rows sum to what was read. */
export function bucketSection({ summary: { calls, run } }: ReportModel): Section | null {
  if (calls.read === 0) return null
  const found = BUCKET_ORDER.filter((bucket) => calls.buckets[bucket] > 0)
  const share = (bucket: (typeof found)[number]) => calls.buckets[bucket] / calls.read
  const rows = table({
    caption: 'Calls by what became of them',
    narrow: 'lines',
    rows: found,
    columns: [
      {
        title: 'Result',
        cell: (bucket) =>
          html`<span class="dot bg-${TONE_OF[bucket] ?? 'idle'}"></span>${BUCKET_WORDS[bucket].label}`,
      },
      { title: 'Calls', isNumber: true, cell: (bucket) => formatCount(calls.buckets[bucket]) },
      { title: 'Share', isNumber: true, cell: (bucket) => formatShare(calls.buckets[bucket], calls.read) },
      { title: 'Meaning', cell: (bucket) => html`<span class="why">${BUCKET_WORDS[bucket].why}</span>` },
    ],
  })
  const parts = found.map((bucket) => ({ share: share(bucket), tone: TONE_OF[bucket] ?? 'idle' }))
  return {
    id: 'calls',
    title: 'Where every call went',
    lead:
      `${formatNoun(calls.read, 'call')} ` +
      `${run.command === 'apply' ? 'in the plan' : 'read'}. Each is counted once.`,
    body: html`${meter(parts)}${rows}`,
  }
}

export function activitySection(model: ReportModel): Section {
  const days = model.callsPerDay.map((day) => ({
    day: day.day,
    counts: [day.answered, day.missed, day.voicemail],
  }))
  const data = foldDays(days, OUTCOMES)
  const list = table({
    caption: 'Calls a day by outcome',
    narrow: 'plain',
    rows: model.callsPerDay,
    columns: [
      { title: 'Day', cell: (row) => row.day },
      { title: 'Answered', isNumber: true, cell: (row) => formatCount(row.answered) },
      { title: 'Missed', isNumber: true, cell: (row) => formatCount(row.missed) },
      { title: 'Voicemail', isNumber: true, cell: (row) => formatCount(row.voicemail) },
    ],
  })
  return {
    id: 'activity',
    title: `Calls a ${data.unit}, by outcome`,
    lead: `Days as in ${model.timezone}.${data.unit === 'week' ? ' One bar is a week, from Monday.' : ''}`,
    body: html`${columnChart({ id: 'activity', title: `Calls a ${data.unit} by outcome`, data })}${folded({
      title: `All ${formatNoun(model.callsPerDay.length, 'day')} as a table`,
      body: list,
    })}`,
  }
}

export function agentSection(model: Pick<ReportModel, 'agents'> & { readonly nobody?: TallyRow }): Section {
  const agents = busiest(model.agents, model.agents.length)
  const others = model.nobody === undefined ? [] : [model.nobody]
  const shown = agents.slice(0, MAX_BARS)
  const request = {
    title: 'Calls by agent, inbound and outbound',
    description:
      `The ${shown.length} busiest of ${formatNoun(agents.length, 'row')}; ` +
      'the table below holds all figures.',
    labels: shown.map((row) => row.name),
    series: [
      { name: 'Inbound', values: shown.map((row) => row.inbound) },
      { name: 'Outbound', values: shown.map((row) => row.outbound) },
    ],
    height: 40 + shown.length * 28,
    layout: 'rows' as const,
  }
  return {
    id: 'agents',
    title: 'Calls and talk time by agent',
    lead: `Every call read, also those that Aircall names no agent for. ${TALLY_WORDS}`,
    body: html`${inBothWidths('agents', request)}${tallyTable('Agent', [...agents, ...others])}`,
  }
}

export const TALLY_WORDS =
  'Missed and voicemail are inbound calls that nobody answered, without and with a message; ' +
  'unanswered are outbound ones. Talk time runs from the answer to the end of the call.'

/** As many companies as a page can have; the others are one row. */
const MAX_COMPANIES = 500

export function companySection(model: ReportModel): Section {
  const all = busiest(model.companies, model.companies.length)
  const rest = all.slice(MAX_COMPANIES)
  const others = rest.length === 0 ? [] : [totalOf(rest, `${formatCount(rest.length)} others`)]
  return {
    id: 'companies',
    title: 'Calls and talk time by company',
    lead: `Of the company that a call is written to; calls that are written to none are in one row. ${TALLY_WORDS}`,
    body: tallyTable('Company', [...all.slice(0, MAX_COMPANIES), ...others]),
  }
}

/** The total stands first: it is what the others are shares of, and is seen before a fold. */
function tallyTable(title: string, rows: readonly TallyRow[]): Markup {
  const count = (name: string, of: (row: TallyRow) => number) => ({
    title: name,
    isNumber: true,
    cell: (row: TallyRow) => formatCount(of(row)),
  })
  return longTable({
    shown: MAX_BARS + 1,
    caption: `Calls and talk time by ${title.toLowerCase()}`,
    narrow: 'figures',
    rows: [totalOf(rows, 'Total'), ...rows],
    columns: [
      { title, cell: (row) => row.name },
      count('Calls', callsOf),
      count('Inbound', (row) => row.inbound),
      count('Missed', (row) => row.missed),
      count('Voicemail', (row) => row.voicemail),
      count('Outbound', (row) => row.outbound),
      count('Unanswered', (row) => row.unanswered),
      { title: 'Talk time in', isNumber: true, cell: (row) => formatTalk(row.inboundTalkSeconds) },
      { title: 'Talk time out', isNumber: true, cell: (row) => formatTalk(row.outboundTalkSeconds) },
    ],
  })
}
