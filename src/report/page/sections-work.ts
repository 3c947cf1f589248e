import { DRIFT_CLASSES } from '../../records.ts'
import { maskNumber, maskNumbers } from '../live/mask.ts'
import { BUCKET_WORDS, DRIFT_WORDS } from '../text/bucket-words.ts'
import { formatCount, formatDuration, formatNoun } from '../text/words.ts'
import { columnChart } from './both-widths.ts'
import { foldDays } from './chart-data.ts'
import { html } from './markup.ts'
import type { HeldNumber, ReportModel } from './model.ts'
import { longTable, type Section, table } from './page-parts.ts'
import { createDayCutter } from './wall-clock.ts'

const SHOWN_ROWS = 10
// A mail attachment stays small; the review file has every row.
const MAX_ROWS = 200

export function driftSection(model: ReportModel): Section | null {
  const { drift } = model.summary
  if (drift === undefined) return null
  const present = DRIFT_CLASSES.filter((name) => name !== 'in-sync' && drift[name] > 0)
  const days = model.driftPerDay.map(({ day, counts }) => ({
    day,
    counts: present.map((name) => counts[name] ?? 0),
  }))
  const data = foldDays(
    days,
    present.map((name) => DRIFT_WORDS[name].label),
  )
  const rows = table({
    caption: 'Records by drift class',
    narrow: 'lines',
    rows: DRIFT_CLASSES.filter((name) => name === 'in-sync' || drift[name] > 0),
    columns: [
      { title: 'Class', cell: (name) => DRIFT_WORDS[name].label },
      { title: 'Records', isNumber: true, cell: (name) => formatCount(drift[name]) },
      { title: 'Meaning', cell: (name) => html`<span class="why">${DRIFT_WORDS[name].why}</span>` },
    ],
  })
  const lead =
    present.length === 0
      ? 'Planhat holds every record as it should be.'
      : 'How Planhat differs from what Aircall has.'
  return {
    id: 'drift',
    title: 'Drift',
    lead,
    body: html`${columnChart({ id: 'drift', title: `Drift by ${data.unit}`, data })}${rows}`,
  }
}

export function heldSection(model: ReportModel): Section | null {
  if (model.held.length === 0) return null
  const [number, words] = maskers(model)
  const rest = model.heldCalls - model.held.reduce((sum, { calls }) => sum + calls, 0)
  return {
    id: 'held',
    title: 'Waiting for a person',
    lead:
      `${formatNoun(model.heldCalls, 'call')} held, of ` +
      `${formatNoun(model.held.length, 'number')}${rest > 0 ? ' and more' : ''}. Settle them in ` +
      'held.csv, a number at a time with always or never, or leave them: nothing is written for them.',
    body: html`${longTable({
      shown: SHOWN_ROWS,
      caption: 'Numbers that wait for a person, those with most calls first',
      narrow: 'cards',
      rows: model.held,
      columns: [
        {
          title: 'Number',
          width: 12,
          cell: (row) => html`<span class="id">${row.number === null ? '-' : number(row.number)}</span>`,
        },
        { title: 'Calls', isNumber: true, width: 7, cell: (row) => formatCount(row.calls) },
        { title: 'Last call', width: 12, cell: (row) => html`<span class="id">${dayOf(row, model)}</span>` },
        {
          title: 'Why',
          width: 30,
          cell: (row) =>
            html`<strong>${BUCKET_WORDS[row.bucket].label}.</strong> <span class="why">${words(row.because)}</span>`,
        },
        {
          title: 'Candidates',
          width: 39,
          cell: (row) =>
            row.candidates.length === 0
              ? ''
              : html`<ul class="cands">${row.candidates.map(
                  (one) => html`<li>${words(one.name)} <span class="id">${one.id}</span></li>`,
                )}</ul>`,
        },
      ],
    })}${rest > 0 ? html`<p class="why">${formatNoun(rest, 'more call')} in held.csv.</p>` : null}`,
  }
}

function dayOf({ lastAt }: HeldNumber, { timezone }: ReportModel): string {
  return createDayCutter(timezone)(lastAt)
}

export function hygieneSection(model: Pick<ReportModel, 'hygiene' | 'reveal'>): Section | null {
  if (model.hygiene.length === 0) return null
  const [number, words] = maskers(model)
  const unlocked = model.hygiene.reduce((sum, row) => sum + row.calls, 0)
  return {
    id: 'hygiene',
    title: 'Telephone numbers worth fixing',
    lead:
      `Fix ${model.hygiene.length === 1 ? 'this one' : `these ${formatCount(model.hygiene.length)}`} ` +
      `in Planhat and ${formatNoun(unlocked, 'more call')} can ` +
      `match.${model.reveal ? '' : ' The whole numbers: aircall-sync index stats --output numbers.csv'}`,
    body: longTable({
      shown: SHOWN_ROWS,
      caption: 'Numbers to fix, by the calls that they would unlock',
      narrow: 'cards',
      rows: model.hygiene.slice(0, MAX_ROWS),
      columns: [
        {
          title: 'Number',
          width: 8,
          cell: (row) => html`<span class="id">${row.number === null ? '-' : number(row.number)}</span>`,
        },
        { title: 'Calls', isNumber: true, width: 7, cell: (row) => formatCount(row.calls) },
        {
          title: 'End User',
          width: 22,
          cell: (row) => words([row.endUser, row.company].filter((part) => part !== null).join(', ')),
        },
        { title: 'Field', width: 11, cell: (row) => row.field?.replace(/^custom\./, '') ?? '' },
        { title: 'Problem', width: 22, cell: (row) => words(row.problem) },
        { title: 'Remedy', width: 30, cell: (row) => words(row.remedy) },
      ],
    }),
  }
}

export function transcriptSection({ summary: { transcripts } }: ReportModel): Section | null {
  if (transcripts.eligible === 0) return null
  const states = [
    ['Ready', transcripts.ready, 'Held here, written with the call.'],
    ['Not there yet', transcripts.pending, 'Aircall has not finished it; every later run asks once more.'],
    ['None', transcripts.none, 'Did not appear in time.'],
    ['Denied', transcripts.denied, 'The Aircall plan does not include transcripts.'],
    [
      'Assumed to have none',
      transcripts.assumed,
      'Not asked: none of the calls asked on the same line around ' +
        'that time had one. Every reconcile asks for some of them.',
    ],
  ] as const
  return {
    id: 'transcripts',
    title: 'Transcripts',
    isHalf: true,
    lead: `${formatNoun(transcripts.eligible, 'call')} can have one.`,
    body: table({
      caption: 'Transcripts by state',
      narrow: 'lines',
      rows: states.filter(([, count]) => count > 0),
      columns: [
        { title: 'State', cell: ([state]) => state },
        { title: 'Calls', isNumber: true, cell: ([, count]) => formatCount(count) },
        { title: 'Meaning', cell: ([, , why]) => html`<span class="why">${why}</span>` },
      ],
    }),
  }
}

export function effortSection({ summary: { requests }, waitedMs }: ReportModel): Section {
  const hosts = [
    { host: 'Aircall', ...requests.aircall, waited: waitedMs.aircall },
    { host: 'Planhat', ...requests.planhat, waited: waitedMs.planhat },
  ]
  return {
    id: 'effort',
    title: 'Requests and time',
    isHalf: true,
    lead: 'What the run asked of each service.',
    body: table({
      caption: 'Requests by service',
      narrow: 'figures',
      rows: hosts,
      columns: [
        { title: 'Service', cell: (row) => row.host },
        { title: 'Requests', isNumber: true, cell: (row) => formatCount(row.total) },
        { title: 'Throttled', isNumber: true, cell: (row) => formatCount(row.throttled) },
        { title: 'Sent again', isNumber: true, cell: (row) => formatCount(row.retried) },
        { title: 'Waited', isNumber: true, cell: (row) => formatDuration(row.waited) },
      ],
    }),
  }
}

export function warningSection(model: ReportModel): Section | null {
  const { warnings, error } = model.summary
  const [, words] = maskers(model)
  const all = [...(error === undefined ? [] : [error]), ...warnings.slice(0, MAX_ROWS)]
  if (all.length === 0) return null
  const items = all.map(({ code, message }) => html`<li>${words(message)} <code>${code}</code></li>`)
  return {
    id: 'warnings',
    title: 'Warnings',
    lead: 'Each code is explained in docs/errors.md.',
    body: html`<ul class="list">${items}</ul>`,
  }
}

export function fileSection({ summary: { files } }: ReportModel): Section | null {
  const found = Object.entries(files).filter(([, path]) => path !== '')
  if (found.length === 0) return null
  const rows = found.map(([name, path]) => html`<dt>${name}</dt><dd><code>${path}</code></dd>`)
  return {
    id: 'files',
    title: 'Files of this run',
    lead: 'On the machine that ran it.',
    body: html`<dl class="paths">${rows}</dl>`,
  }
}

export function maskers({
  reveal,
}: Pick<ReportModel, 'reveal'>): [(number: string) => string, (text: string) => string] {
  return reveal ? [(number) => number, (text) => text] : [maskNumber, maskNumbers]
}
