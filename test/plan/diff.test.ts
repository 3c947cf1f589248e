import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alreadyHolds, fieldsOf, fieldValue, sameField } from '../../src/plan/diff.ts'
import { aDesired, aRemote } from '../support/builders.ts'

describe('sameField', () => {
  it.each([
    ['subject', 'Aircall \u2014 inbound call from W', 'Aircall \u2013 inbound call from W'],
    ['description', '<p>a</p>\n<p>b &quot;c&quot;</p>', '<p>a</p><p>b "c"</p>'],
    ['date', '2026-06-01T10:04:20Z', '2026-06-01T10:04:20.000Z'],
    ['date', '2026-06-01T10:04:20.400Z', '2026-06-01T10:04:20Z'],
    ['date', '2026-06-01T12:04:20.000+02:00', '2026-06-01T10:04:20.000Z'],
    [
      'endusers',
      [{ id: '1', name: 'JANE DOE' }],
      [{ id: '1', name: 'Jane Doe', email: 'jane@acme.example' }],
    ],
    ['endusers', [{ id: '2' }, { id: '1' }], [{ id: '1' }, { id: '2' }]],
    ['users', [{ email: 'ANA@example.com' }], [{ id: '1', name: 'Ana', email: 'ana@example.com' }]],
    ['users', [{ id: '1', name: 'Ana Cruz' }], [{ name: 'ana cruz', email: 'ana@example.com' }]],
    ['users', [{}], []],
    ['users', undefined, []],
    ['custom.Tags', ['b', 'a'], ['a', 'b']],
    ['custom.Seconds', '252', 252],
    ['custom.Link', null, undefined],
    ['custom.Link', '', []],
  ])('takes two spellings of %s for one value', (field, a, b) => {
    expect(sameField(field, a, b)).toBe(true)
    expect(sameField(field, b, a)).toBe(true)
  })

  it.each([
    ['subject', 'a', 'b'],
    ['description', undefined, '<p>a</p>'],
    ['date', '2026-06-01T10:04:21.000Z', '2026-06-01T10:04:20.000Z'],
    ['date', undefined, '2026-06-01T10:04:20.000Z'],
    ['date', '1780308260', '2026-06-01T10:04:20.000Z'],
    ['endusers', [{ id: '1', email: 'jane@acme.example' }], [{ id: '2', email: 'jane@acme.example' }]],
    ['endusers', [{ id: '1' }], [{ id: '1' }, { id: '2' }]],
    ['users', [], [{ id: '1' }]],
    ['companyId', 'co-1', 'co-2'],
    ['custom.Tags', ['a'], ['a', 'b']],
    ['custom.Link', 'https://a.example', 'https://b.example'],
  ])('keeps another %s apart', (field, a, b) => {
    expect(sameField(field, a, b)).toBe(false)
    expect(sameField(field, b, a)).toBe(false)
  })

  it('is reflexive for people, whatever their order', () => {
    const person = fc.record(
      { id: fc.string(), name: fc.string(), email: fc.string() },
      { requiredKeys: ['id'] },
    )
    fc.assert(
      fc.property(fc.array(person), (people) => {
        expect(sameField('endusers', people, [...people].reverse())).toBe(true)
      }),
    )
  })
})

describe('alreadyHolds', () => {
  const ours = [{ name: 'Bo Li', email: 'bo@example.com' }]

  it('does not miss a contact that Planhat does not give back', () => {
    expect(alreadyHolds('contactId', { ours: 'eu-1', remote: undefined, base: 'eu-1' })).toBe(true)
    expect(alreadyHolds('contactId', { ours: 'eu-1', remote: 'eu-2', base: 'eu-1' })).toBe(false)
  })

  it('sends a person without an id once, and is content when Planhat drops them', () => {
    expect(alreadyHolds('users', { ours, remote: [], base: undefined })).toBe(false)
    expect(alreadyHolds('users', { ours, remote: [], base: ours })).toBe(true)
  })

  it('improves an e-mail by an id, but does not send for ever an id that Planhat does not give back', () => {
    const known = [{ id: 'us-1', ...ours[0] }]
    expect(alreadyHolds('endusers', { ours: known, remote: ours, base: undefined })).toBe(false)
    expect(alreadyHolds('endusers', { ours: known, remote: ours, base: ours })).toBe(false)
    expect(alreadyHolds('endusers', { ours: known, remote: ours, base: known })).toBe(true)
  })

  it('misses a person with an id, and anybody else who appears', () => {
    const known = [{ id: 'us-1', ...ours[0] }]
    expect(alreadyHolds('users', { ours: known, remote: [], base: known })).toBe(false)
    expect(alreadyHolds('users', { ours, remote: [{ id: 'us-2' }], base: ours })).toBe(false)
  })
})

describe('fieldsOf', () => {
  it('lists what the payload has, custom fields by name, and not the key it is found by', () => {
    const { payload } = aDesired({ payload: { custom: { b: 1, a: 2 } } })
    expect(fieldsOf(payload)).toEqual([
      'type',
      'subject',
      'description',
      'date',
      'companyId',
      'contactId',
      'endusers',
      'users',
      'custom.a',
      'custom.b',
    ])
    expect(fieldsOf(aDesired().payload).map((field) => fieldValue(aRemote(), field))).not.toContain(undefined)
  })
})
