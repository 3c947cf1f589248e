import { describe, expect, it } from 'vitest'
import { findLanded, payloadLanded } from '../../src/plan/intent-fate.ts'
import type { Payload, RemoteRecord } from '../../src/records.ts'

const payload: Payload = {
  externalId: '1-cold call',
  type: 'Cold Call',
  subject: 'Aircall – inbound call from lee@example.com',
  description: '<p>Call was answered.</p>',
  date: '2026-06-01T10:00:00.000Z',
  companyId: 'c2',
  contactId: 'e1',
  endusers: [{ id: 'e1' }],
  users: [],
}
const before: RemoteRecord = {
  ...payload,
  _id: 'a',
  companyId: 'c1',
  description: 'Call attempt logged.',
  custom: {},
}
const after: RemoteRecord = { ...payload, _id: 'a', custom: {} }
const update = { planhatId: 'a', payload, fields: ['companyId', 'description'], before }
const create = { planhatId: null, payload, fields: null, before: null }

describe('a write whose answer never came', () => {
  it('arrived where the record stands there as it was sent', () => {
    expect(findLanded(create, [after])).toBe(after)
    expect(findLanded(update, [after])).toBe(after)
  })

  it('arrived although a person changed a field since', () => {
    const edited = { ...after, description: 'a person wrote this' }
    expect(findLanded(create, [edited])).toBe(edited)
    expect(findLanded(update, [edited])).toBe(edited)
  })

  it('never arrived where nothing stands there, or what stood there before', () => {
    expect(findLanded(create, [])).toBeNull()
    expect(findLanded(update, [before])).toBeNull()
    expect(findLanded(update, [])).toBeNull()
  })

  it('is not what the live automation wrote under the same id, nor a record of another company', () => {
    const automation = { ...after, description: 'Call attempt logged.', date: '1970-01-21T00:00:00.000Z' }
    expect(findLanded(create, [automation])).toBeNull()
    expect(findLanded(create, [{ ...after, companyId: 'c1' }])).toBeNull()
  })

  it('is not proved by a field that counted as there before', () => {
    const { contactId: _, ...without } = before
    const sent = { ...update, fields: ['contactId', 'description'], before: without }
    expect(findLanded(sent, [without])).toBeNull()
  })

  it('is remembered under the company where Planhat left it', () => {
    const stayed = { ...after, companyId: 'c1' }
    expect(findLanded(update, [stayed])).toBe(stayed)
    expect(payloadLanded(update, stayed)).toEqual({ ...payload, companyId: 'c1' })
    expect(payloadLanded(update, after)).toEqual(payload)
  })
})
