/** Values for tests of logic: full defaults, overridden one by one. Everybody here is made up. */

import type { Transcript } from '../../src/content.ts'
import { type Content, NO_CHAIN, NO_INSIGHTS } from '../../src/content.ts'
import { buildRecords } from '../../src/conversation/payload.ts'
import { defaultConversationSettings } from '../../src/conversation/settings.ts'
import type { Call, EndUser, Match, PlanhatUser } from '../../src/domain.ts'
import type { DesiredRecord, LedgerEntry, RemoteRecord } from '../../src/records.ts'

export type Matched = Match & { kind: 'matched' }
export type SharedLine = Match & { kind: 'shared-line' }

/** 2026-06-01T10:00:00Z in UNIX seconds. */
export const JUNE_FIRST = Date.UTC(2026, 5, 1, 10) / 1000

/** An inbound call, answered by Ana Cruz after 8 s, 4 min 12 s of talk, recorded. */
export function aCall(overrides: Partial<Call> = {}): Call {
  return {
    id: '3000000001',
    direction: 'inbound',
    status: 'done',
    startedAt: JUNE_FIRST,
    answeredAt: JUNE_FIRST + 8,
    endedAt: JUNE_FIRST + 260,
    missedReason: null,
    rawDigits: '+1 202-555-0134',
    hasVoicemail: false,
    asset: 'https://assets.aircall.io/calls/3000000001/recording',
    agent: { id: '456', name: 'Ana Cruz', email: 'ana.cruz@example.com' },
    line: { id: '1234', name: 'Support', digits: '+1 202-555-0100', country: 'US' },
    participants: [],
    tags: [],
    comments: [],
    teams: [],
    transferredBy: null,
    transferredTo: null,
    ...overrides,
  }
}

/** An inbound call that nobody took. */
export function aMissedCall(overrides: Partial<Call> = {}): Call {
  return aCall({
    answeredAt: null,
    endedAt: JUNE_FIRST + 30,
    missedReason: 'no_available_agent',
    agent: null,
    asset: null,
    ...overrides,
  })
}

/** What is known of `aCall()`: no transcript, no insights, no other call. */
export function aContent(overrides: Partial<Content> = {}): Content {
  return { call: aCall(), transcript: null, insights: NO_INSIGHTS, chain: NO_CHAIN, ...overrides }
}

export function anEndUser(overrides: Partial<EndUser> = {}): EndUser {
  return {
    id: 'eu-1',
    name: 'Jane Doe',
    email: 'jane.doe@acme.example',
    companyId: 'co-1',
    companyName: 'Acme',
    country: 'US',
    archived: false,
    phones: [{ field: 'phone', raw: '+1 202-555-0134' }],
    ...overrides,
  }
}

export function aTranscript(overrides: Partial<Transcript> = {}): Transcript {
  return {
    callId: '3000000001',
    type: 'call',
    language: 'en',
    utterances: [
      { startSeconds: 0, text: 'Hello, how can I help?', speaker: 'internal', phoneNumber: null },
      { startSeconds: 4, text: 'We cannot log in.', speaker: 'external', phoneNumber: '+12025550134' },
    ],
    ...overrides,
  }
}

export function aMatch(overrides: Partial<Matched> = {}): Matched {
  const { phones: _phones, ...endUser } = anEndUser()
  return {
    kind: 'matched',
    number: '+12025550134',
    because: 'The number is the phone of Jane Doe.',
    companyId: 'co-1',
    companyName: 'Acme',
    endUsers: [endUser],
    field: 'phone',
    tier: 1,
    via: 'phone',
    ...overrides,
  }
}

export function aSharedLine(overrides: Partial<SharedLine> = {}): SharedLine {
  return {
    kind: 'shared-line',
    number: '+12025550134',
    because: 'Two End Users of Acme share the number.',
    companyId: 'co-1',
    companyName: 'Acme',
    candidates: [],
    field: 'phone',
    tier: 1,
    via: 'phone',
    ...overrides,
  }
}

/** Planhat's users by lower-case e-mail: Ana Cruz is one of them. */
export function planhatUsers(...users: readonly PlanhatUser[]): ReadonlyMap<string, PlanhatUser> {
  const list = users.length > 0 ? users : [{ id: 'us-1', email: 'Ana.Cruz@example.com', name: 'Ana Cruz' }]
  return new Map(list.map((user) => [(user.email ?? '').toLowerCase(), user]))
}

/** The `call` record of `aCall()` matched by `aMatch()`; `payload` overrides single fields. */
export function aDesired(
  overrides: Partial<Omit<DesiredRecord, 'payload'>> & { payload?: Partial<DesiredRecord['payload']> } = {},
): DesiredRecord {
  const record = overrides.record ?? 'call'
  const built = buildRecords({
    content: aContent({ transcript: aTranscript() }),
    match: aMatch(),
    users: planhatUsers(),
    settings: defaultConversationSettings,
  }).find((one) => one.record === record)
  if (built === undefined) throw new Error(`no ${record} record was built`)
  return { ...built, ...overrides, payload: { ...built.payload, ...overrides.payload } }
}

/** What Planhat holds after `desired` was written as it is. */
export function aRemote(
  overrides: Partial<RemoteRecord> = {},
  desired: DesiredRecord = aDesired(),
): RemoteRecord {
  const { custom, ...fields } = desired.payload
  return {
    _id: 'cv-1',
    ...fields,
    custom: custom ?? {},
    createDate: '2026-06-01T10:05:00.000Z',
    ...overrides,
  }
}

/** What the live automation posts on `call.created` (reference: its records are known by their constants). */
export function anAutomationRecord(overrides: Partial<RemoteRecord> = {}): RemoteRecord {
  return {
    _id: 'cv-auto',
    externalId: '3000000001-cold call',
    companyId: 'co-1',
    type: 'Cold Call',
    subject: 'Aircall \u2014 inbound call from jane.doe@acme.example',
    description: 'Call attempt logged.',
    date: '1970-01-21T14:45:00.000Z',
    endusers: [{ email: 'jane.doe@acme.example' }],
    users: [],
    custom: {},
    createDate: '2026-06-01T10:00:01.000Z',
    ...overrides,
  }
}

export function aLedgerEntry(
  overrides: Partial<LedgerEntry> = {},
  desired: DesiredRecord = aDesired(),
): LedgerEntry {
  return {
    externalId: desired.payload.externalId,
    callId: desired.callId,
    record: desired.record,
    planhatId: 'cv-1',
    companyId: desired.payload.companyId,
    payload: desired.payload,
    runId: '20260601-120000-ab12',
    writtenAtMs: (JUNE_FIRST + 7200) * 1000,
    ...overrides,
  }
}
