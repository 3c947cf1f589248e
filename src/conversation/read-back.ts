import type { Chain, ChainLink, Content, Insights } from '../content.ts'
import type { ContentSettings } from '../content-settings.ts'
import type { Agent } from '../domain.ts'
import { decodeEntities, foldText } from './html.ts'

/** What a description of ours says of a call that its own data may say no longer. */
export interface ReadBack {
  readonly insights: Insights
  readonly chain: Chain
}

/**
 * PURE. Insights and chain out of a description as this program writes it
 * (`content-parts.ts`), however Planhat stored it. What was written once stays, also
 * where Aircall has it no longer and the state is lost (docs/contract.md section 10).
 */
export function readBack(description: string): ReadBack {
  const html = foldText(description)
  const list = (label: string) => paragraph(html, label)?.split(', ') ?? null
  return {
    insights: {
      summary: paragraph(html, 'Summary'),
      actionItems: actionItems(html),
      topics: list('Topics'),
      sentiment: list('Sentiment'),
    },
    chain: { earlier: earlierOf(html), later: laterOf(html) },
  }
}

/** The content with what it lacks and what was written; only of parts that are on. */
export function withWritten(content: Content, written: ReadBack, settings: ContentSettings): Content {
  const { insights, chain } = content
  const kept = settings.insights.filter((name) => insights[name] === null && written.insights[name] !== null)
  const added = Object.fromEntries(kept.map((name) => [name, written.insights[name]]))
  return {
    ...content,
    insights: { ...insights, ...added },
    chain: settings.transfers
      ? { earlier: chain.earlier ?? written.chain.earlier, later: chain.later ?? written.chain.later }
      : chain,
  }
}

function paragraph(html: string, label: string): string | null {
  const found = new RegExp(`<p><strong>${label}:</strong> ?(.*?)</p>`, 'u').exec(html)?.[1]
  return found === undefined ? null : textOf(found)
}

function actionItems(html: string): string[] | null {
  const found = /<p><strong>Action items:<\/strong><\/p><ul>(.*?)<\/ul>/u.exec(html)?.[1]
  if (found === undefined) return null
  return [...found.matchAll(/<li>(.*?)<\/li>/gu)].map(([, item]) => textOf(item ?? ''))
}

const EARLIER = /<p>Continues the call of (\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) UTC(?: \(([^<]*)\))?\.<\/p>/u
const LATER = /<p>Continued at (\d{2}:\d{2}) UTC(?: by ([^<]*))?\.<\/p>/u

function earlierOf(html: string): ChainLink | null {
  const [, day, time, name] = EARLIER.exec(html) ?? []
  return day === undefined || time === undefined ? null : linkOf(`${day}T${time}:00Z`, name)
}

/** The day is not told: none is shown either. */
function laterOf(html: string): ChainLink | null {
  const [, time, name] = LATER.exec(html) ?? []
  return time === undefined ? null : linkOf(`1970-01-01T${time}:00Z`, name)
}

function linkOf(iso: string, name: string | undefined): ChainLink | null {
  const startedAt = Date.parse(iso) / 1000
  if (Number.isNaN(startedAt)) return null
  const agent: Agent | null = name === undefined ? null : { id: '', name: textOf(name), email: null }
  return { callId: null, startedAt, agent }
}

function textOf(html: string): string {
  return decodeEntities(html.replaceAll('<br>', '\n')).trim()
}
