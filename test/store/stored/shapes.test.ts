import { expect, it } from 'vitest'
import { CALL, TRANSCRIPT } from '../../../src/store/stored/content.ts'
import { CELLS, PAYLOAD, REMOTE_RECORD } from '../../../src/store/stored/records.ts'
import { sampleCall, samplePayload, sampleTranscript } from '../samples.ts'

const agent = { id: '7', name: 'Bo Li', email: null }

it('keeps every key of a call, a transcript, a payload and a Conversation', () => {
  const call = sampleCall('11', {
    participants: [{ kind: 'ai_voice_agent', phoneNumber: null, name: 'Robot' }],
    tags: ['vip'],
    comments: [{ content: 'Call back', author: 'Ana Cruz', postedAt: 1_780_000_100 }],
    teams: ['Support'],
    transferredBy: agent,
    transferredTo: agent,
  })
  expect(CALL.read(JSON.parse(CALL.write(call)))).toStrictEqual(call)
  const transcript = sampleTranscript('11')
  expect(TRANSCRIPT.read(JSON.parse(TRANSCRIPT.write(transcript)))).toStrictEqual(transcript)
  const payload = samplePayload('11-cold call', {
    contactId: 'u1',
    users: [{ email: 'ana@example.com' }],
    custom: { 'Call Recording': 'https://assets.example/1', Seconds: 12, VIP: true, Tags: ['a', 'b'] },
  })
  expect(PAYLOAD.read(JSON.parse(PAYLOAD.write(payload)))).toStrictEqual(payload)
  const remote = {
    ...payload,
    _id: 'cv1',
    createDate: '2026-06-01T10:00:00.000Z',
    custom: { Any: { of: [1, null] } },
  }
  expect(REMOTE_RECORD.read(JSON.parse(REMOTE_RECORD.write(remote)))).toStrictEqual(remote)
})

it('stores nothing of a call that reading fills in', () => {
  const call = sampleCall('11')
  const stored = CALL.write(call)
  expect(Object.values(JSON.parse(stored))).not.toContainEqual([])
  expect(stored).not.toContain('null')
  expect(CALL.read(JSON.parse(stored))).toStrictEqual(call)
})

it('reads a call as 0.1.0 stored it: nobody noted anything, nobody transferred it', () => {
  const { comments: _c, teams: _t, transferredBy: _b, transferredTo: _to, ...old } = sampleCall('11')
  expect(CALL.read(old)).toStrictEqual(sampleCall('11'))
})

it('reads the cells of a plan that 0.1.0 stored, and no cell that is not a text', () => {
  expect(CELLS.read(JSON.parse('["apply","create","matched"]'))).toEqual(['apply', 'create', 'matched'])
  expect(() => CELLS.read(['apply', 7])).toThrow('a row of a plan does not hold what was stored at "1"')
  expect(() => CELLS.read({ decision: 'apply' })).toThrow('a row of a plan does not hold')
})
