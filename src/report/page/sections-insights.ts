import type { Summary } from '../summary.ts'
import { formatCount } from '../text/words.ts'
import { html, type Markup } from './markup.ts'
import type { Heard, HeardRow, ReportModel } from './model.ts'
import { longTable, type Section, table } from './page-parts.ts'

/** So many values have a column of their own; the rest is one. */
const MAX_COLUMNS = 6
const SHOWN_ROWS = 12
/** Per cent of a table. */
const FIRST_WIDTH = 26

/** What Aircall's AI heard, by week and by agent; words and counts alone, never a text of a call. */
export function heardSections({ insights }: Pick<ReportModel, 'insights'>): Section[] {
  return [
    heardSection('sentiment', insights.sentiment, {
      title: 'Sentiment',
      lead: 'Of the external parties, as Aircall heard it. A call with several counts in each.',
    }),
    heardSection('topics', insights.topics, {
      title: 'Topics',
      lead: 'What calls were about, as Aircall heard it. A call with several topics counts in each.',
    }),
  ].filter((one) => one !== null)
}

function heardSection(
  id: string,
  heard: Heard | null,
  { title, lead }: { readonly title: string; readonly lead: string },
): Section | null {
  if (heard === null) return null
  const byWeek = heardTable(`${title} by week`, 'Week', heard.weeks, heard.values)
  const byAgent = heardTable(`${title} by agent`, 'Agent', heard.agents, heard.values)
  const body = html`${byWeek}${byAgent}`
  return { id, title: `${title} by week and by agent`, lead, body }
}

function heardTable(
  caption: string,
  first: string,
  rows: readonly HeardRow[],
  values: readonly string[],
): Markup {
  const own = values.slice(0, MAX_COLUMNS)
  const rest = values.slice(MAX_COLUMNS)
  const sum = (row: HeardRow, of: readonly string[]) =>
    of.reduce((total, value) => total + (row.counts.get(value) ?? 0), 0)
  // The tables of a section line up.
  const width = Math.floor((100 - FIRST_WIDTH) / (own.length + (rest.length > 0 ? 2 : 1)))
  const columns = own.map((value) => ({
    title: value,
    isNumber: true,
    width,
    cell: (row: HeardRow) => formatCount(sum(row, [value])),
  }))
  const others = {
    title: 'Others',
    isNumber: true,
    width,
    cell: (row: HeardRow) => formatCount(sum(row, rest)),
  }
  return longTable({
    shown: SHOWN_ROWS,
    caption,
    narrow: 'figures',
    rows,
    columns: [
      { title: first, width: FIRST_WIDTH, cell: (row) => row.name },
      { title: 'Calls', isNumber: true, width, cell: (row) => formatCount(row.calls) },
      ...columns,
      ...(rest.length > 0 ? [others] : []),
    ],
  })
}

const NAMES = {
  summary: 'Summary',
  actionItems: 'Action items',
  topics: 'Topics',
  sentiment: 'Sentiment',
} as const

/** Where the insights that are on stand. */
export function insightSection({ summary: { insights } }: ReportModel): Section | null {
  const all = Object.entries(insights) as [keyof typeof NAMES, NonNullable<Summary['insights']['summary']>][]
  const rows = all.filter(([, { eligible }]) => eligible > 0)
  if (rows.length === 0) return null
  type Row = (typeof rows)[number]
  const denied = { title: 'Denied', isNumber: true, cell: ([, counts]: Row) => formatCount(counts.denied) }
  return {
    id: 'insights',
    title: 'AI insights',
    isHalf: true,
    lead: 'One request a call for each. What is not there yet is asked for by every later run.',
    body: table({
      caption: 'Insights by state',
      narrow: 'figures',
      rows,
      columns: [
        { title: 'Insight', cell: ([name]) => NAMES[name] },
        { title: 'Calls', isNumber: true, cell: ([, counts]) => formatCount(counts.eligible) },
        { title: 'Ready', isNumber: true, cell: ([, counts]) => formatCount(counts.ready) },
        { title: 'Not yet', isNumber: true, cell: ([, counts]) => formatCount(counts.pending) },
        { title: 'None', isNumber: true, cell: ([, counts]) => formatCount(counts.none) },
        ...(rows.some(([, counts]) => counts.denied > 0) ? [denied] : []),
      ],
    }),
  }
}
