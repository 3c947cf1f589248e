import { html } from '../page/markup.ts'
import { chart, folded, longTable, type Section, table } from '../page/page-parts.ts'
import { agentSection } from '../page/sections-calls.ts'
import { maskers } from '../page/sections-work.ts'
import { callsOf } from '../page/tally.ts'
import { formatCount, formatNoun, formatShare, formatTalk } from '../text/words.ts'
import { drawHeatMap } from './heat-map.ts'
import { type HourCell, type ManagerModel, type NamedRow, outcomesOf } from './model.ts'

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const WEEKDAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const two = (value: number) => String(value).padStart(2, '0')

/** When are calls missed: by the weekday and the hour in which they began. */
export function hourSection({ figures: { hours }, timezone }: ManagerModel): Section | null {
  const busy = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) =>
    hours.some((row) => (row[hour]?.inbound ?? 0) > 0),
  )
  const [first, last] = [busy[0], busy.at(-1)]
  if (first === undefined || last === undefined) return null
  const shown = Array.from({ length: last - first + 1 }, (_, at) => first + at)
  const missed = (day: number, hour: number) => hours[day]?.[hour]?.missed ?? 0
  const names = { title: 'Missed calls by weekday and hour', description: sayWorst(hours) }
  const wide = drawHeatMap({
    ...names,
    id: 'hours-wide',
    columns: shown.map(two),
    rows: WEEKDAYS.map((label, day) => ({ label, values: shown.map((hour) => missed(day, hour)) })),
    width: 860,
    cellHeight: 30,
  })
  const narrow = drawHeatMap({
    ...names,
    id: 'hours-narrow',
    columns: WEEKDAYS,
    rows: shown.map((hour) => ({
      label: `${two(hour)} h`,
      values: WEEKDAYS.map((_, day) => missed(day, hour)),
    })),
    width: 320,
    cellHeight: 24,
  })
  const byHour = shown.map((hour) => ({ label: `${two(hour)}:00`, ...sumOf(hours.map((row) => row[hour])) }))
  const byDay = WEEKDAYS.map((label, day) => ({ label, ...sumOf(hours[day] ?? []) }))
  return {
    id: 'hours',
    title: 'When calls are missed',
    lead:
      'Inbound calls that nobody answered, voicemails included, by the ' +
      `hour in which they began in ${timezone}. ${names.description}`,
    body: html`${chart({ wide, narrow, legend: [] })}${shareTable('Weekday', byDay)}${folded({
      title: 'By hour of the day as a table',
      body: shareTable('Hour', byHour),
    })}`,
  }
}

function shareTable(title: string, rows: readonly ({ label: string } & HourCell)[]) {
  return table({
    caption: `Inbound calls by ${title.toLowerCase()}`,
    narrow: 'figures',
    rows: rows.filter(({ inbound }) => inbound > 0),
    columns: [
      { title, cell: (row) => row.label },
      { title: 'Inbound', isNumber: true, cell: (row) => formatCount(row.inbound) },
      { title: 'Not answered', isNumber: true, cell: (row) => formatCount(row.missed) },
      { title: 'Share', isNumber: true, cell: (row) => formatShare(row.missed, row.inbound) },
    ],
  })
}

function sumOf(cells: readonly (HourCell | undefined)[]): HourCell {
  return {
    inbound: cells.reduce((sum, cell) => sum + (cell?.inbound ?? 0), 0),
    missed: cells.reduce((sum, cell) => sum + (cell?.missed ?? 0), 0),
  }
}

/** The hour of the week in which most calls were missed. */
function sayWorst(hours: readonly (readonly HourCell[])[]): string {
  const cells = hours.flatMap((row, day) => row.map((cell, hour) => ({ ...cell, day, hour })))
  const worst = cells.reduce((most, cell) => (cell.missed > most.missed ? cell : most))
  if (worst.missed === 0) return 'None was missed.'
  return (
    `Most were missed on ${WEEKDAY_NAMES[worst.day]} from ${two(worst.hour)}:00 to ` +
    `${two(worst.hour + 1)}:00: ${formatCount(worst.missed)} of ${formatNoun(worst.inbound, 'call')}.`
  )
}

/** As in a run's report, with the calls that Aircall names nobody for. */
export function agentsSection({ figures: { agents, nobody } }: ManagerModel): Section {
  const rows = agents.map(({ name, tally }) => ({ name, ...tally }))
  return agentSection({ agents: rows, ...(callsOf(nobody) > 0 && { nobody: { name: 'Nobody', ...nobody } }) })
}

const MOST_ROWS = 100
const SHOWN_ROWS = 10

export function lineSection(model: ManagerModel): Section {
  const [, words] = maskers(model)
  const inbound = (row: NamedRow) => outcomesOf(row.tally, 'inbound')
  return {
    id: 'lines',
    title: 'By line',
    lead: 'The Aircall number that was called or that called.',
    body: longTable({
      shown: SHOWN_ROWS,
      caption: 'Calls by line',
      narrow: 'figures',
      rows: model.figures.lines.slice(0, MOST_ROWS),
      columns: [
        { title: 'Line', cell: (row) => words(row.name) },
        count('Inbound', ({ tally }) => tally.inbound),
        count('Answered', (row) => inbound(row).answered),
        count('Missed', ({ tally }) => tally.missed),
        count('Voicemail', ({ tally }) => tally.voicemail),
        {
          title: 'Answer rate',
          isNumber: true,
          cell: (row) => formatShare(inbound(row).answered, row.tally.inbound),
        },
        count('Outbound', ({ tally }) => tally.outbound),
        talkTime,
      ],
    }),
  }
}

export function companySection(model: ManagerModel): Section | null {
  const talked = model.figures.companies.filter(({ tally }) => outcomesOf(tally).talkSeconds > 0)
  if (talked.length === 0) return null
  const [, words] = maskers(model)
  const shown = talked.slice(0, MOST_ROWS)
  const rest = talked.length > shown.length ? `, the first ${formatCount(shown.length)} of them` : ''
  return {
    id: 'companies',
    title: 'Companies with the most talk time',
    lead:
      `${formatNoun(talked.length, 'company', 'companies')} of Planhat ` +
      `that somebody spoke with${rest}, by the phone index of today.`,
    body: longTable({
      shown: SHOWN_ROWS,
      caption: 'Companies by talk time',
      narrow: 'figures',
      rows: shown,
      columns: [
        { title: 'Company', cell: (row) => words(row.name) },
        count('Calls', ({ tally }) => callsOf(tally)),
        count('Inbound', ({ tally }) => tally.inbound),
        count('Not answered', ({ tally }) => tally.missed + tally.voicemail),
        count('Outbound', ({ tally }) => tally.outbound),
        talkTime,
      ],
    }),
  }
}

const talkTime = {
  title: 'Talk time',
  isNumber: true,
  cell: ({ tally }: NamedRow) => formatTalk(outcomesOf(tally).talkSeconds),
}

function count(title: string, of: (row: NamedRow) => number) {
  return { title, isNumber: true, cell: (row: NamedRow) => formatCount(of(row)) }
}
