import type { TranscriptState } from '../../content.ts'
import type { Call, Match } from '../../domain.ts'
import type { FieldChange, HeldRecord, Payload } from '../../records.ts'
import { maskNumbers } from '../live/mask.ts'
import { BUCKET_WORDS } from './bucket-words.ts'

/** docs/contract.md section 5, `explain`. */
export interface Explanation {
  readonly call: Call
  readonly match: Match & { readonly steps: readonly string[] }
  readonly transcript: { readonly state: TranscriptState; readonly askedAt: string | null }
  readonly records: readonly ExplainedRecord[]
}

export interface ExplainedRecord {
  readonly externalId: string
  readonly action: string
  readonly payload: Payload | null
  readonly planhat: HeldRecord | null
  readonly changes: readonly FieldChange[]
}

const MAX_SHOWN = 70

/** PURE. The explanation for people; numbers masked unless revealed, long texts only by their length. */
export function formatExplanation(explanation: Explanation, o: { reveal: boolean }): string {
  const { call, match, transcript, records } = explanation
  const lines = [
    `Call ${call.id}: ${call.direction}, started ${new Date(call.startedAt * 1000).toISOString()}`,
    `  agent       ${call.agent?.name ?? call.agent?.email ?? 'nobody took it'}`,
    `  line        ${call.line?.name ?? 'unknown'}${call.line?.country ? ` (${call.line.country})` : ''}`,
    `  raw number  ${call.rawDigits ?? 'none'}`,
    `  number      ${match.number ?? 'none'}`,
    '',
    `Decision: ${BUCKET_WORDS[match.kind].label}. ${match.because}`,
    ...match.steps.map((step) => `  ${step}`),
    ...candidatesOf(match).map((candidate) => `  candidate   ${candidate}`),
    '',
    `Transcript: ${transcript.state}${transcript.askedAt === null ? '' : `, last asked ${transcript.askedAt}`}`,
    '',
    records.length === 0 ? 'Records: none would be written.' : 'Records:',
    ...records.flatMap(formatRecord),
  ]
  const text = lines.join('\n')
  return o.reveal ? text : maskNumbers(text)
}

function candidatesOf(match: Match): string[] {
  if (!('candidates' in match)) return []
  return match.candidates.map(({ endUser, field, tier }) => {
    const name = endUser.name ?? endUser.email ?? endUser.id
    return `${name}, ${endUser.companyName ?? endUser.companyId} (${field}, tier ${tier})`
  })
}

function formatRecord({ externalId, action, planhat, changes }: ExplainedRecord): string[] {
  const held = planhat === null ? 'not in Planhat' : `Planhat holds ${planhat._id}`
  return [`  ${externalId}: ${action}, ${held}`, ...changes.map(formatChange)]
}

function formatChange({ field, before, after }: FieldChange): string {
  return `    ${field}: ${show(before)} -> ${show(after)}`
}

function show(value: unknown): string {
  if (value === undefined || value === null) return '(nothing)'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MAX_SHOWN ? `(${text.length} characters)` : text
}
