import { columnChart, inBothWidths } from '../page/both-widths.ts'
import { foldDays } from '../page/chart-data.ts'
import { html, type Markup } from '../page/markup.ts'
import { longTable, type Section, table } from '../page/page-parts.ts'
import { formatCount, formatShare, formatTalk } from '../text/words.ts'
import { type ManagerModel, outcomesOf, type WeekRow } from './model.ts'
import { halvesOf, reasonSeries, sayReason, seriesOf } from './week-series.ts'

const PARTLY = 'A bar or dot is a week, from Monday; the first and the last may be partial.'

/** What was not missed stays quiet. */
const VOLUME_TONES = [0, 1, 2, 9]

/** How much there was, day by day. */
export function volumeSection({ figures, timezone }: ManagerModel): Section {
  const days = figures.days.map(({ day, tally }) => ({
    day,
    counts: [outcomesOf(tally, 'inbound').answered, tally.missed, tally.voicemail, tally.outbound],
  }))
  const { series, ...rest } = foldDays(days, [
    'Inbound, answered',
    'Inbound, missed',
    'Inbound, voicemail',
    'Outbound',
  ])
  const data = { ...rest, series: series.map((one, at) => ({ ...one, tone: VOLUME_TONES[at] ?? at })) }
  return {
    id: 'volume',
    title: `Calls a ${data.unit}`,
    lead: `Days as in ${timezone}.${data.unit === 'week' ? ` ${PARTLY}` : ''}`,
    body: columnChart({ id: 'volume', title: `Calls a ${data.unit} by direction and outcome`, data }),
  }
}

export function answerSection({ figures: { weeks } }: ManagerModel): Section {
  const of = (week: WeekRow) => ({
    part: outcomesOf(week.tally, 'inbound').answered,
    whole: week.tally.inbound,
  })
  return {
    id: 'answers',
    title: 'Answer rate',
    isHalf: true,
    lead: `Of inbound calls, how many somebody answered.${compare(weeks, of)}`,
    body: rateChart('answers', 'Answer rate by week', weeks, of),
  }
}

export function matchSection({ figures: { weeks }, hasIndex }: ManagerModel): Section | null {
  if (!hasIndex) return null
  const of = (week: WeekRow) => ({ part: week.matched, whole: week.matchable })
  return {
    id: 'matching',
    title: 'Match rate',
    isHalf: true,
    lead:
      'Of calls with a usable number, how many are of a customer in ' +
      `Planhat, by the phone index of today.${compare(weeks, of)}`,
    body: rateChart('matching', 'Match rate by week', weeks, of),
  }
}

export function waitSection({ figures: { weeks } }: ManagerModel): Section {
  const { labels, rows } = seriesOf(weeks)
  return {
    id: 'waiting',
    title: 'Waiting time',
    isHalf: true,
    lead: 'From the beginning of an inbound call, the voice menu included, until somebody answered.',
    body: inBothWidths('waiting', {
      title: 'Waiting time by week',
      description: `From the week of ${labels[0]} to that of ${labels.at(-1)}; the table of weeks holds all figures.`,
      labels,
      series: [
        { name: 'Half waited at most', values: rows.map((row) => row?.waits.half ?? null) },
        { name: 'Nine of ten waited at most', values: rows.map((row) => row?.waits.nineOfTen ?? null) },
      ],
      height: 230,
      layout: 'columns',
      marks: 'lines',
      unit: 's',
      isHalf: true,
    }),
  }
}

export function talkSection({ figures: { weeks, total }, hasIndex }: ManagerModel): Section {
  const { labels, rows } = seriesOf(weeks)
  const hours = (seconds: number | undefined) => Math.round(((seconds ?? 0) / 3600) * 100) / 100
  return {
    id: 'talking',
    title: 'Talk time',
    isHalf: hasIndex,
    lead:
      `From the answer to the end: ${formatTalk(total.inboundTalkSeconds)} inbound, ` +
      `${formatTalk(total.outboundTalkSeconds)} outbound (hours, minutes, seconds).`,
    body: inBothWidths('talking', {
      title: 'Talk time by week, in hours',
      description: `From the week of ${labels[0]} to that of ${labels.at(-1)}; the table of weeks holds all figures.`,
      labels,
      series: [
        { name: 'Inbound', values: rows.map((row) => hours(row?.tally.inboundTalkSeconds)) },
        { name: 'Outbound', values: rows.map((row) => hours(row?.tally.outboundTalkSeconds)) },
      ],
      height: 230,
      layout: 'columns',
      unit: 'h',
      isHalf: hasIndex,
    }),
  }
}

const SHOWN_WEEKS = 12

/** The newest week first: it is what one looks for. */
export function weekSection({ figures: { weeks }, hasIndex }: ManagerModel): Section {
  const number = (title: string, cell: (row: WeekRow) => string) => ({ title, isNumber: true, cell })
  const inbound = (row: WeekRow) => outcomesOf(row.tally, 'inbound')
  return {
    id: 'weeks',
    title: 'Week by week',
    lead:
      'The newest week first; the first and the last of the range may be partial. Missed ' +
      'and voicemail are inbound calls that nobody answered, without and with a ' +
      'message. Half of those who were answered waited at most so long, and nine in ten.',
    body: longTable({
      shown: SHOWN_WEEKS,
      caption: 'All figures by week',
      narrow: 'figures',
      rows: weeks.toReversed(),
      columns: [
        { title: 'Week', cell: (row) => html`<span class="id">${row.week}</span>` },
        number('Inbound', (row) => formatCount(row.tally.inbound)),
        number('Answered', (row) => formatCount(inbound(row).answered)),
        number('Missed', (row) => formatCount(row.tally.missed)),
        number('Voicemail', (row) => formatCount(row.tally.voicemail)),
        number('Rate', (row) => formatShare(inbound(row).answered, row.tally.inbound)),
        number('Half waited', (row) => formatWait(row.waits.half)),
        number('9 in 10', (row) => formatWait(row.waits.nineOfTen)),
        number('Outbound', (row) => formatCount(row.tally.outbound)),
        number('Talk time', (row) => formatTalk(outcomesOf(row.tally).talkSeconds)),
        ...(hasIndex ? [number('Matched', (row) => formatShare(row.matched, row.matchable))] : []),
      ],
    }),
  }
}

export function reasonSection({ figures }: ManagerModel): Section | null {
  const { missedReasons, weeks } = figures
  if (missedReasons.length === 0) return null
  const series = seriesOf(weeks)
  const all = missedReasons.reduce((sum, { calls }) => sum + calls, 0)
  const data = { labels: series.labels, series: reasonSeries(series, missedReasons), unit: 'week' as const }
  return {
    id: 'reasons',
    title: 'Why calls were missed',
    lead: `Inbound calls that nobody answered, voicemails included, by the reason that Aircall gives. ${PARTLY}`,
    body: html`${columnChart({ id: 'reasons', title: 'Missed calls by week and reason', data })}${table({
      caption: 'Missed calls by reason',
      narrow: 'lines',
      rows: missedReasons,
      columns: [
        { title: 'Reason', cell: ({ reason }) => sayReason(reason) },
        { title: 'Calls', isNumber: true, cell: ({ calls }) => formatCount(calls) },
        { title: 'Share', isNumber: true, cell: ({ calls }) => formatShare(calls, all) },
      ],
    })}`,
  }
}

/** `48 s`, `2:05 min`, `-` where nobody waited. */
export function formatWait(seconds: number | null): string {
  if (seconds === null) return '-'
  if (seconds < 90) return `${seconds} s`
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`
}

type Rate = (week: WeekRow) => { readonly part: number; readonly whole: number }

function rateChart(id: string, title: string, weeks: readonly WeekRow[], of: Rate): Markup {
  const { labels, rows } = seriesOf(weeks)
  const rates = rows.map((row) => {
    const { part, whole } = row === null ? { part: 0, whole: 0 } : of(row)
    return whole === 0 ? null : Math.round((part / whole) * 1000) / 10
  })
  const said = rates.flatMap((rate, at) => (rate === null ? [] : [`${labels[at]} ${rate} %`]))
  return inBothWidths(id, {
    title,
    description: `By week: ${said.join(', ')}.`,
    labels,
    series: [{ name: title, values: rates }],
    height: 230,
    layout: 'columns',
    marks: 'lines',
    unit: '%',
    most: 100,
    isHalf: true,
  })
}

function compare(weeks: readonly WeekRow[], of: Rate): string {
  const halves = halvesOf(weeks, of)
  if (halves === null) return ''
  return (
    ` ${formatShare(halves.before, 1)} in the first half of ` +
    `the weeks, ${formatShare(halves.after, 1)} in the second.`
  )
}
