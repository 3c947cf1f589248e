/**
 * The live automation as it ran before this tool came: its records in Planhat, with the defects of
 * docs/reference/automation.md section 8 (named in the comments), so that a reconcile has something to heal.
 */
import type { AircallState } from './aircall/state.ts'
import type { RawCall, RawTranscription } from './aircall/types.ts'
import type { Body, ShapeContext } from './planhat/shape.ts'
import type { RawEndUser } from './planhat/types.ts'
import { createConversation } from './planhat/write.ts'
import { createRandom, hashParts, STREAM } from './world/random.ts'

/** The recipe's hard-coded number (M1). */
export const FALLBACK_NUMBER = '4135678707'
const LOST_SHARE = 0.05
const REPEATED_SHARE = 0.02
const PLACEHOLDER_SHARE = 0.15

export interface AutomationOptions {
  readonly aircall: AircallState
  readonly context: ShapeContext
  readonly seed: number
  /** The share of ended calls that the automation saw. */
  readonly share: number
  /** U+2013 by default; live subjects may have another dash. */
  readonly dash: string
}

/** What the automation did with one call, for tests that count its traces. */
export interface AutomationTrace {
  readonly callId: string
  readonly companyId: string | null
  readonly wrote: readonly string[]
  readonly lost: boolean
}

/** Digits only, and one leading 1 away (M3). */
function normalise(text: unknown): string {
  return String(text ?? '')
    .replaceAll(/\D/g, '')
    .replace(/^1/, '')
}

/** The first End User in list order has the number (M4). */
function indexNumbers(endUsers: Iterable<RawEndUser>): Map<string, RawEndUser> {
  const index = new Map<string, RawEndUser>()
  for (const person of endUsers) {
    if (person.archived) continue
    for (const text of [person.phone, person.custom['Phone 2']]) {
      const digits = normalise(text)
      if (digits !== '' && !index.has(digits)) index.set(digits, person)
    }
  }
  return index
}

function subjectOf(call: RawCall, who: string, record: 'call' | 'transcript', dash: string): string {
  if (record === 'call') {
    return call.direction === 'inbound'
      ? `Aircall ${dash} inbound call from ${who}`
      : `Aircall ${dash} call made to ${who}`
  }
  return call.direction === 'inbound'
    ? `Aircall ${dash} inbound call transcript from ${who}`
    : `Aircall ${dash} outbound call transcript with ${who}`
}

/** The fields of both records that come from the match: e-mail only (M11), none without an e-mail (M9). */
function partiesOf(call: RawCall, person: RawEndUser, o: { withUser: boolean }): Body {
  return {
    type: 'Cold Call',
    companyId: person.companyId,
    contactId: person._id,
    endusers: person.email ? [{ email: person.email }] : [],
    users: o.withUser && call.user ? [{ email: call.user.email }] : [],
  }
}

/** Written before the call has an outcome (C1), without recording (C2), agent (C4), and with a UNIX date (C3). */
function callRecord(call: RawCall, person: RawEndUser, dash: string): Body {
  const who = person.email ?? call.raw_digits ?? 'Unknown'
  return {
    ...partiesOf(call, person, { withUser: call.direction === 'outbound' }),
    externalId: `${call.id}-cold call`,
    subject: subjectOf(call, who, 'call', dash),
    description: 'Call attempt logged.',
    date: String(call.started_at),
  }
}

/** Unescaped text (T5) with white space around the blocks (T10). */
function bodyOf(transcription: RawTranscription): string {
  const said = transcription.content.utterances.map((one) => {
    const speaker = one.participant_type === 'internal' ? 'Agent' : (one.phone_number ?? 'External')
    return `  <p><strong>${speaker}:</strong> ${one.text}</p>`
  })
  return `\n  <p>Call was answered.</p>\n  <p><strong>Transcript:</strong></p>\n${said.join('\n')}\n`
}

function transcriptRecord(
  call: RawCall,
  person: RawEndUser,
  text: RawTranscription | null,
  dash: string,
): Body {
  const who = person.email ?? call.raw_digits ?? 'Unknown'
  const parties = partiesOf(call, person, { withUser: true })
  const date = new Date((call.ended_at ?? call.started_at) * 1000).toISOString()
  if (!text) {
    // A placeholder that nothing ever replaces (T1), with a link that dies in an hour (T3).
    const placeholder = { subject: `Aircall ${dash} call`, description: 'Transcript not available yet.' }
    const custom = call.recording ? { 'Call Recording': call.recording } : {}
    return { ...parties, ...placeholder, externalId: `${call.id}-notranscript`, date, custom }
  }
  const link = call.asset ?? call.recording
  return {
    ...parties,
    externalId: `${call.id}-transcript`,
    subject: subjectOf(call, who, 'transcript', dash),
    description: bodyOf(text),
    date,
    custom: link ? { 'Call Recording': link } : {},
  }
}

interface Plan {
  readonly call: RawCall
  readonly random: () => number
  readonly index: Map<string, RawEndUser>
}

/** The bodies that the automation would POST for one ended call. */
function recordsOf(plan: Plan, o: AutomationOptions): { bodies: Body[]; companyId: string | null } {
  const { call, random, index } = plan
  const direct = index.get(normalise(call.raw_digits)) ?? null
  // The call branch has the fallback number, the transcript branch has not (M6).
  const person = direct ?? index.get(FALLBACK_NUMBER) ?? null
  if (!person) return { bodies: [], companyId: null }
  const bodies = [callRecord(call, person, o.dash)]
  if (random() < REPEATED_SHARE) bodies.push(callRecord(call, person, o.dash))
  const text = o.aircall.transcript(call.id)
  if (direct && text.kind === 'ready') {
    const isLate = random() < PLACEHOLDER_SHARE
    bodies.push(transcriptRecord(call, direct, isLate ? null : text.transcription, o.dash))
  }
  return { bodies, companyId: person.companyId }
}

/** Runs the automation over every ended call; delivery at least once gives some records twice (W1). */
export function runAutomation(o: AutomationOptions): AutomationTrace[] {
  const index = indexNumbers(o.context.state.endUsers.values())
  const traces: AutomationTrace[] = []
  let count = 0
  for (const call of o.aircall.calls()) {
    count += 1
    const random = createRandom(hashParts(o.seed, STREAM.automation, count))
    if (call.ended_at === null || random() >= o.share) continue
    // Webhooks that were lost while the automation was off (W2).
    const lost = random() < LOST_SHARE
    const { bodies, companyId } = lost
      ? { bodies: [], companyId: null }
      : recordsOf({ call, random, index }, o)
    const nowMs = (call.ended_at + 60) * 1000
    const switches = { ...o.context.switches, postDuplicate: 'duplicate' as const }
    const written = bodies.map((body) => createConversation(body, { ...o.context, switches, nowMs }))
    const wrote = written.flatMap((one) => (one.kind === 'created' ? [one.record.externalId ?? ''] : []))
    traces.push({ callId: String(call.id), companyId, wrote, lost })
  }
  return traces
}

/** Lets a person have the recipe's fallback number, as a tenant that followed the recipe has one. */
export function addFallbackContact(people: Map<string, RawEndUser>): RawEndUser | null {
  const [model] = people.values()
  if (!model) return null
  const _id = `${model._id.slice(0, -6)}ffffff`
  const { externalId: _left, ...rest } = model
  const person: RawEndUser = {
    ...rest,
    _id,
    name: 'Default Contact',
    firstName: 'Default',
    lastName: 'Contact',
    email: 'default.contact@brightline.example',
    phone: '+1 413-567-8707',
    custom: {},
  }
  people.set(_id, person)
  return person
}
