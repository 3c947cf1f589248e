import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildRecords } from '../../src/conversation/payload.ts'
import { defaultConversationSettings as settings } from '../../src/conversation/settings.ts'
import { externalIdsOf, looksLikeOurs, recogniseExternalId } from '../../src/reconcile/recognise.ts'
import { aCall, aContent, aMatch, aTranscript, planhatUsers } from '../support/builders.ts'

const custom = { call: 'air/{callId}', transcript: '{callId}' }

describe('recogniseExternalId', () => {
  it.each([
    ['1-cold call', settings.externalId, { callId: '1', kind: 'call' }],
    ['1-transcript', settings.externalId, { callId: '1', kind: 'transcript' }],
    ['1-notranscript', settings.externalId, { callId: '1', kind: 'placeholder' }],
    ['9007199254740993-cold call', settings.externalId, { callId: '9007199254740993', kind: 'call' }],
    ['air/7', custom, { callId: '7', kind: 'call' }],
    ['7', custom, { callId: '7', kind: 'transcript' }],
    ['7-cold call', custom, { callId: '7', kind: 'call' }],
    ['null-cold call', settings.externalId, null],
    ['1-Cold Call', settings.externalId, null],
    ['1-cold call ', settings.externalId, null],
    ['aircall-1', settings.externalId, null],
    ['7', settings.externalId, null],
    ['', settings.externalId, null],
    [undefined, settings.externalId, null],
    ['x', { call: 'fixed', transcript: 'x' }, null],
  ])('reads %s', (externalId, templates, expected) => {
    expect(recogniseExternalId(externalId, templates)).toEqual(expected)
  })

  it('names every external id under which a record of a call may lie, and reads each back', () => {
    const ids = externalIdsOf('12', custom)
    expect(ids).toEqual(['air/12', '12', '12-cold call', '12-transcript', '12-notranscript'])
    expect(ids.map((id) => recogniseExternalId(id, custom)?.callId)).toEqual(ids.map(() => '12'))
    expect(externalIdsOf('12', settings.externalId)).toEqual([
      '12-cold call',
      '12-transcript',
      '12-notranscript',
    ])
  })

  it('reads back every external id that we write, for any template', () => {
    const part = fc.string({ maxLength: 5 }).filter((text) => !/[\d{}]/u.test(text))
    fc.assert(
      fc.property(fc.bigInt({ min: 1n }), part, part, (id, before, after) => {
        const externalId = { call: `${before}c{callId}${after}`, transcript: `${before}t{callId}${after}` }
        const records = buildRecords({
          content: aContent({ call: aCall({ id: String(id) }), transcript: aTranscript() }),
          match: aMatch(),
          users: planhatUsers(),
          settings: { ...settings, externalId },
        })
        expect(records.map((one) => recogniseExternalId(one.payload.externalId, externalId))).toEqual([
          { callId: String(id), kind: 'call' },
          { callId: String(id), kind: 'transcript' },
        ])
      }),
    )
  })
})

describe('looksLikeOurs', () => {
  const [ours, theirs] = [
    { type: 'Cold Call' },
    { type: 'email', subject: 'Renewal', externalId: 'zendesk-1' },
  ]

  it.each([
    ['our type', ours],
    ['a subject of ours', { ...theirs, subject: 'aircall - inbound call from Ada' }],
    ['an external id of the automation', { ...theirs, externalId: '12-notranscript' }],
  ])('takes a row with %s', (_name, row) => {
    expect(looksLikeOurs(row, settings)).toBe(true)
  })

  it('leaves what another system wrote', () => {
    expect(looksLikeOurs(theirs, settings)).toBe(false)
    expect(looksLikeOurs({ ...ours, type: 'Telephone' }, settings)).toBe(false)
    expect(looksLikeOurs({ type: 'Telephone' }, { ...settings, type: 'Telephone' })).toBe(true)
  })
})
