import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readHint } from '../../src/inbox/event.ts'

// The shapes of docs/reference/webhooks-and-content.md section 2 and docs/reference/aircall-api.md section 6.
const callEvent = (id: unknown, event = 'call.ended') => ({
  resource: 'call',
  event,
  timestamp: 1,
  token: 't',
  data: { id },
})
const insight = (callId: unknown, event = 'transcription.created') => ({
  resource: 'conversation_intelligence',
  event,
  timestamp: 1,
  token: 't',
  data: { id: 68271, call_id: callId, call_uuid: 'CA1' },
})

describe('readHint', () => {
  it('takes the call of a call event from data.id, whichever the event is called', () => {
    expect(readHint(callEvent(4186780376))).toEqual({ event: 'call.ended', callId: '4186780376' })
    expect(readHint(callEvent(5, 'call.invented'))).toEqual({ event: 'other', callId: '5' })
  })

  it('takes the call of an insight from data.call_id, never from its own id', () => {
    expect(readHint(insight('5237603'))).toEqual({ event: 'transcription.created', callId: '5237603' })
    expect(readHint(insight(undefined)).callId).toBeNull()
  })

  it('makes one call of a number, of digits in a string, and of digits with zeros before them', () => {
    const ids = [callEvent(123), callEvent('123'), callEvent('000123'), insight('123'), insight(123)].map(
      (one) => readHint(one).callId,
    )
    expect(new Set(ids)).toEqual(new Set(['123']))
  })

  it.each([
    0,
    -1,
    1.5,
    2 ** 53,
    Number.NaN,
    '',
    '0',
    '12a',
    ' 12',
    '12345678901234567',
    '١٢',
    true,
    null,
    [1],
    { id: 1 },
  ])('finds no call in %j', (id) => {
    expect(readHint(callEvent(id)).callId).toBeNull()
    expect(readHint(insight(id)).callId).toBeNull()
  })

  it('finds no call in an event of something else', () => {
    expect(readHint({ resource: 'number', event: 'number.created', data: { id: 7 } })).toEqual({
      event: 'other',
      callId: null,
    })
    expect(readHint({ resource: 'contact', event: 'call.ended', data: { id: 7 } }).callId).toBeNull()
  })

  it('goes by the name where no resource is said', () => {
    expect(readHint({ event: 'call.ended', data: { id: 7 } }).callId).toBe('7')
    expect(readHint({ event: 'summary.created', data: { id: 1, call_id: '7' } }).callId).toBe('7')
  })

  it('never throws, and never gives anything but a known name and 1 to 16 digits', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('resource', 'event', 'data', 'token', '__proto__'), fc.jsonValue()),
        (body) => {
          const { event, callId } = readHint(body)
          expect(event).toMatch(/^[a-z_.]+$/)
          if (callId !== null) expect(callId).toMatch(/^[1-9]\d{0,15}$/)
        },
      ),
    )
  })
})
