import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutBatches } from '../../src/apply/batches.ts'
import { bodyOf, byteLength } from '../../src/apply/body.ts'
import { holdsContent } from '../../src/apply/content.ts'
import { correlate } from '../../src/apply/correlate.ts'
import { halve } from '../../src/apply/group.ts'
import { type ApplyItem, toEntry } from '../../src/apply/item.ts'
import { findProblem } from '../../src/apply/verify.ts'
import { readBulkAnswer } from '../../src/planhat/bulk-answer.ts'
import { SeenIds } from '../../src/planhat/seen-ids.ts'
import type { RemoteRecord } from '../../src/records.ts'
import { create, payload, update } from './support/items.ts'

async function batchesOf(items: ApplyItem[], maxItems: number, maxBytes: number): Promise<ApplyItem[][]> {
  const batches: ApplyItem[][] = []
  for await (const batch of cutBatches(items, { maxItems, maxBytes })) batches.push(batch)
  return batches
}

const remote = (more: Partial<RemoteRecord> = {}): RemoteRecord =>
  ({ ...payload(1), custom: payload(1).custom ?? {}, _id: 'a1', ...more }) as RemoteRecord

describe('batches', () => {
  it('keep the order, lose nothing, and hold to count, bytes and one key each', async () => {
    const item = fc
      .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 900 }))
      .map(([n, size]) => create(n, { description: 'ü'.repeat(size) }))
    const limits = [fc.integer({ min: 1, max: 8 }), fc.integer({ min: 200, max: 4000 })] as const
    await fc.assert(
      fc.asyncProperty(fc.array(item), ...limits, async (items, maxItems, maxBytes) => {
        const batches = await batchesOf(items, maxItems, maxBytes)
        expect(batches.flat()).toEqual(items)
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(maxItems)
          expect(new Set(batch.map((one) => one.payload.externalId)).size).toBe(batch.length)
          const bytes = byteLength(batch.map((one) => bodyOf(toEntry(one))))
          expect(batch.length === 1 || bytes <= maxBytes).toBe(true)
        }
      }),
    )
  })

  it('let a record that is larger than a batch go alone', async () => {
    const items = [create(1), create(2, { description: 'x'.repeat(5000) }), create(3)]
    expect((await batchesOf(items, 100, 3000)).map((batch) => batch.length)).toEqual([1, 1, 1])
  })

  it('are halved down to one', () => {
    const entries = [1, 2, 3].map((n) => toEntry(create(n)))
    expect(halve(entries).map((group) => group.entries.length)).toEqual([2, 1])
  })
})

describe('what is sent', () => {
  it('of a create is the whole payload, without keys that say nothing', () => {
    const item = create(1, { contactId: undefined as unknown as string })
    expect(bodyOf(toEntry(item))).toEqual(payload(1))
    expect('contactId' in bodyOf(toEntry(item))).toBe(false)
  })

  it('of an update is its fields and its keys, and never the company', () => {
    const item = update(1, 'a1', ['subject', 'custom.Call Recording', 'companyId-of-nobody'])
    expect(bodyOf(toEntry(item))).toEqual({
      _id: 'a1',
      externalId: payload(1).externalId,
      subject: payload(1).subject,
      custom: payload(1).custom,
    })
  })

  it('of a move has the company', () => {
    const item = { ...update(1, 'a1', []), companyMoved: true }
    expect(bodyOf(toEntry(item))).toMatchObject({ companyId: payload(1).companyId })
  })
})

describe('what Planhat holds', () => {
  it.each<[string, Partial<RemoteRecord>]>([
    ['other white space and dashes', { subject: 'Aircall - inbound  call from person1@example.com' }],
    ['another form of the date', { date: '2026-11-02T10:15:00Z' }],
    ['people as ids only', { endusers: [{ id: payload(1).endusers[0]?.id ?? '' }] }],
    ['people by e-mail in another case', { endusers: [{ email: 'Person1@Example.com' }] }],
    ['a contact of its own', { contactId: 'c9' }],
  ])('is what was sent despite %s', (_name, difference) => {
    expect(holdsContent(payload(1), remote(difference))).toBe(true)
  })

  it.each<[string, Partial<RemoteRecord>]>([
    ['subject', { subject: 'something else' }],
    ['description', { description: '' }],
    ['date', { date: '1970-01-21T00:00:00.000Z' }],
    ['company', { companyId: 'other' }],
    ['type', { type: 'note' }],
    ['people', { endusers: [] }],
    ['custom field', { custom: { 'Call Recording': null } }],
  ])('is not what was sent when it differs in %s', (_name, difference) => {
    expect(holdsContent(payload(1), remote(difference))).toBe(false)
  })

  it('is measured as the next plan will measure it: a list in another order, a number as text', () => {
    const sent = { ...payload(1), custom: { Tags: ['a', 'b'], Seconds: 12, Note: 'x - y' } }
    const custom = { Tags: ['b', 'a'], Seconds: '12', Note: 'x \u2013  y' }
    expect(holdsContent(sent, remote({ custom }))).toBe(true)
    expect(holdsContent(sent, remote({ custom: { ...custom, Tags: ['b'] } }))).toBe(false)
  })

  it('is what was sent without a user who is none in Planhat, and not with one who was to go', () => {
    const sent = { ...payload(1), users: [{ email: 'nobody@example.com' }] }
    expect(holdsContent(sent, remote({ users: [] }))).toBe(true)
    const one = payload(1).endusers[0] ?? {}
    expect(holdsContent(payload(1), remote({ endusers: [one, { id: 'gone' }] }))).toBe(false)
  })

  it.each<[string, Partial<RemoteRecord>]>([
    ['CONVERSATION_TYPE', { type: 'note' }],
    ['CUSTOM_FIELD', { custom: {} }],
    ['ENDUSERS_DROPPED', { endusers: [] }],
    ['FIELD_NOT_KEPT', { companyId: 'other' }],
    ['FIELD_NOT_KEPT', { date: '1970-01-21T00:00:00.000Z' }],
  ])('after the first write is judged: %s', (code, difference) => {
    expect(findProblem(payload(1), remote(difference))).toMatchObject({ code, exitCode: 7 })
  })

  it('after the first write may have ids for people, re-cased names and no contact', () => {
    const tolerated = remote({ endusers: [{ id: 'x', name: 'JANE DOE' }] })
    expect(findProblem({ ...payload(1), contactId: 'c1' }, tolerated)).toBeNull()
  })
})

describe('an answer and its records', () => {
  const entries = [
    toEntry(create(12, { externalId: '12-transcript' })),
    toEntry(create(112, { externalId: '112-transcript' })),
    toEntry(update(5, '67aca36fa8ba08053dee2ebf', ['subject'])),
  ]
  const read = (json: unknown) => correlate(entries, readBulkAnswer(206, json, ''))

  it('are brought together by any key, whole words only', () => {
    const { inserted, changed, failed, open, addsUp } = read({
      created: 1,
      updated: 1,
      insertsKeys: [{ _id: 'n1', externalId: '112-transcript' }],
      updatesKeys: [{ _id: '67aca36fa8ba08053dee2ebf' }],
      createdErrors: ['record 12-transcript: subject is not valid'],
    })
    expect([...inserted]).toEqual([[entries[1], 'n1']])
    expect([...changed.keys()]).toEqual([entries[2]])
    expect([...failed.keys()]).toEqual([entries[0]])
    expect(open).toEqual([])
    expect(addsUp).toBe(true)
  })

  it('do not add up when an error names nobody, or a record is counted nowhere', () => {
    const nameless = read({ created: 1, nonupdates: 1, createdErrors: ['something is wrong'] })
    expect(nameless.addsUp).toBe(false)
    expect(read({ created: 1, nonupdates: 1 }).addsUp).toBe(false)
    expect(read({ created: 2, nonupdates: 1 }).addsUp).toBe(true)
  })
})

describe('seen ids', () => {
  it('tell new from known like a set, in any order', () => {
    const hex = fc.integer({ min: 0, max: 60 }).map((n) => n.toString(16).padStart(24, '0'))
    fc.assert(
      fc.property(fc.array(fc.oneof(hex, fc.string({ minLength: 1, maxLength: 3 }))), (ids) => {
        const seen = new SeenIds()
        const known = new Set<string>()
        for (const id of ids) {
          expect(seen.add(id)).toBe(!known.has(id))
          known.add(id)
        }
      }),
    )
  })

  it('hold a long ascending run', () => {
    const seen = new SeenIds()
    const ids = Array.from({ length: 5000 }, (_, n) => n.toString(16).padStart(24, '0'))
    expect(ids.every((id) => seen.add(id))).toBe(true)
    expect(ids.some((id) => seen.add(id))).toBe(false)
  })
})
