import { describe, expect, it } from 'vitest'
import { parseCall } from '../../src/aircall/call.ts'
import { RecordError } from '../../src/errors.ts'
import { fixture } from './fixture.ts'

const live = (more: object = {}): object => ({ ...fixture('call-live'), ...more })

describe('a call', () => {
  it('of the official example is read', () => {
    expect(parseCall(fixture('call-official')['call'])).toEqual({
      id: '812',
      direction: 'outbound',
      status: 'done',
      startedAt: 1584998199,
      answeredAt: 1584998205,
      endedAt: 1584998210,
      missedReason: null,
      rawDigits: '+1 800-123-4567',
      hasVoicemail: false,
      asset: null,
      agent: { id: '456', name: 'John Doe', email: 'john.doe@aircall.io' },
      line: { id: '1234', name: 'French Office', digits: '+33 1 76 11 11 11', country: 'FR' },
      participants: [],
      tags: [],
      comments: [{ content: 'Please call back this customer!', author: 'John Doe', postedAt: 1587994808 }],
      teams: [],
      transferredBy: null,
      transferredTo: null,
    })
  })

  it('of a live list keeps its id above 2^31 and the stable link, never the signed one', () => {
    const call = parseCall(live())
    expect(call).toMatchObject({
      id: '4180000376',
      asset: 'https://assets.aircall.io/calls/4180000376/recording',
    })
    expect(JSON.stringify(call)).not.toContain('signed')
    expect(parseCall(live({ asset: null })).asset).toBeNull()
  })

  it('of an event has empty objects for nobody, and participants', () => {
    expect(parseCall(fixture('call-created-event')['data'])).toMatchObject({
      status: 'initial',
      endedAt: null,
      agent: null,
      line: null,
      asset: null,
      participants: [
        { kind: 'external', phoneNumber: '+1 800-123-4567', name: null },
        { kind: 'user', phoneNumber: null, name: 'John Doe' },
      ],
    })
  })

  it('that was missed has no agent and a reason', () => {
    const call = parseCall(fixture('built-missed'))
    expect(call).toMatchObject({
      answeredAt: null,
      agent: null,
      missedReason: 'agents_did_not_answer',
      hasVoicemail: false,
    })
  })

  it('with a voicemail is known by its recording or by its page', () => {
    expect(parseCall(fixture('built-voicemail')).hasVoicemail).toBe(true)
    expect(parseCall(live({ asset: 'https://assets.aircall.io/voicemail/4180000376' })).hasVoicemail).toBe(
      true,
    )
    expect(parseCall(live({ voicemail: 'https://x.example/a.mp3' })).hasVoicemail).toBe(true)
  })

  it('of an anonymous caller, or still going on, is read as it stands', () => {
    expect(parseCall(fixture('built-anonymous')).rawDigits).toBe('anonymous')
    expect(parseCall(fixture('built-in-progress'))).toMatchObject({ status: 'answered', endedAt: null })
  })

  it('of a conference has its participants, and its tags in both shapes', () => {
    const call = parseCall(fixture('built-conference'))
    expect(call.participants.map(({ kind }) => kind)).toEqual(['external', 'contact', 'user'])
    expect(call.tags).toEqual(['vip', 'billing'])
  })

  it('has its notes oldest first, whoever wrote them, and without the empty ones', () => {
    const comments = [
      { id: 3, content: ' Called back. ', posted_at: 1790605900, posted_by: { id: 1, name: 'Ana Cruz' } },
      { id: 4, content: ' ', posted_at: 1790605901, posted_by: null },
      { id: 2, content: 'By a program', posted_at: '2026-09-28T14:24:20.000Z', posted_by: null },
      {
        id: 1,
        content: 'By mail',
        posted_at: 'soon',
        posted_by: { id: 2, name: null, email: 'bo@example.com' },
      },
    ]
    expect(parseCall(live({ comments })).comments).toEqual([
      { content: 'By mail', author: 'bo@example.com', postedAt: null },
      { content: 'By a program', author: null, postedAt: 1790605460 },
      { content: 'Called back.', author: 'Ana Cruz', postedAt: 1790605900 },
    ])
  })

  it('that was transferred names both sides, and the teams it rang', () => {
    const user = { id: 456, name: 'Bo Li', email: 'bo.li@example.com', available: true }
    const teams = [
      { id: 1, name: 'Support' },
      { id: 2, name: null },
    ]
    expect(
      parseCall(live({ transferred_by: user, transferred_to: { ...user, id: '457' }, teams })),
    ).toMatchObject({
      transferredBy: { id: '456', name: 'Bo Li', email: 'bo.li@example.com' },
      transferredTo: { id: '457', name: 'Bo Li', email: 'bo.li@example.com' },
      teams: ['Support'],
    })
    expect(parseCall(live({ transferred_by: {}, transferred_to: null }))).toMatchObject({
      transferredBy: null,
      transferredTo: null,
    })
  })

  it('may write ids as text, times as ISO 8601, participants by the other key, and digits as a number', () => {
    const participants = [{ participant_type: 'ai_voice_agent' }, { type: 'something new' }]
    const more = {
      id: '4180000376',
      started_at: '2026-09-28T14:24:10.900Z',
      raw_digits: 12025550143,
      participants,
    }
    const call = parseCall(live(more))
    expect(call).toMatchObject({ id: '4180000376', startedAt: 1790605450, rawDigits: '12025550143' })
    expect(call.participants.map(({ kind }) => kind)).toEqual(['ai_voice_agent', 'other'])
  })

  it('without anything that is optional is still a call', () => {
    const call = parseCall({ id: 1, direction: 'inbound', status: 'done', started_at: 5 })
    expect(call).toMatchObject({
      id: '1',
      rawDigits: null,
      agent: null,
      line: null,
      participants: [],
      tags: [],
      comments: [],
      teams: [],
      transferredBy: null,
      transferredTo: null,
    })
  })

  it.each([
    ['id', { id: 2 ** 53 + 2 }],
    ['id', { id: 'abc' }],
    ['started_at', { started_at: null }],
    ['started_at', { started_at: 'yesterday +1 202-555-0143' }],
    ['started_at', { started_at: 1790603050000 }],
    ['direction', { direction: 'sideways' }],
    ['status', { status: 'ringing' }],
    ['user.email', { user: { id: 1, email: 7 } }],
  ])('with a bad %s is refused by that path, and the value is not shown', (path, bad) => {
    const read = () => parseCall(live(bad))
    expect(read).toThrow(RecordError)
    expect(read).toThrow(`: ${path}: `)
    expect(read).not.toThrow(/202-555|sideways|ringing|1790603050000/)
  })

  it.each([null, [], 'call', 7])('that is %j is refused', (raw) => {
    expect(() => parseCall(raw)).toThrow(RecordError)
  })
})
