import type { Agent, Call, Comment, Line, Participant } from '../domain.ts'
import { RecordError } from '../errors.ts'
import { callSchema, describeIssues, idSchema } from './schema.ts'

type RawCall = ReturnType<typeof callSchema.parse>

export type CallReading =
  | { readonly ok: true; readonly call: Call }
  /** `problem` names the path, never the value. */
  | { readonly ok: false; readonly id: string | null; readonly problem: string }

/** `readCall` for where nothing but a call will do. PURE. @throws RecordError that names the path. */
export function parseCall(raw: unknown): Call {
  const reading = readCall(raw)
  if (reading.ok) return reading.call
  throw new RecordError('CALL_SHAPE', `Aircall call ${reading.id ?? 'without an id'}: ${reading.problem}`)
}

/** One call of a list or of `GET /v1/calls/:id`: strict on what is used, loose on the rest. PURE. */
export function readCall(raw: unknown): CallReading {
  const parsed = callSchema.safeParse(raw)
  if (parsed.success) return { ok: true, call: toCall(parsed.data) }
  return { ok: false, id: idOf(raw), problem: describeIssues(parsed.error) }
}

function toCall(call: RawCall): Call {
  return {
    id: call.id,
    direction: call.direction,
    status: call.status,
    startedAt: call.started_at,
    answeredAt: call.answered_at ?? null,
    endedAt: call.ended_at ?? null,
    missedReason: orNull(call.missed_call_reason),
    rawDigits: orNull(call.raw_digits),
    hasVoicemail: orNull(call.voicemail) !== null || isVoicemailPage(call.asset),
    asset: orNull(call.asset),
    agent: call.user ? toAgent(call.user) : null,
    line: call.number ? toLine(call.number) : null,
    participants: (call.participants ?? call.conference_participants ?? []).map(toParticipant),
    tags: tagNames(call.tags),
    comments: toComments(call.comments),
    teams: (call.teams ?? []).map((team) => orNull(team.name)).filter((name) => name !== null),
    transferredBy: call.transferred_by ? toAgent(call.transferred_by) : null,
    transferredTo: call.transferred_to ? toAgent(call.transferred_to) : null,
  }
}

/** The id of something that should be a call, for reports. */
function idOf(raw: unknown): string | null {
  const id = typeof raw === 'object' && raw !== null && 'id' in raw ? idSchema.safeParse(raw.id) : null
  return id?.success ? id.data : null
}

export function toAgent(user: NonNullable<RawCall['user']>): Agent {
  return { id: user.id, name: orNull(user.name), email: orNull(user.email) }
}

export function toLine(number: NonNullable<RawCall['number']>): Line {
  const country = orNull(number.country)
  return {
    id: number.id,
    name: orNull(number.name),
    digits: orNull(number.digits),
    country: country?.toUpperCase() ?? null,
  }
}

/** Empty and blank mean nothing was said. */
function orNull(value: string | number | null | undefined): string | null {
  const text = String(value ?? '').trim()
  return text === '' ? null : text
}

/** Both spellings of the stable page: `/calls/<id>/voicemail`, and the older `/voicemail/<id>`. */
function isVoicemailPage(asset: string | null | undefined): boolean {
  return /\/voicemail(\/|\?|$)/.test(asset ?? '')
}

const KINDS: Readonly<Record<string, Participant['kind']>> = {
  user: 'user',
  internal: 'user',
  contact: 'contact',
  external: 'external',
  ai_voice_agent: 'ai_voice_agent',
}

function toParticipant(raw: NonNullable<RawCall['participants']>[number]): Participant {
  const kind = KINDS[raw.type ?? raw.participant_type ?? ''] ?? 'other'
  return { kind, phoneNumber: orNull(raw.phone_number), name: orNull(raw.name) }
}

function tagNames(tags: RawCall['tags']): string[] {
  const names = (tags ?? []).map((tag) => orNull(typeof tag === 'string' ? tag : tag.name))
  return names.filter((name) => name !== null)
}

/** Oldest first, stable: Aircall promises no order. Those without words are left out. */
function toComments(raw: RawCall['comments']): Comment[] {
  const comments = (raw ?? []).flatMap((one): Comment[] => {
    const content = orNull(one.content)
    if (content === null) return []
    const author = orNull(one.posted_by?.name) ?? orNull(one.posted_by?.email)
    return [{ content, author, postedAt: one.posted_at ?? null }]
  })
  return comments.sort((a, b) => (a.postedAt ?? 0) - (b.postedAt ?? 0))
}
