import { SIGNS, UNCHECKED_SIGN } from '../../reconcile/drift-row.ts'
import { DRIFT_CLASSES } from '../../records.ts'
import { countMatchable, countMatched, type Paint, type Summary } from '../summary.ts'
import { BUCKET_ORDER, BUCKET_WORDS, DRIFT_WORDS } from './bucket-words.ts'
import { formatRange } from './moments.ts'
import { sayRemaining } from './night.ts'
import { formatCount, formatDuration, formatNoun, formatShare, wrap } from './words.ts'

/** PURE. The summary as a terminal shows it. */
export interface SummaryTextOptions {
  /** Columns; 80 where nothing is known. */
  readonly width: number
  /** IANA zone of the range; UTC where nothing is said. */
  readonly timezone?: string
  readonly paint?: Paint
  /** Commands to offer at the end, the likeliest first; each with what is to be said of it. */
  readonly next?: readonly NextCommand[]
}

export interface NextCommand {
  readonly command: string
  readonly note: string
}

const PLAN_ONLY = 'PLAN ONLY: nothing was sent to Planhat.'
const MAX_WARNINGS = 10

interface Row {
  readonly label: string
  readonly value: string
  readonly note?: string
}

/**
 * The range, then counts, then what needs a person, then files, then the next command. Plan mode says so at the
 * start and at the end. No line is longer than the width, paths and commands apart.
 */
export function formatSummary(summary: Summary, o: SummaryTextOptions): string {
  const paint = o.paint ?? ((_style, text) => text)
  const isPlan = summary.run.mode === 'plan'
  const banner = isPlan ? [paint('warn', PLAN_ONLY)] : []
  const blocks = [
    [...rangeLines(summary, o), ...banner],
    section(paint, 'Calls', callRows(summary), o.width),
    section(paint, 'Records', recordRows(summary), o.width),
    section(paint, 'Drift', driftRows(summary), o.width),
    section(paint, 'Transcripts', transcriptRows(summary), o.width),
    section(paint, 'Insights', insightRows(summary), o.width),
    section(paint, 'Requests', requestRows(summary), o.width),
    list(paint, 'Needs a person', attention(summary), o.width),
    files(paint, summary),
    commands(paint, o.next ?? []),
    banner,
  ]
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')
}

/** Which calls, in words, and which run: results are appended to files, and have to say it themselves. */
function rangeLines({ run }: Summary, { width, timezone = 'UTC' }: SummaryTextOptions): string[] {
  if (run.since === '') return []
  return wrap(`Calls from ${formatRange(run, timezone)}. Run ${run.id}.`, width)
}

function callRows({ calls, applied, run }: Summary): Row[] {
  // An undo meets no calls.
  if (calls.read === 0 && applied !== undefined) return []
  const rate = countMatchable(calls.buckets)
  const buckets = BUCKET_ORDER.filter((bucket) => calls.buckets[bucket] > 0).map((bucket) => ({
    label: BUCKET_WORDS[bucket].label.toLowerCase(),
    value: formatCount(calls.buckets[bucket]),
    note: formatShare(calls.buckets[bucket], calls.read),
  }))
  const matchRate = {
    label: 'match rate',
    value: formatShare(countMatched(calls.buckets), rate),
    note: `of ${formatNoun(rate, 'call')} with a usable number`,
  }
  const read = run.command === 'apply' ? 'in the plan' : 'read'
  return [{ label: read, value: formatCount(calls.read) }, ...buckets, ...(rate > 0 ? [matchRate] : [])]
}

function recordRows(summary: Summary): Row[] {
  const { applied, records } = summary
  if (applied !== undefined) return nonZero(Object.entries(applied))
  const would = summary.run.mode === 'apply' || summary.run.mode === 'fix' ? 'to' : 'would'
  return nonZero([
    [`${would} create`, records.create],
    [`${would} update`, records.update, automationNote(summary)],
    ['unchanged', records.unchanged],
    ['held for a person', records.hold],
    ['nothing to write', records.skip],
  ])
}

/** A first plan beside the live automation updates most of what it wrote: without a word that looks like a fault. */
function automationNote({ automation = 0, records }: Summary): string {
  if (automation === 0) return ''
  const how = automation === records.update ? 'all' : formatCount(automation)
  return `${how} of them written by the live automation: its placeholders get their content`
}

function driftRows({ drift, unchecked = 0 }: Summary): Row[] {
  if (drift === undefined) return []
  const found = DRIFT_CLASSES.filter((name) => drift[name] > 0 || name === 'in-sync')
  const rows = found.map((name) => ({
    label: `${SIGNS[name]} ${DRIFT_WORDS[name].label.toLowerCase()}`,
    value: formatCount(drift[name]),
    ...(name === 'in-sync' ? {} : { note: DRIFT_WORDS[name].why }),
  }))
  if (unchecked === 0) return rows
  const note = 'Could not be checked; the warnings say why.'
  return [...rows, { label: `${UNCHECKED_SIGN} not checked`, value: formatCount(unchecked), note }]
}

function transcriptRows({ transcripts }: Summary): Row[] {
  if (transcripts.eligible === 0) return []
  return nonZero([
    ['eligible', transcripts.eligible],
    ['ready', transcripts.ready],
    ['not there yet', transcripts.pending],
    ['none', transcripts.none],
    ['denied', transcripts.denied],
    ['assumed to have none', transcripts.assumed],
  ])
}

/** One line for each insight that is on. */
function insightRows({ insights }: Summary): Row[] {
  const asked = Object.entries(insights).filter(([, { eligible }]) => eligible > 0)
  return asked.map(([name, counts]) => {
    const rest = (
      [
        ['not there yet', counts.pending],
        ['none', counts.none],
        ['denied', counts.denied],
      ] as const
    )
      .filter(([, count]) => count > 0)
      .map(([label, count]) => `${formatCount(count)} ${label}`)
    const value = `${formatCount(counts.ready)} of ${formatCount(counts.eligible)}`
    return { label: name, value, ...(rest.length === 0 ? {} : { note: rest.join(', ') }) }
  })
}

function requestRows({ requests, run }: Summary): Row[] {
  const row = (label: string, of: { total: number; throttled: number; retried: number }): Row[] => {
    const trouble = [
      ...(of.throttled > 0 ? [`${formatCount(of.throttled)} throttled`] : []),
      ...(of.retried > 0 ? [`${formatCount(of.retried)} sent again`] : []),
    ].join(', ')
    return of.total === 0
      ? []
      : [{ label, value: formatCount(of.total), ...(trouble === '' ? {} : { note: trouble }) }]
  }
  const rows = [...row('Aircall', requests.aircall), ...row('Planhat', requests.planhat)]
  const ms = Date.parse(run.endedAt) - Date.parse(run.startedAt)
  return rows.length === 0 || Number.isNaN(ms)
    ? rows
    : [...rows, { label: 'time', value: formatDuration(ms) }]
}

function attention(summary: Summary): string[] {
  const { buckets } = summary.calls
  const failed = summary.applied?.failed ?? 0
  const held = summary.applied?.held ?? 0
  const toSettle = buckets.ambiguous + buckets.proposed + buckets.unmatched
  const shown = summary.warnings.slice(0, MAX_WARNINGS)
  const more = summary.warnings.length - shown.length
  return [
    ...(summary.error === undefined
      ? []
      : [`The run ended early: ${summary.error.message} (${summary.error.code})`]),
    ...sayRemaining(summary),
    ...(failed === 0 ? [] : [`${formatNoun(failed, 'record')} failed; the failures file says why.`]),
    ...(held === 0 ? [] : [`${formatNoun(held, 'record')} held back: Planhat changed since the plan.`]),
    ...(toSettle === 0 || summary.records.hold === 0 ? [] : [describeHeld(summary)]),
    ...shown.map((warning) => `${warning.message} (${warning.code})`),
    ...(more > 0 ? [`${formatNoun(more, 'more warning')}: see the summary file.`] : []),
  ]
}

/** Those that a reviewer called nobody's are in their bucket still, and wait for nobody. */
function describeHeld({ calls: { buckets }, records, files }: Summary): string {
  const kinds = (['ambiguous', 'proposed', 'unmatched'] as const).filter((kind) => buckets[kind] > 0)
  const parts = kinds.map((kind) => `${formatCount(buckets[kind])} ${kind}`)
  const all = kinds.reduce((sum, kind) => sum + buckets[kind], 0)
  const why = all === records.hold ? `: ${parts.join(', ')}` : ''
  const where = files.held === '' ? 'the review file' : 'held.csv, a number at a time'
  return `${formatNoun(records.hold, 'call')} held${why}. Settle them in ${where}, or leave them.`
}

function section(paint: Paint, title: string, rows: readonly Row[], width: number): string[] {
  if (rows.length === 0) return []
  const labels = Math.max(18, ...rows.map((row) => row.label.length))
  const values = Math.max(10, ...rows.map((row) => row.value.length))
  const indent = labels + values + 5
  const lines = rows.flatMap((row) => {
    const [note, ...rest] = wrap(row.note ?? '', Math.max(20, width - indent))
    const head = `  ${row.label.padEnd(labels)} ${row.value.padStart(values)}`
    const first = note ? `${head}  ${paint('faint', note)}` : head
    return [first, ...rest.map((line) => `${' '.repeat(indent)}${paint('faint', line)}`)]
  })
  return [paint('strong', title), ...lines]
}

function list(paint: Paint, title: string, items: readonly string[], width: number): string[] {
  if (items.length === 0) return []
  const lines = items.flatMap((item) =>
    wrap(item, width - 4).map((line, at) => `${at === 0 ? '  - ' : '    '}${line}`),
  )
  return [paint('warn', title), ...lines]
}

function files(paint: Paint, { files: paths }: Summary): string[] {
  const found = Object.entries(paths).filter(([, path]) => path !== '')
  if (found.length === 0) return []
  return [paint('strong', 'Files'), ...found.map(([name, path]) => `  ${name.padEnd(9)} ${path}`)]
}

function commands(paint: Paint, next: readonly NextCommand[]): string[] {
  if (next.length === 0) return []
  return [
    paint('strong', 'Next'),
    ...next.flatMap(({ command, note }) => [`  ${paint('faint', `# ${note}`)}`, `  ${command}`]),
  ]
}

function nonZero(counts: readonly (readonly [label: string, count: number, note?: string])[]): Row[] {
  const found = counts.filter(([, count]) => count > 0)
  return (found.length > 0 ? found : counts.slice(0, 1)).map(([label, count, note = '']) => ({
    label,
    value: formatCount(count),
    ...(note === '' ? {} : { note }),
  }))
}
