import type { Content } from '../content.ts'
import type { ConversationSettings } from '../content-settings.ts'
import type { Call, Match, PlanhatUser } from '../domain.ts'
import type { DesiredRecord, Payload, RecordKind } from '../records.ts'
import { customOf, type FieldKinds } from './custom.ts'
import { describeCall } from './describe.ts'
import { endUsersOf, usersOf, whoIs } from './people.ts'
import { transcriptBlock, transcriptLead } from './transcript-html.ts'
import { withWellFormedTexts } from './well-formed.ts'

/** All that decides what is written for one call. `users` is keyed by lower-case e-mail. */
export interface RecordInput {
  readonly content: Content
  readonly match: Match & { kind: 'matched' | 'shared-line' }
  readonly users: ReadonlyMap<string, PlanhatUser>
  readonly settings: ConversationSettings
  /** Planhat's custom fields, as far as they were read. */
  readonly kinds?: FieldKinds
}

/**
 * The Conversations that should exist for one matched call (docs/contract.md section 6): the `call` record, and a
 * `transcript` record when there is text. In `merged` mode one record whose description carries both.
 */
export function buildRecords(o: RecordInput): DesiredRecord[] {
  const { call, transcript: stored } = o.content
  const transcript = stored !== null && stored.utterances.length > 0 ? stored : null
  const block =
    transcript === null
      ? ''
      : transcriptBlock(transcript, { maxChars: o.settings.maxTranscriptChars, link: call.asset })
  const merged = o.settings.records === 'merged'
  const record: DesiredRecord = {
    callId: call.id,
    record: 'call',
    payload: payloadOf(o, {
      record: 'call',
      description: describeCall(o.content, o.settings.content) + (merged ? block : ''),
    }),
    hasTranscript: merged && transcript !== null,
  }
  if (merged || transcript === null) return [record]
  const description = transcriptLead(call, transcript) + block
  const payload = payloadOf(o, { record: 'transcript', description })
  return [record, { callId: call.id, record: 'transcript', payload, hasTranscript: true }]
}

/** The external id of a record of this call, from the configured template. */
export function externalIdOf(callId: string, record: RecordKind, settings: ConversationSettings): string {
  return settings.externalId[record].replaceAll('{callId}', () => callId)
}

/** The record's date: when the call ended, else when it began; ISO 8601 UTC with milliseconds. */
export function dateOf(call: Call): string {
  return new Date((call.endedAt ?? call.startedAt) * 1000).toISOString()
}

function payloadOf(o: RecordInput, r: { record: RecordKind; description: string }): Payload {
  const endusers = endUsersOf(o.match)
  const contactId = endusers[0]?.id
  const { call } = o.content
  const custom = customOf(o.content, o.settings, o.kinds)
  // In the order of their names: what is digested needs no sorting (digest.ts). Only well-formed text leaves.
  return withWellFormedTexts({
    companyId: o.match.companyId,
    ...(contactId === undefined ? {} : { contactId }),
    ...(custom === undefined ? {} : { custom }),
    date: dateOf(call),
    description: r.description,
    endusers,
    externalId: externalIdOf(call.id, r.record, o.settings),
    subject: subjectOf(o, r.record),
    type: o.settings.type,
    users: usersOf(call, o),
  })
}

function subjectOf(o: RecordInput, record: RecordKind): string {
  const { subjects } = o.settings
  const inbound = o.content.call.direction === 'inbound'
  const ofCall = inbound ? subjects.inboundCall : subjects.outboundCall
  const ofTranscript = inbound ? subjects.inboundTranscript : subjects.outboundTranscript
  // A function as replacement: a name may hold `$&`.
  return (record === 'call' ? ofCall : ofTranscript).replaceAll('{who}', () => whoIs(o.match))
}
