import type { Content } from '../content.ts'
import type { ContentSettings } from '../content-settings.ts'
import type { Call } from '../domain.ts'
import { agentName, contentParts, isPartOn, type Part } from './content-parts.ts'
import { escapeHtml } from './html.ts'
import { formatDuration, missedReasonInWords, outcomeOf, talkSeconds } from './outcome.ts'

/**
 * How the call went, in HTML, for the Customer Success Manager who reads it: what happened
 * first, then what was noted and found out (docs/contract.md section 10), the line and the
 * tags. The same call always gives the same text, or every night would write it again.
 */
export function describeCall(content: Content, settings: ContentSettings): string {
  return describeWith(content, ({ name }) => isPartOn(name, settings))
}

/** The same with the parts that are wanted. */
export function describeWith(content: Content, isWanted: (part: Part) => boolean): string {
  const { call } = content
  const parts = contentParts(content).filter(isWanted)
  const details = [lineOf(call), tagsOf(call)].filter((text) => text !== null)
  return [paragraph(whatHappened(call)), ...parts.map(({ html }) => html), ...details.map(paragraph)].join('')
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`
}

function whatHappened(call: Call): string {
  const agent = agentName(call.agent)
  switch (outcomeOf(call)) {
    case 'answered':
      return `${answered(call, agent)} Talk time ${formatDuration(talkSeconds(call))}.`
    case 'voicemail':
      return `Inbound call not answered${because(call)}.${rangAt(agent)} Voicemail was left.`
    case 'missed':
      return call.direction === 'outbound'
        ? `Outbound call${agent === null ? '' : ` by ${agent}`} was not answered${because(call)}.`
        : `Inbound call missed${because(call)}.${rangAt(agent)}`
  }
}

function answered(call: Call, agent: string | null): string {
  if (call.direction === 'outbound')
    return `Outbound call${agent === null ? '' : ` by ${agent}`} was answered.`
  return `Inbound call answered${agent === null ? '' : ` by ${agent}`}.`
}

function because(call: Call): string {
  const reason = missedReasonInWords(call.missedReason)
  return reason === null ? '' : `: ${reason}`
}

/** Aircall names whom a call rang at in vain. */
function rangAt(agent: string | null): string {
  return agent === null ? '' : ` It rang at ${agent}.`
}

function lineOf(call: Call): string | null {
  const name = call.line?.name ?? call.line?.digits ?? null
  return name === null || name === '' ? null : `Aircall line: ${name}`
}

function tagsOf(call: Call): string | null {
  // Sorted, because Aircall does not promise an order of tags.
  const tags = [...new Set(call.tags)].filter((tag) => tag !== '').sort()
  return tags.length === 0 ? null : `Tags: ${tags.join(', ')}`
}
