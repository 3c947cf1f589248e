import { renderDocument } from '../page/document.ts'
import { html, type Markup } from '../page/markup.ts'
import { type Section, tile } from '../page/page-parts.ts'
import { heardSections } from '../page/sections-insights.ts'
import { hygieneSection } from '../page/sections-work.ts'
import { formatInZone, formatRange } from '../text/moments.ts'
import { formatCount, formatNoun, formatShare, formatTalk } from '../text/words.ts'
import { type ManagerModel, outcomesOf } from './model.ts'
import {
  answerSection,
  formatWait,
  matchSection,
  reasonSection,
  talkSection,
  volumeSection,
  waitSection,
  weekSection,
} from './sections-trend.ts'
import { agentsSection, companySection, hourSection, lineSection } from './sections-who.ts'

/**
 * PURE. The manager's report: one HTML text that needs neither network nor script, in light, dark and print. Telephone
 * numbers are masked unless `model.reveal`. The same model gives the same bytes.
 */
export function renderManagerReport(model: ManagerModel): string {
  return renderDocument({
    title: 'How the calls went',
    range: rangeOf(model),
    banner: banner(model),
    tiles: tiles(model),
    sections: listSections(model),
    footer: footer(model),
  })
}

function listSections(model: ManagerModel): Section[] {
  const all = [
    volumeSection(model),
    answerSection(model),
    waitSection(model),
    talkSection(model),
    matchSection(model),
    hourSection(model),
    reasonSection(model),
    weekSection(model),
    agentsSection(model),
    lineSection(model),
    companySection(model),
    ...heardSections(model),
    hygieneSection(model),
    meaningSection(model),
  ]
  return all.filter((one) => one !== null)
}

function rangeOf(model: ManagerModel): Markup {
  const profile = model.profile === null ? '' : ` Profile ${model.profile}.`
  return html`Calls from ${formatRange(model, model.timezone)}.${profile}`
}

function banner({ unread, timezone }: ManagerModel): Markup {
  if (unread.length === 0) return html``
  const parts = unread.map((one) => formatRange(one, timezone)).join('; ')
  return html`<p class="banner">No run has read all of this range: calls may be missing from ${parts}.</p>`
}

function tiles({ figures, hasIndex }: ManagerModel): Markup {
  const { total, waits, weeks } = figures
  const inbound = outcomesOf(total, 'inbound')
  const all = outcomesOf(total)
  const average = all.answered === 0 ? 0 : Math.round(all.talkSeconds / all.answered)
  const sum = (of: 'matched' | 'matchable') => weeks.reduce((so, week) => so + week[of], 0)
  const last = hasIndex
    ? tile({
        label: 'Match rate',
        value: formatShare(sum('matched'), sum('matchable')),
        note: `of ${formatNoun(sum('matchable'), 'call')} with a usable number`,
      })
    : tile({
        label: 'Transferred',
        value: formatCount(figures.transferred),
        note: 'calls that continue another one',
      })
  return html`<ul class="tiles six">
${tile({
  label: 'Calls',
  value: formatCount(all.calls),
  note: `${formatCount(total.inbound)} inbound, ${formatCount(total.outbound)} outbound`,
})}${tile({
  label: 'Answer rate',
  value: formatShare(inbound.answered, inbound.calls),
  note: `of ${formatNoun(inbound.calls, 'inbound call')}`,
  tone: 'good',
})}${tile({
  label: 'Not answered',
  value: formatCount(inbound.missed + inbound.voicemail),
  note: `inbound; ${formatCount(inbound.voicemail)} left a message`,
  ...(inbound.missed + inbound.voicemail === 0 ? {} : { tone: 'warn' as const }),
})}${tile({
  label: 'Waiting time',
  value: formatWait(waits.half),
  note: `at most, for half of those answered; ${formatWait(waits.nineOfTen)} for nine of ten`,
})}${tile({
  label: 'Talk time',
  value: formatHours(all.talkSeconds),
  note: `${formatWait(average)} for an answered call, on average`,
})}${last}</ul>`
}

/** To the second where that fits; a quarter's work is told in hours. */
function formatHours(seconds: number): string {
  return seconds < 360_000 ? formatTalk(seconds) : `${formatCount(Math.round(seconds / 3600))} h`
}

/** What is counted how: whoever passes the page on is asked. */
function meaningSection({ figures, timezone }: ManagerModel): Section {
  const { transferred } = figures
  const lines = [
    `A call belongs to the day on which it began, as clocks show it in ${timezone}; ` +
      'weeks are those of ISO 8601, from Monday. Calls that have not ended are left out.',
    'A call that was passed on to a colleague is two calls at Aircall, each ' +
      `counted for its own agent. ${formatNoun(transferred, 'call')} of this ` +
      `range ${transferred === 1 ? 'continues' : 'continue'} another one.`,
    'A missed call is an agent’s where Aircall names one; a call that rang at a team in vain is nobody’s.',
    'Whose customer called is told by the phone index as it is today, not as it was then.',
  ]
  return {
    id: 'meaning',
    title: 'How this is counted',
    lead: 'From the calls that this machine has read of Aircall; nothing was asked for.',
    body: html`<ul class="list">${lines.map((line) => html`<li>${line}</li>`)}</ul>`,
  }
}

function footer({ madeAt, reveal, timezone }: ManagerModel): string {
  const numbers = reveal ? 'Numbers are shown whole.' : 'Numbers show their last two digits only.'
  return (
    `Made by aircall-sync report at ${formatInZone(Date.parse(madeAt), timezone)}. ` +
    `Times are those of ${timezone}. ${numbers} No text of a call is in this file.`
  )
}
