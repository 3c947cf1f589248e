import { type ManagerModel, type NamedRow, outcomesOf, type WeekRow } from '../manager/model.ts'
import type { Paint } from '../summary.ts'
import { formatRange } from './moments.ts'
import { formatCount, formatNoun, formatShare, formatTalk, wrap } from './words.ts'

/** Rows of each list on a terminal; the page has them all. */
const SHOWN = 10

/** PURE. The manager's report as a terminal shows it: the range, the figures, the last weeks, the agents, the files. */
export function formatManagerReport(
  model: ManagerModel,
  files: { readonly report: string; readonly csv: string },
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const { weeks, agents } = model.figures
  const blocks = [
    wrap(`Calls from ${formatRange(model, model.timezone)}.`, width),
    figureLines(model),
    grid(
      paint,
      weekTitles(model),
      weeks.slice(-SHOWN).map((week) => weekCells(week, model)),
    ),
    grid(paint, AGENT_TITLES, agents.slice(0, SHOWN).map(agentCells)),
    agents.length > SHOWN ? [`… and ${formatNoun(agents.length - SHOWN, 'more agent')}`] : [],
    [`Report: ${files.report}`, ...(files.csv === '' ? [] : [`Table:  ${files.csv}`])],
  ]
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')
}

function figureLines({ figures, hasIndex }: ManagerModel): string[] {
  const { total, transferred, weeks, waits } = figures
  const inbound = outcomesOf(total, 'inbound')
  const outbound = outcomesOf(total, 'outbound')
  const sum = (of: 'matched' | 'matchable') => weeks.reduce((so, week) => so + week[of], 0)
  const half =
    waits.half === null
      ? []
      : [`  waiting      half of the answered at most ${waits.half} s, nine of ten ${waits.nineOfTen} s`]
  return [
    `  inbound      ${formatCount(inbound.calls)}, ${formatShare(inbound.answered, inbound.calls)} ` +
      `answered, ${formatCount(inbound.missed)} missed, ${formatNoun(inbound.voicemail, 'voicemail')}`,
    `  outbound     ${formatCount(outbound.calls)}, ${formatShare(outbound.answered, outbound.calls)} answered`,
    `  talk time    ${formatTalk(outcomesOf(total).talkSeconds)}`,
    ...half,
    `  transferred  ${formatCount(transferred)}`,
    ...(hasIndex
      ? [
          `  match rate   ${formatShare(sum('matched'), sum('matchable'))} ` +
            `of ${formatNoun(sum('matchable'), 'call')} with a usable number`,
        ]
      : []),
  ]
}

function weekTitles({ hasIndex }: ManagerModel): string[] {
  return ['week', 'calls', 'answered', 'missed', 'voicemail', 'talk time', ...(hasIndex ? ['matched'] : [])]
}

function weekCells({ week, tally, matched, matchable }: WeekRow, { hasIndex }: ManagerModel): string[] {
  return [week, ...outcomeCells(tally), ...(hasIndex ? [formatShare(matched, matchable)] : [])]
}

const AGENT_TITLES = ['agent', 'calls', 'answered', 'missed', 'voicemail', 'talk time']

function agentCells({ name, tally }: NamedRow): string[] {
  return [name, ...outcomeCells(tally)]
}

function outcomeCells(tally: WeekRow['tally']): string[] {
  const { calls, answered, missed, voicemail, talkSeconds } = outcomesOf(tally)
  return [...[calls, answered, missed, voicemail].map(formatCount), formatTalk(talkSeconds)]
}

const WIDEST_NAME = 28

/** A heading and rows: the first column left, the others right. */
function grid(paint: Paint, titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const cut = (cell: string) => (cell.length > WIDEST_NAME ? `${cell.slice(0, WIDEST_NAME - 1)}…` : cell)
  const cells = rows.map((row) => row.map(cut))
  const widths = titles.map((title, at) =>
    Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')}`
  return [paint('strong', line(titles)), ...cells.map(line)]
}
