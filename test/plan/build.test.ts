import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultConversationSettings as settings } from '../../src/conversation/settings.ts'
import { type PlanInput, planRecord } from '../../src/plan/build.ts'
import { digestRemote } from '../../src/plan/remote-digest.ts'
import {
  aContent,
  aDesired,
  aLedgerEntry,
  anAutomationRecord,
  aRemote,
  aTranscript,
} from '../support/builders.ts'

function plan(overrides: Partial<PlanInput> = {}) {
  return planRecord({
    desired: aDesired(),
    remote: [],
    base: null,
    content: aContent({ transcript: aTranscript() }),
    settings,
    declined: false,
    overwriteEdits: false,
    restoreDeleted: false,
    ...overrides,
  })
}

describe('planRecord', () => {
  it('creates what Planhat does not hold and we never wrote', () => {
    expect(plan()).toMatchObject({
      action: 'create',
      drift: 'missing',
      planhatId: null,
      remoteDigest: null,
      extras: [],
    })
    expect(plan().payload).toEqual(aDesired().payload)
  })

  it('does nothing for what Planhat holds as we would write it', () => {
    expect(plan({ remote: [aRemote()] })).toMatchObject({
      action: 'unchanged',
      drift: 'in-sync',
      changes: [],
      planhatId: 'cv-1',
    })
  })

  it('updates the automation’s record in place of doubling it', () => {
    expect(plan({ remote: [anAutomationRecord()] })).toMatchObject({
      action: 'update',
      drift: 'changed',
      planhatId: 'cv-auto',
      companyMoved: false,
    })
  })

  it('moves a record from another company by its id', () => {
    const row = plan({ remote: [anAutomationRecord({ companyId: 'co-9' })] })
    expect(row).toMatchObject({ action: 'update', drift: 'moved', planhatId: 'cv-auto', companyMoved: true })
  })

  it('moves between End Users of one company without moving the company', () => {
    const row = plan({ remote: [anAutomationRecord({ endusers: [{ email: 'al@acme.example' }] })] })
    expect(row).toMatchObject({ drift: 'moved', companyMoved: false })
  })

  it('reports a person’s edit, keeps it, and still sends the rest', () => {
    const remote = [anAutomationRecord({ subject: 'Renewal' })]
    const row = plan({ remote })
    expect(row).toMatchObject({ action: 'update', drift: 'edited', edited: [{ field: 'subject' }] })
    expect(row.changes.map((one) => one.field)).not.toContain('subject')
  })

  it('has nothing to send when the edit is the only difference', () => {
    expect(plan({ remote: [aRemote({ subject: 'Renewal' })] })).toMatchObject({
      action: 'unchanged',
      drift: 'edited',
    })
  })

  it('overwrites an edit only when asked by name', () => {
    const row = plan({ remote: [aRemote({ subject: 'Renewal' })], overwriteEdits: true })
    expect(row).toMatchObject({
      action: 'update',
      drift: 'edited',
      edited: [],
      changes: [{ field: 'subject', before: 'Renewal' }],
    })
  })

  it('leaves deleted what a person deleted, unless asked by name', () => {
    expect(plan({ base: aLedgerEntry() })).toMatchObject({ action: 'unchanged', drift: 'deleted' })
    expect(plan({ base: aLedgerEntry(), restoreDeleted: true })).toMatchObject({
      action: 'create',
      drift: 'deleted',
    })
  })

  it('keeps, of several copies, the one under the right company', () => {
    const old = aRemote({ _id: 'cv-0', companyId: 'co-9', createDate: '2026-01-01T00:00:00.000Z' })
    const right = aRemote({ _id: 'cv-1' })
    const row = plan({ remote: [old, right] })
    expect([row.planhatId, row.extras.map((one) => one._id)]).toEqual(['cv-1', ['cv-0']])
  })

  it('keeps, of copies in one company, the one we wrote, else the oldest', () => {
    const young = aRemote({ _id: 'cv-a', createDate: '2026-06-02T00:00:00.000Z' })
    const old = aRemote({ _id: 'cv-b', createDate: '2026-06-01T00:00:00.000Z' })
    expect(plan({ remote: [young, old] }).planhatId).toBe('cv-b')
    expect(plan({ remote: [young, old], base: aLedgerEntry({ planhatId: 'cv-a' }) }).planhatId).toBe('cv-a')
    const undated = ['cv-d', 'cv-c'].map((_id) => aRemote({ _id, createDate: 'unknown' }))
    expect(plan({ remote: undated }).planhatId).toBe('cv-c')
  })

  it('chooses the same copy whatever the order in which Planhat lists them', () => {
    const copies = ['a', 'b', 'c', 'd'].map((_id, at) =>
      aRemote({ _id, companyId: at % 2 === 0 ? 'co-9' : 'co-1', createDate: '2026-06-01T00:00:00.000Z' }),
    )
    fc.assert(
      fc.property(fc.shuffledSubarray(copies, { minLength: 4 }), (remote) => {
        expect(plan({ remote }).planhatId).toBe('b')
      }),
    )
  })

  it('plans nothing more once its own plan was carried out', () => {
    fc.assert(
      fc.property(fc.constantFrom('co-1', 'co-9'), fc.boolean(), (companyId, isEmpty) => {
        const remote = anAutomationRecord({ companyId, endusers: isEmpty ? [] : [{ id: 'eu-9' }] })
        const { payload } = plan({ remote: [remote] })
        const after = aRemote({ _id: remote._id }, aDesired({ payload }))
        const base = aLedgerEntry({ payload, planhatId: remote._id })
        expect(plan({ remote: [after], base })).toMatchObject({ action: 'unchanged', drift: 'in-sync' })
        expect(plan({ remote: [after] })).toMatchObject({ action: 'unchanged', drift: 'in-sync' })
      }),
    )
  })
})

describe('digestRemote', () => {
  it('is the same for one record in two spellings', () => {
    const a = aRemote({ endusers: [{ id: '2' }, { id: '1', name: 'JANE' }], date: '2026-06-01T10:04:20Z' })
    const b = aRemote({
      endusers: [{ id: '1', email: 'j@acme.example' }, { id: '2' }],
      createDate: 'later',
      custom: { ...a.custom, x: null },
    })
    expect(digestRemote(a)).toBe(digestRemote(b))
  })

  it.each([
    ['subject', { subject: 'x' }],
    ['description', { description: 'x' }],
    ['date', { date: '2026-06-01T10:04:21Z' }],
    ['type', { type: 'x' }],
    ['companyId', { companyId: 'x' }],
    ['contactId', { contactId: 'x' }],
    ['endusers', { endusers: [] }],
    ['users', { users: [] }],
    ['custom', { custom: {} }],
  ])('differs when the %s differs', (_name, change) => {
    expect(digestRemote(aRemote(change))).not.toBe(digestRemote(aRemote()))
  })
})
