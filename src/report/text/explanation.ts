import type { TranscriptState } from '../../content.ts'
import type { Insight } from '../../content-settings.ts'
import type { Call, Match } from '../../domain.ts'
import { sayWhere } from '../../match/say.ts'
import type { FieldChange, Payload, RemoteRecord } from '../../records.ts'
import { maskFields } from '../live/mask.ts'
import { BUCKET_WORDS } from './bucket-words.ts'
import { formatInZone } from './moments.ts'

/** docs/contract.md section 5, `explain`. */
export interface Explanation {
  readonly call: Call
  readonly match: Match & { readonly steps: readonly string[] }
  readonly transcript: {
    readonly state: TranscriptState
    readonly because: string
    readonly askedAt: string | null
  }
  /** The calls before and after a transfer, as far as they are known. */
  readonly chain: { readonly earlier: string | null; readonly later: string | null }
  /** Where each insight that is on stands. */
  readonly insights: Readonly<Partial<Record<Insight, { readonly state: string; readonly because: string }>>>
  readonly records: readonly ExplainedRecord[]
}

export interface ExplainedRecord {
  readonly externalId: string
  readonly action: string
  readonly payload: Payload | null
  readonly planhat: RemoteRecord | null
  readonly changes: readonly FieldChange[]
}

const MAX_SHOWN = 90

/** PURE. Without numbers and without what was said in the call: those are shown by their length. */
export function maskExplanation(explanation: Explanation): Explanation {
  return maskFields(hideTexts(explanation, '')) as Explanation
}

/** What is said in a call, or of it: transcript, notes, insights, and the description that has all of them. */
const TEXT_KEYS = /^(?:description|text|content|body|comments|notes|summary|actionItems|topics|sentiment)$/
const CUSTOM = /^custom(?:\.|$)/

function hideTexts(value: unknown, key: string): unknown {
  if (typeof value === 'string') return TEXT_KEYS.test(key) ? lengthOf(value) : value
  if (Array.isArray(value)) return value.map((item) => hideTexts(item, key))
  if (value === null || typeof value !== 'object') return value
  if (CUSTOM.test(key)) return hideCustom(value)
  const entries = Object.entries(value)
  // Of a change, the name of the field says what stands before and after.
  const field = String((value as Readonly<Record<string, unknown>>)['field'] ?? '')
  return Object.fromEntries(
    entries.map(([name, one]) => {
      if (name !== 'before' && name !== 'after') return [name, hideTexts(one, name)]
      return [name, CUSTOM.test(field) ? hideCustom(one) : hideTexts(one, field)]
    }),
  )
}

/**
 * A custom field may be given any source, notes and summaries included: only a
 * single word, a link or a number is none.
 */
function hideCustom(value: unknown): unknown {
  if (typeof value === 'string') return /\s/.test(value) ? lengthOf(value) : value
  if (Array.isArray(value)) return value.map(hideCustom)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hideCustom(one)]))
}

function lengthOf(text: string): string {
  return `(${text.length} characters)`
}

/** PURE. The explanation for people; long texts by their length only. */
export function formatExplanation(explanation: Explanation, timezone = 'UTC'): string {
  const { call, match, transcript, chain, insights, records } = explanation
  const asked =
    transcript.askedAt === null
      ? ''
      : `, last asked ${formatInZone(Date.parse(transcript.askedAt), timezone)}`
  const lines = [
    `Call ${call.id}: ${call.direction}, started ${formatInZone(call.startedAt * 1000, timezone)}`,
    `  agent       ${call.agent?.name ?? call.agent?.email ?? 'nobody took it'}`,
    `  line        ${call.line?.name ?? 'unknown'}${call.line?.country ? ` (${call.line.country})` : ''}`,
    `  raw number  ${call.rawDigits ?? 'none'}`,
    `  number      ${match.number ?? 'none'}`,
    '',
    `Decision: ${BUCKET_WORDS[match.kind].label}. ${match.because}`,
    ...goesTo(match),
    ...match.steps.map((step) => `  ${step}`),
    ...candidatesOf(match).map((candidate) => `  candidate   ${candidate}`),
    '',
    `Transcript: ${transcript.state}${asked}. ${transcript.because}`,
    ...contentOf(call, chain),
    ...Object.entries(insights).map(([name, { state, because }]) => `Insight ${name}: ${state}. ${because}`),
    '',
    records.length === 0 ? 'Records: none would be written.' : 'Records:',
    ...records.flatMap(formatRecord),
  ]
  return lines.join('\n')
}

function contentOf({ comments }: Call, { earlier, later }: Explanation['chain']): string[] {
  return [
    ...(comments.length === 0 ? [] : [`Notes: ${comments.length}, in the record of the call.`]),
    ...(earlier === null ? [] : [`Continues call ${earlier}.`]),
    ...(later === null ? [] : [`Continued by call ${later}.`]),
  ]
}

/** Where the record hangs: also of a call that a reviewer settled, whose number says something else. */
function goesTo(match: Match): string[] {
  if (match.kind !== 'matched' && match.kind !== 'shared-line') return []
  const { companyId, companyName, via } = match
  const company = companyName === null ? companyId : `${companyName} (${companyId})`
  const people =
    match.kind === 'matched' ? match.endUsers.map(({ name, email, id }) => name ?? email ?? id) : []
  return [
    `  company     ${company}`,
    ...(people.length === 0 ? [] : [`  End User    ${people.join(', ')}`]),
    ...(via === 'review' ? ['  settled by a reviewer; what its number alone would give:'] : []),
  ]
}

function candidatesOf(match: Match): string[] {
  if (!('candidates' in match)) return []
  return match.candidates.map(({ endUser, field, tier }) => {
    const name = endUser.name ?? endUser.email ?? endUser.id
    return `${name}, ${endUser.companyName ?? endUser.companyId}, in ${sayWhere({ field, tier })}`
  })
}

function formatRecord({ externalId, action, payload, planhat, changes }: ExplainedRecord): string[] {
  const held = planhat === null ? 'not in Planhat' : `Planhat has it as ${planhat._id}`
  return [
    `  ${externalId}: ${action}, ${held}`,
    ...formatFields('the call as a record', payload),
    ...formatFields('what Planhat has', planhat),
    ...(changes.length === 0 ? [] : ['    what a write would change', ...changes.map(formatChange)]),
  ]
}

function formatFields(title: string, fields: object | null): string[] {
  const shown = Object.entries(fields ?? {}).filter(([name, value]) => name !== '_id' && !isEmpty(value))
  return shown.length === 0
    ? []
    : [`    ${title}`, ...shown.map(([name, value]) => `      ${name}: ${show(value)}`)]
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function formatChange({ field, before, after }: FieldChange): string {
  return `      ${field}: ${show(before)} -> ${show(after)}`
}

function show(value: unknown): string {
  if (value === undefined || value === null) return '(nothing)'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MAX_SHOWN ? lengthOf(text) : text
}
