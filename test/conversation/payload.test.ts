import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Content } from '../../src/content.ts'
import { buildRecords, type RecordInput } from '../../src/conversation/payload.ts'
import { defaultConversationSettings } from '../../src/conversation/settings.ts'
import {
  aCall,
  aContent,
  aMatch,
  aMissedCall,
  anEndUser,
  aSharedLine,
  aTranscript,
  planhatUsers,
} from '../support/builders.ts'

/** Parts of the content by their own names. */
function build({
  call,
  transcript,
  ...overrides
}: Partial<RecordInput & Pick<Content, 'call' | 'transcript'>> = {}) {
  return buildRecords({
    content: aContent({ call: call ?? aCall(), transcript: transcript ?? null }),
    match: aMatch(),
    users: planhatUsers(),
    settings: defaultConversationSettings,
    ...overrides,
  })
}

function settingsWith(overrides: Partial<typeof defaultConversationSettings>) {
  return { ...defaultConversationSettings, ...overrides }
}

const outbound = { direction: 'outbound' } as const

describe('what leaves', () => {
  const wild = fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((codes) => String.fromCharCode(...codes))

  it('is well-formed text in every field, and the same the second time', () => {
    fc.assert(
      fc.property(wild, (text) => {
        const call = aCall({
          tags: [text],
          line: { id: '1', name: text, digits: null, country: null },
          agent: { id: '1', name: text, email: text },
          asset: text,
        })
        const utterances = [{ startSeconds: 0, text, speaker: 'external' as const, phoneNumber: text }]
        const match = aMatch({ endUsers: [anEndUser({ name: text, email: text })], number: text })
        const input = { call, transcript: aTranscript({ utterances }), match }
        const said = JSON.stringify(build(input))
        expect(said).not.toMatch(/\\ud[89a-f]|\\u00[01][0-9a-f]|[\u007f-\u009f]/)
        expect(JSON.stringify(build(input))).toBe(said)
      }),
    )
  })
})

describe('buildRecords', () => {
  it('writes the call record exactly as the contract says', () => {
    expect(build()).toEqual([
      {
        callId: '3000000001',
        record: 'call',
        hasTranscript: false,
        payload: {
          externalId: '3000000001-cold call',
          type: 'Cold Call',
          subject: 'Aircall \u2013 inbound call from jane.doe@acme.example',
          description:
            '<p>Inbound call answered by Ana Cruz. Talk time 4 min 12 s.</p><p>Aircall line: Support</p>',
          date: '2026-06-01T10:04:20.000Z',
          companyId: 'co-1',
          contactId: 'eu-1',
          endusers: [{ id: 'eu-1', name: 'Jane Doe', email: 'jane.doe@acme.example' }],
          users: [{ id: 'us-1', name: 'Ana Cruz', email: 'ana.cruz@example.com' }],
          custom: { 'Call Recording': 'https://assets.aircall.io/calls/3000000001/recording' },
        },
      },
    ])
  })

  it('adds a transcript record beside it when there is text', () => {
    const [call, transcript] = build({ transcript: aTranscript() })
    expect(transcript).toEqual({
      callId: '3000000001',
      record: 'transcript',
      hasTranscript: true,
      payload: {
        ...call?.payload,
        externalId: '3000000001-transcript',
        subject: 'Aircall \u2013 inbound call transcript from jane.doe@acme.example',
        description:
          '<p>Call was answered.</p><p><strong>Transcript:</strong></p>' +
          '<p><strong>Agent:</strong> Hello, how can I help?</p>' +
          '<p><strong>+12025550134:</strong> We cannot log in.</p>',
      },
    })
  })

  it('writes no transcript record for a transcript without utterances', () => {
    expect(build({ transcript: aTranscript({ utterances: [] }) }).map((one) => one.record)).toEqual(['call'])
  })

  it.each([
    ['inbound', 'Aircall \u2013 inbound call from ', 'Aircall \u2013 inbound call transcript from '],
    ['outbound', 'Aircall \u2013 call made to ', 'Aircall \u2013 outbound call transcript with '],
  ] as const)('words the subjects of an %s call', (direction, call, transcript) => {
    const records = build({ call: aCall({ direction }), transcript: aTranscript() })
    expect(records.map((one) => one.payload.subject)).toEqual([
      `${call}jane.doe@acme.example`,
      `${transcript}jane.doe@acme.example`,
    ])
  })

  it('names the End User by e-mail, else name, else number', () => {
    const who = (email: string | null, name: string | null) =>
      build({ match: aMatch({ endUsers: [anEndUser({ email, name })] }) })[0]?.payload
    expect(who(null, 'Jane $& Doe')?.subject).toBe('Aircall \u2013 inbound call from Jane $& Doe')
    expect(who(null, null)?.subject).toBe('Aircall \u2013 inbound call from +12025550134')
    expect(who(null, null)?.endusers).toEqual([{ id: 'eu-1' }])
  })

  it('writes a shared line to the company, by number, with no End User and no contact', () => {
    const payload = build({ match: aSharedLine() })[0]?.payload
    expect(payload).toMatchObject({
      companyId: 'co-1',
      endusers: [],
      subject: 'Aircall \u2013 inbound call from +12025550134',
    })
    expect(payload).not.toHaveProperty('contactId')
  })

  it('names every End User of the match and takes the first as contact', () => {
    const payload = build({
      match: aMatch({ endUsers: [anEndUser(), anEndUser({ id: 'eu-2', name: null, email: null })] }),
    })[0]?.payload
    expect(payload?.contactId).toBe('eu-1')
    expect(payload?.endusers[1]).toEqual({ id: 'eu-2' })
  })

  it('dates a call without an end by its start', () => {
    expect(build({ call: aCall({ endedAt: null }) })[0]?.payload.date).toBe('2026-06-01T10:00:00.000Z')
  })

  it('leaves the custom fields out when there is no recording', () => {
    expect(build({ call: aCall({ asset: null }) })[0]?.payload).not.toHaveProperty('custom')
  })
})

describe('the Aircall agent', () => {
  it('has an id only when Planhat has the e-mail, compared without case', () => {
    const agent = { id: '1', name: 'Bo Li', email: 'BO.LI@example.com' }
    expect(build({ call: aCall({ agent }) })[0]?.payload.users).toEqual([
      { name: 'Bo Li', email: 'BO.LI@example.com' },
    ])
    const users = planhatUsers({ id: 'us-9', email: 'bo.li@example.com', name: 'Bo' })
    expect(build({ call: aCall({ agent }), users })[0]?.payload.users[0]?.id).toBe('us-9')
  })

  it('is mapped by the configuration, by e-mail or by name', () => {
    const users = { 'bo.li@example.com': 'us-7', 'Front Desk': 'us-8' }
    const settings = settingsWith({ users })
    const idOf = (name: string | null, email: string | null) =>
      build({ call: aCall({ agent: { id: '1', name, email } }), settings })[0]?.payload.users
    expect(idOf('Bo', 'Bo.Li@example.com')).toEqual([{ id: 'us-7', name: 'Bo', email: 'Bo.Li@example.com' }])
    expect(idOf('Front Desk', null)).toEqual([{ id: 'us-8', name: 'Front Desk' }])
    expect(idOf(null, null)).toEqual([])
  })

  it('is whom Aircall names, also at whom the call rang in vain, and nobody where it names nobody', () => {
    const { agent } = aCall()
    const anaCruz = [{ email: 'ana.cruz@example.com', id: 'us-1', name: 'Ana Cruz' }]
    expect(build({ call: aMissedCall({ agent }) })[0]?.payload.users).toEqual(anaCruz)
    expect(build({ call: aMissedCall({ agent, hasVoicemail: true }) })[0]?.payload.users).toEqual(anaCruz)
    expect(build({ call: aMissedCall() })[0]?.payload.users).toEqual([])
    expect(build({ call: aMissedCall({ agent, ...outbound }) })[0]?.payload.users).toHaveLength(1)
  })
})

describe('the configuration', () => {
  it('merges both records into one whose description carries the transcript', () => {
    const settings = settingsWith({ records: 'merged' })
    const [before] = build({ settings })
    const records = build({ settings, transcript: aTranscript() })
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({ record: 'call', hasTranscript: true })
    expect(records[0]?.payload.externalId).toBe('3000000001-cold call')
    expect(
      records[0]?.payload.description.startsWith(`${before?.payload.description}<p><strong>Transcript:`),
    ).toBe(true)
  })

  it('renames type, external ids, subjects and the recording field', () => {
    const settings = settingsWith({
      type: 'Telephone',
      recordingField: 'Link',
      externalId: { call: 'air-{callId}', transcript: 'air-{callId}-t' },
      subjects: { ...defaultConversationSettings.subjects, inboundCall: '{who} rang' },
    })
    const [call, transcript] = build({ settings, transcript: aTranscript() })
    expect(call?.payload).toMatchObject({
      externalId: 'air-3000000001',
      type: 'Telephone',
      subject: 'jane.doe@acme.example rang',
      custom: { Link: 'https://assets.aircall.io/calls/3000000001/recording' },
    })
    expect(transcript?.payload.externalId).toBe('air-3000000001-t')
  })

  it('fills further custom fields, leaving out those with nothing to say', () => {
    const customFields = {
      Direction: 'direction',
      Outcome: 'outcome',
      Seconds: 'durationSeconds',
      Tags: 'tags',
      Line: 'line',
      'Aircall id': 'callId',
      Agent: 'agent',
      Reason: 'missedReason',
    } as const
    const call = aCall({ tags: ['vip', 'billing', 'vip'], asset: null })
    expect(build({ call, settings: settingsWith({ customFields }) })[0]?.payload.custom).toEqual({
      Direction: 'inbound',
      Outcome: 'answered',
      Seconds: 252,
      Tags: ['billing', 'vip'],
      Line: 'Support',
      'Aircall id': '3000000001',
      Agent: 'Ana Cruz',
    })
  })
})
