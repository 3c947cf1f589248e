/**
 * What docs/contract.md section 6 says Planhat must hold, worked out from the made-up world alone. It shares no code
 * with the program: a mistake in the one is not hidden by the same mistake in the other.
 */
import type { RawCall, RawTranscription } from '../../src/sandbox/aircall/types.ts'
import type { RawConversation, RawEndUser } from '../../src/sandbox/planhat/types.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'

export interface Expected {
  readonly externalId: string
  readonly type: string
  readonly subject: string
  /** Exact for a transcript; for a call what has to be said, as the contract leaves the wording free. */
  readonly description: string | readonly RegExp[]
  readonly date: string
  readonly companyId: string
  readonly contactId: string | undefined
  readonly endusers: readonly object[]
  readonly users: readonly object[]
  readonly custom: Readonly<Record<string, unknown>>
}

/** Every record of the calls that began in `[since, until)`, by external id. */
export function expectedRecords(
  sandbox: Sandbox,
  range: { since: number; until: number },
): Map<string, Expected> {
  const expected = new Map<string, Expected>()
  for (const call of sandbox.aircall.calls()) {
    if (call.started_at < range.since || call.started_at >= range.until) continue
    for (const record of recordsOf(sandbox, call)) expected.set(record.externalId, record)
  }
  return expected
}

function recordsOf(sandbox: Sandbox, call: RawCall): Expected[] {
  const { bucket, companyId } = sandbox.truth(call.id)
  if (companyId === undefined || (bucket !== 'matched' && bucket !== 'shared-line')) return []
  const people = bucket === 'matched' ? peopleOf(sandbox, call) : []
  const who = people[0]?.email ?? people[0]?.name ?? digitsOf(call)
  const inbound = call.direction === 'inbound'
  const common = {
    type: 'Cold Call',
    date: new Date((call.ended_at ?? call.started_at) * 1000).toISOString(),
    companyId,
    contactId: people[0]?._id,
    endusers: people.map(({ _id, name, email }) => ({ id: _id, name, ...(email && { email }) })),
    users: agentsOf(sandbox, call),
    custom: call.asset === null ? {} : { 'Call Recording': call.asset },
  }
  const callRecord: Expected = {
    ...common,
    externalId: `${call.id}-cold call`,
    subject: inbound ? `Aircall \u2013 inbound call from ${who}` : `Aircall \u2013 call made to ${who}`,
    description: wordsOf(call),
  }
  const answer = sandbox.aircall.transcript(call.id)
  if (!canHaveTranscript(call) || answer.kind !== 'ready') return [callRecord]
  const transcript: Expected = {
    ...common,
    externalId: `${call.id}-transcript`,
    subject: inbound
      ? `Aircall \u2013 inbound call transcript from ${who}`
      : `Aircall \u2013 outbound call transcript with ${who}`,
    description: transcriptOf(call, answer.transcription),
  }
  return [callRecord, transcript]
}

/** The End User of the deciding number, then further external parties of a conference that work there too. */
function peopleOf(sandbox: Sandbox, call: RawCall): RawEndUser[] {
  const { endUserId, companyId } = sandbox.truth(call.id)
  const parties = (call['conference_participants'] ?? []) as { type: string; phone_number?: string }[]
  const others = parties
    .filter(({ type }) => type === 'external')
    .map(({ phone_number: number }) =>
      sandbox.world.callers.known.find(({ e164 }) => e164 === digitsIn(number ?? '')),
    )
    .filter((caller) => caller?.truth.companyId === companyId && caller?.truth.endUserId !== endUserId)
    .map((caller) => caller?.truth.endUserId)
  return [...new Set([endUserId, ...others])]
    .map((id) => sandbox.planhat.endUsers.get(id ?? ''))
    .filter((one) => one !== undefined)
}

/** Whom the call names, whether they took it or it rang at them in vain. */
function agentsOf(sandbox: Sandbox, call: RawCall): object[] {
  if (call.user === null) return []
  const { name, email } = call.user
  const known = [...sandbox.planhat.users.values()].find(
    (user) => user.email.toLowerCase() === email.toLowerCase(),
  )
  return [{ ...(known && { id: known._id }), name, email }]
}

function wordsOf(call: RawCall): RegExp[] {
  const agent = call.user === null ? [] : [escaped(call.user.name)]
  if (call.answered_at !== null && call.ended_at !== null) {
    const talk = call.ended_at - call.answered_at
    const time = new RegExp(`\\b${talk < 60 ? `${talk} s` : `${Math.floor(talk / 60) % 60} min`}`)
    return [/^<p>/, /\banswered\b/i, time, ...agent]
  }
  if (call.voicemail !== null) return [/^<p>/, /voicemail/i, ...agent]
  return [/^<p>/, /missed|not answered/i, ...agent, ...(REASONS[call.missed_call_reason ?? ''] ?? [])]
}

const REASONS: Readonly<Record<string, readonly RegExp[]>> = {
  out_of_opening_hours: [/opening hours/i],
  short_abandoned: [/hung up/i],
  abandoned_in_ivr: [/menu|ivr/i],
  abandoned_in_classic: [/hung up/i],
  no_available_agent: [/no agent was available/i],
  agents_did_not_answer: [/no agent answered|did not answer/i],
}

function canHaveTranscript(call: RawCall): boolean {
  if (call.answered_at === null) return call.voicemail !== null
  return (call.ended_at ?? 0) - call.answered_at >= 5
}

function transcriptOf(call: RawCall, { type, content }: RawTranscription): string {
  const voicemail = type === 'voicemail' || call.answered_at === null
  const lines = [...content.utterances]
    .sort((a, b) => a.start_time - b.start_time)
    .map((said) => {
      const speakers = {
        internal: 'Agent',
        ai_voice_agent: 'AI agent',
        external: said.phone_number ?? 'External',
      }
      return `<p><strong>${speakers[said.participant_type]}:</strong> ${escapeText(said.text)}</p>`
    })
  const lead = voicemail ? '<p>Voicemail was left.</p>' : '<p>Call was answered.</p>'
  return [lead, '<p><strong>Transcript:</strong></p>', ...lines].join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}

function escaped(text: string): RegExp {
  return new RegExp(escapeText(text).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
}

function digitsOf(call: RawCall): string {
  return digitsIn(call.raw_digits ?? '')
}

function digitsIn(text: string): string {
  return `+${text.replaceAll(/\D/g, '')}`
}

/** What differs between a stored Conversation and what is expected, field by field; empty when nothing does. */
export function differences(remote: RawConversation, expected: Expected): string[] {
  const { description, ...exact } = expected
  const found = Object.entries(exact)
    .filter(([field, value]) => JSON.stringify(sorted(remote[field])) !== JSON.stringify(sorted(value)))
    .map(([field, value]) => `${field}: ${JSON.stringify(remote[field])} is not ${JSON.stringify(value)}`)
  const said = remote.description ?? ''
  if (typeof description === 'string') {
    const fold = (text: string) => text.replace(/\s+/g, ' ').replace(/> /g, '>').replace(/ </g, '<').trim()
    if (fold(said) !== fold(description)) found.push(`description: ${said} is not ${description}`)
  } else {
    for (const words of description) if (!words.test(said)) found.push(`description: ${said} lacks ${words}`)
  }
  return found.map((text) => `${expected.externalId}: ${text.slice(0, 600)}`)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
