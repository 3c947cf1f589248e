import { countMatchable, countMatched, type Summary } from '../summary.ts'
import { formatInZone, formatRange } from '../text/moments.ts'
import { formatCount, formatDuration, formatNoun, formatShare } from '../text/words.ts'
import { renderDocument } from './document.ts'
import { html, type Markup } from './markup.ts'
import type { ReportModel } from './model.ts'
import { type Section, tile } from './page-parts.ts'
import { activitySection, agentSection, bucketSection, companySection } from './sections-calls.ts'
import { heardSections, insightSection } from './sections-insights.ts'
import {
  driftSection,
  effortSection,
  fileSection,
  heldSection,
  hygieneSection,
  transcriptSection,
  warningSection,
} from './sections-work.ts'

/**
 * The report of a run: one HTML text that needs neither network nor script, in light, dark and print.
 * Telephone numbers are masked unless `model.reveal`. The same model gives the same bytes.
 */
export function renderReport(model: ReportModel): string {
  return renderDocument({
    title: titleOf(model.summary),
    range: rangeOf(model),
    banner: banner(model.summary),
    tiles: tiles(model),
    sections: listSections(model),
    footer: footer(model),
  })
}

function listSections(model: ReportModel): Section[] {
  const all = [
    driftSection(model),
    bucketSection(model),
    warningSection(model),
    model.callsPerDay.length > 0 ? activitySection(model) : null,
    model.agents.length > 0 ? agentSection(model) : null,
    model.companies.length > 0 ? companySection(model) : null,
    ...heardSections(model),
    heldSection(model),
    hygieneSection(model),
    transcriptSection(model),
    insightSection(model),
    effortSection(model),
    fileSection(model),
  ]
  return all.filter((one) => one !== null)
}

const TITLES: Readonly<Record<Summary['run']['mode'], string>> = {
  plan: 'What would be written to Planhat',
  apply: 'What was written to Planhat',
  report: 'How Planhat compares with Aircall',
  fix: 'What was put right in Planhat',
  listen: 'What a listener brought over',
}

const BY_COMMAND: Readonly<Record<string, string>> = {
  undo: 'What was taken back in Planhat',
  erase: 'What was erased in Planhat',
}

function titleOf({ run, applied }: Summary): string {
  const own = BY_COMMAND[run.command]
  if (own !== undefined) return own
  // A night on which there was nothing to fix.
  return TITLES[run.mode === 'fix' && applied === undefined ? 'report' : run.mode]
}

function rangeOf({ summary: { run }, profile, timezone }: ReportModel): Markup {
  const range = run.since === '' ? null : html`Calls from ${formatRange(run, timezone)}. `
  return html`${range}Run <span class="id">${run.id}</span>${profile === null ? '' : `, profile ${profile}`}.`
}

function banner({ run, error }: Summary): Markup {
  if (error !== undefined)
    return html`<p class="banner bad">The run ended early: the figures are of what was done until then.</p>`
  return run.mode === 'plan' ? html`<p class="banner">PLAN ONLY: nothing was sent to Planhat.</p>` : html``
}

function tiles(model: ReportModel): Markup {
  const { run, calls, records, applied, drift } = model.summary
  const matchable = countMatchable(calls.buckets)
  const waiting = calls.buckets.ambiguous + calls.buckets.proposed + calls.buckets.unmatched
  const planned = drift === undefined ? plannedTile(records) : syncTile(drift)
  const written = applied === undefined ? planned : html`${appliedTile(applied)}${soFarTile(model)}`
  return html`<ul class="tiles">
${tile({
  label: run.command === 'apply' ? 'Calls in the plan' : 'Calls read',
  value: formatCount(calls.read),
  note: spent(model.summary),
})}${tile({
  label: 'Match rate',
  value: formatShare(countMatched(calls.buckets), matchable),
  note: `of ${formatNoun(matchable, 'call')} with a usable number`,
  tone: 'good',
})}${written}${tile({
  label: 'Waiting for a person',
  value: formatCount(waiting),
  note: waiting === 0 ? 'nothing to settle' : 'held, not written',
  ...(waiting === 0 ? {} : { tone: 'warn' as const }),
})}</ul>`
}

function plannedTile(records: Summary['records']): Markup {
  const note = `${formatCount(records.create)} new, ${formatCount(records.update)} changed`
  return tile({ label: 'Records to write', value: formatCount(records.create + records.update), note })
}

function syncTile(drift: NonNullable<Summary['drift']>): Markup {
  const all = Object.values(drift).reduce((sum, count) => sum + count, 0)
  const differ = all - drift['in-sync']
  return tile({
    label: 'Records in sync',
    value: formatShare(drift['in-sync'], all),
    note:
      differ === 0
        ? 'nothing differs'
        : `${formatNoun(differ, 'record')} ${differ === 1 ? 'differs' : 'differ'}`,
    tone: differ === 0 ? 'good' : 'warn',
  })
}

function appliedTile(applied: NonNullable<Summary['applied']>): Markup {
  const { created, updated, deleted, failed } = applied
  const gone = deleted > 0 ? `, ${formatCount(deleted)} deleted` : ''
  const note = `${formatCount(created)} new, ${formatCount(updated)} changed${gone}, ${formatCount(failed)} failed`
  return tile({
    label: 'Records written',
    value: formatCount(created + updated),
    note,
    ...(failed > 0 ? { tone: 'bad' as const } : {}),
  })
}

/** Where one run wrote all of it there is nothing to add. */
function soFarTile({ soFar }: ReportModel): Markup {
  if (soFar === null || soFar.runs < 2) return html``
  return tile({
    label: 'Written of this plan so far',
    value: formatCount(soFar.created + soFar.updated),
    note:
      `${formatCount(soFar.created)} new, ${formatCount(soFar.updated)} ` +
      `changed, in ${formatNoun(soFar.runs, 'run')}`,
  })
}

function spent({ run }: Summary): string {
  const ms = Date.parse(run.endedAt) - Date.parse(run.startedAt)
  return Number.isNaN(ms) ? '' : `in ${formatDuration(ms)}`
}

function footer({ summary: { run }, reveal, timezone }: ReportModel): string {
  const numbers = reveal ? 'Numbers are shown whole.' : 'Numbers show their last two digits only.'
  return (
    `Made by aircall-sync ${run.command} at ` +
    `${run.endedAt === '' ? '-' : formatInZone(Date.parse(run.endedAt), timezone)}. ` +
    `Times are those of ${timezone}. ${numbers} No transcript text is in this file.`
  )
}
