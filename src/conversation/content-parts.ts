import type { ChainLink, Content } from '../content.ts'
import { type ContentSettings, INSIGHTS, type Insight } from '../content-settings.ts'
import type { Agent, Call } from '../domain.ts'
import { escapeHtml } from './html.ts'

/** A part of a call's description that the configuration can switch off (docs/contract.md section 10). */
export type PartName = 'notes' | 'transfers' | Insight

export interface Part {
  readonly name: PartName
  readonly html: string
}

/**
 * What is known of a call beside how it went, in the order of the contract;
 * each part only where there is something to say.
 */
export function contentParts(content: Content): Part[] {
  return [
    ...notesOf(content.call),
    ...INSIGHTS.flatMap((name) => insightOf(name, content)),
    ...transfersOf(content),
  ]
}

export function isPartOn(name: PartName, settings: ContentSettings): boolean {
  return name === 'notes' || name === 'transfers' ? settings[name] : settings.insights.includes(name)
}

/** How an agent is called in texts; null for nobody and for one without name and e-mail. */
export function agentName(agent: Agent | null): string | null {
  return agent?.name ?? agent?.email ?? null
}

function notesOf({ comments }: Call): Part[] {
  return comments.map(({ author, content }) => {
    const label = author === null ? 'Note:' : `Note by ${escapeHtml(author)}:`
    return { name: 'notes', html: `<p><strong>${label}</strong> ${withBreaks(content)}</p>` }
  })
}

const INSIGHT_HTML: { readonly [K in Insight]: (value: NonNullable<Content['insights'][K]>) => string } = {
  summary: (text) => `<p><strong>Summary:</strong> ${withBreaks(text)}</p>`,
  actionItems: (items) =>
    '<p><strong>Action ' +
    `items:</strong></p><ul>${items.map((one) => `<li>${withBreaks(one)}</li>`).join('')}</ul>`,
  topics: (topics) => `<p><strong>Topics:</strong> ${withBreaks(topics.join(', '))}</p>`,
  sentiment: (values) => `<p><strong>Sentiment:</strong> ${withBreaks(values.join(', '))}</p>`,
}

function insightOf<K extends Insight>(name: K, { insights }: Content): Part[] {
  const value = insights[name]
  if (value === null || value.length === 0) return []
  return [{ name, html: INSIGHT_HTML[name](value as NonNullable<Content['insights'][K]>) }]
}

function transfersOf({ call, chain }: Content): Part[] {
  const sentences = [
    transferredHere(call),
    transferredOn(call),
    chain.earlier === null ? null : continues(chain.earlier),
    chain.later === null ? null : continued(chain.later),
  ].filter((text) => text !== null)
  return sentences.map((text) => ({ name: 'transfers', html: `<p>${escapeHtml(text)}</p>` }))
}

function transferredHere({ agent, transferredBy }: Call): string | null {
  const by = agentName(transferredBy)
  return by === null || isSameAgent(transferredBy, agent) ? null : `Transferred by ${by}.`
}

function transferredOn({ agent, transferredTo }: Call): string | null {
  const to = agentName(transferredTo)
  if (to === null || isSameAgent(transferredTo, agent)) return null
  const from = agentName(agent)
  return from === null ? `Transferred to ${to}.` : `Transferred from ${from} to ${to}.`
}

export function isSameAgent(one: Agent | null, other: Agent | null): boolean {
  return one !== null && other !== null && one.id === other.id
}

function continues({ startedAt, agent }: ChainLink): string {
  const name = agentName(agent)
  const when = new Date(startedAt * 1000).toISOString().slice(0, 16).replace('T', ' ')
  return `Continues the call of ${when} UTC${name === null ? '' : ` (${name})`}.`
}

function continued({ startedAt, agent }: ChainLink): string {
  const name = agentName(agent)
  const when = new Date(startedAt * 1000).toISOString().slice(11, 16)
  return `Continued at ${when} UTC${name === null ? '' : ` by ${name}`}.`
}

/** Escaped, line breaks kept. */
export function withBreaks(text: string): string {
  return escapeHtml(text.trim()).replace(/\r\n|[\r\n\u2028\u2029]/gu, '<br>')
}
