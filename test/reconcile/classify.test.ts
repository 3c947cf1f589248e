import { describe, expect, it } from 'vitest'
import { buildRecords } from '../../src/conversation/payload.ts'
import { defaultConversationSettings as settings } from '../../src/conversation/settings.ts'
import type { Match } from '../../src/domain.ts'
import { type ClassifyInput, classifyCall } from '../../src/reconcile/classify.ts'
import { HEALABLE, SIGNS } from '../../src/reconcile/drift-row.ts'
import {
  aContent,
  aDesired,
  aLedgerEntry,
  aMatch,
  anAutomationRecord,
  aRemote,
  aSharedLine,
  aTranscript,
  planhatUsers,
} from '../support/builders.ts'

const [CALL, TEXT] = [aDesired(), aDesired({ record: 'transcript' })]
const remoteCall = aRemote()
const remoteText = aRemote({ _id: 'cv-2' }, TEXT)
const placeholder = aRemote({ _id: 'cv-3', externalId: '3000000001-notranscript' })

function classifyInput(): ClassifyInput {
  return {
    content: aContent({ transcript: aTranscript() }),
    match: aMatch(),
    desired: [CALL],
    settled: false,
    isDeclined: () => false,
    entries: [],
    remote: [],
    near: [],
    settings,
    overwriteEdits: false,
    restoreDeleted: false,
  }
}

function classify(overrides: Partial<ClassifyInput> = {}) {
  return classifyCall({ ...classifyInput(), ...overrides }).rows
}

function classesOf(overrides: Partial<ClassifyInput> = {}) {
  return classify(overrides).map((row) => [row.class, row.record, row.heal])
}

function failing(
  kind: 'unmatched' | 'ambiguous' | 'anonymous' | 'in-progress' | 'filtered',
): Partial<ClassifyInput> {
  const base = { number: '+12025550134', because: 'Nobody has the number.' }
  const match: Match =
    kind === 'unmatched' || kind === 'ambiguous' ? { kind, ...base, candidates: [] } : { kind, ...base }
  return { match, desired: [] }
}

describe('classifyCall', () => {
  it('finds both records in sync', () => {
    expect(classesOf({ desired: [CALL, TEXT], remote: [remoteText, remoteCall] })).toEqual([
      ['in-sync', 'call', 'none'],
      ['in-sync', 'transcript', 'none'],
    ])
  })

  it('finds a missing record, each kind by itself', () => {
    expect(classesOf({ desired: [CALL, TEXT], remote: [remoteCall] })).toEqual([
      ['in-sync', 'call', 'none'],
      ['missing', 'transcript', 'create'],
    ])
  })

  it('finds the automation’s record changed, and gives the plan that heals it', () => {
    const input = { remote: [anAutomationRecord()] }
    expect(classesOf(input)).toEqual([['changed', 'call', 'update']])
    const { rows, planned } = classifyCall({ ...classifyInput(), ...input })
    expect(planned[0]).toMatchObject({ action: 'update', planhatId: 'cv-auto' })
    expect(rows[0]?.changes[0]).toMatchObject({ field: 'description', before: 'Call attempt logged.' })
  })

  it('finds what hangs on the automation’s default contact moved', () => {
    const remote = [
      anAutomationRecord({ companyId: 'co-default', endusers: [{ email: 'default@contact.example' }] }),
    ]
    expect(classesOf({ remote })).toEqual([['moved', 'call', 'move']])
  })

  it.each([
    ['with a ledger entry', [aLedgerEntry()]],
    ['without', []],
  ])('leaves a person’s edit alone, %s', (_name, entries) => {
    const remote = [aRemote({ description: '<p>My note.</p>' })]
    expect(classesOf({ remote, entries })).toEqual([['edited', 'call', 'none']])
    expect(classesOf({ remote, entries, overwriteEdits: true })).toEqual([['edited', 'call', 'update']])
  })

  it('does not heal the other fields of a record that a person edited', () => {
    const remote = [anAutomationRecord({ subject: 'Renewal' })]
    const [row] = classify({ remote })
    expect(row).toMatchObject({ class: 'edited', heal: 'none', edited: [{ field: 'subject' }] })
    expect(row?.changes.length).toBeGreaterThan(0)
  })

  it('leaves deleted what a person deleted', () => {
    const entries = [aLedgerEntry()]
    expect(classesOf({ entries })).toEqual([['deleted', 'call', 'none']])
    expect(classesOf({ entries, restoreDeleted: true })).toEqual([['deleted', 'call', 'create']])
  })

  describe('placeholders', () => {
    it('are stale once the transcript is ready, and may go when its record exists', () => {
      const rows = classify({ desired: [CALL, TEXT], remote: [remoteCall, remoteText, placeholder] })
      expect(rows.at(-1)).toMatchObject({
        class: 'stale-placeholder',
        heal: 'delete',
        planhatId: 'cv-3',
        externalId: '3000000001-notranscript',
        requires: '3000000001-transcript',
      })
    })

    it('are no drift while there is no transcript', () => {
      expect(classesOf({ remote: [remoteCall, placeholder] })).toEqual([['in-sync', 'call', 'none']])
    })

    it('require the merged record when both are one', () => {
      const merged = { ...settings, records: 'merged' } as const
      const transcript = aTranscript()
      const desired = buildRecords({
        content: aContent({ transcript }),
        match: aMatch(),
        users: planhatUsers(),
        settings: merged,
      })
      const rows = classify({ desired, remote: [placeholder], settings: merged })
      expect(rows.map((row) => [row.class, row.requires])).toEqual([
        ['missing', null],
        ['stale-placeholder', '3000000001-cold call'],
      ])
    })
  })

  describe('duplicates', () => {
    it('are counted as the extra copies, and may go when nobody edited them', () => {
      const copies = ['cv-8', 'cv-9'].map((_id) => anAutomationRecord({ _id, companyId: 'co-9' }))
      expect(
        classify({ remote: [...copies, remoteCall] }).map((row) => [row.class, row.planhatId, row.heal]),
      ).toEqual([
        ['in-sync', 'cv-1', 'none'],
        ['duplicate', 'cv-8', 'delete'],
        ['duplicate', 'cv-9', 'delete'],
      ])
    })

    it('stay when they have a person’s words', () => {
      const copy = aRemote({
        _id: 'cv-9',
        description: '<p>My note.</p>',
        createDate: '2026-06-09T00:00:00.000Z',
      })
      const [, row] = classify({ remote: [remoteCall, copy] })
      expect(row).toMatchObject({ class: 'duplicate', heal: 'none', edited: [{ field: 'description' }] })
    })

    it('may go when they say what we wrote before the call changed', () => {
      const before = aDesired({ payload: { description: '<p>As it was.</p>' } })
      const copy = aRemote({ _id: 'cv-9', companyId: 'co-9' }, before)
      const [, row] = classify({ remote: [remoteCall, copy], entries: [aLedgerEntry({}, before)] })
      expect(row).toMatchObject({ class: 'duplicate', planhatId: 'cv-9', heal: 'delete' })
    })
  })

  describe('records that nothing supports', () => {
    it.each(['unmatched', 'ambiguous', 'anonymous'] as const)('are reported when the call is %s', (kind) => {
      expect(classesOf({ ...failing(kind), remote: [anAutomationRecord(), remoteText] })).toEqual([
        ['unsupported', 'call', 'none'],
        ['unsupported', 'transcript', 'none'],
      ])
    })

    it.each(['in-progress', 'filtered'] as const)('are not judged when the call is %s', (kind) => {
      expect(classesOf({ ...failing(kind), remote: [anAutomationRecord()] })).toEqual([])
    })

    it('are supported when a reviewer settled the call', () => {
      expect(classesOf({ ...failing('unmatched'), settled: true, remote: [remoteCall] })).toEqual([])
    })

    it('need a company', () => {
      const { companyId: _companyId, ...homeless } = anAutomationRecord()
      expect(classesOf({ ...failing('unmatched'), remote: [homeless] })).toEqual([])
    })

    it('keep the oldest of copies that say exactly the same; the others may go', () => {
      const old = anAutomationRecord({ _id: 'cv-9', createDate: '2026-06-01T10:00:00.000Z' })
      const young = anAutomationRecord({ _id: 'cv-1', createDate: '2026-06-01T10:05:00.000Z' })
      const rows = classify({ ...failing('unmatched'), remote: [young, old] })
      expect(rows.map((row) => [row.class, row.planhatId, row.heal])).toEqual([
        ['unsupported', 'cv-9', 'none'],
        ['duplicate', 'cv-1', 'delete'],
      ])
    })

    it('are counted once, their differing copies as duplicates that nobody deletes', () => {
      const remote = [anAutomationRecord(), anAutomationRecord({ _id: 'cv-9', companyId: 'co-9' })]
      expect(classesOf({ ...failing('unmatched'), remote })).toEqual([
        ['unsupported', 'call', 'none'],
        ['duplicate', 'call', 'none'],
      ])
    })
  })

  describe('foreign Conversations', () => {
    const foreign = aRemote({
      _id: 'cv-f',
      externalId: 'v1-77',
      type: 'call',
      date: '2026-06-01T10:01:30.000Z',
      subject: 'Call',
      description: '',
      users: [],
    })
    const { contactId: _contactId, ...noContact } = { ...foreign, endusers: [] }

    it('are reported, never healed', () => {
      const rows = classify({ remote: [remoteCall], near: [foreign] })
      expect(rows[1]).toMatchObject({
        class: 'foreign',
        planhatId: 'cv-f',
        externalId: 'v1-77',
        heal: 'none',
        sign: '&',
      })
    })

    it.each([
      ['without an external id', { ...foreign, externalId: undefined }],
      ['with the End User by e-mail only', { ...noContact, endusers: [{ email: 'JANE.DOE@acme.example' }] }],
      ['with the contact only', { ...noContact, contactId: 'eu-1' }],
      ['with the number in its subject', { ...noContact, subject: 'Call from (202) 555-0134, 252 s' }],
      ['with the number in its text', { ...noContact, description: '<p>+1 202-555-0134</p>' }],
      ['dated by the end of the call', { ...foreign, date: '2026-06-01T10:06:20.000Z' }],
    ])('are seen %s', (_name, near) => {
      expect(
        classesOf({ remote: [remoteCall], near: [near as typeof foreign] }).map(([name]) => name),
      ).toEqual(['in-sync', 'foreign'])
    })

    it.each([
      ['of another company', { ...foreign, companyId: 'co-9' }],
      ['of another person and number', { ...noContact, endusers: [{ id: 'eu-9' }] }],
      ['three minutes away', { ...foreign, date: '2026-06-01T09:57:59.000Z' }],
      ['without a date', { ...foreign, date: undefined }],
      ['that are our own other record', remoteText],
      ['that are the automation’s placeholder', placeholder],
      ['that are another call’s record', { ...foreign, externalId: '42-cold call' }],
      ['that are e-mails', { ...foreign, type: 'Email' }],
    ])('are not those %s', (_name, near) => {
      expect(
        classesOf({ remote: [remoteCall], near: [near as typeof foreign] }).map(([name]) => name),
      ).toEqual(['in-sync'])
    })

    it('are the automation’s record of the call where ours has another id', () => {
      const ours = { ...settings, externalId: { ...settings.externalId, call: 'ac-{callId}' } }
      const old = anAutomationRecord({ date: '1970-01-21T14:43:50.000Z' })
      const desired = [{ ...CALL, payload: { ...CALL.payload, externalId: 'ac-3000000001' } }]
      const rows = classify({ settings: ours, desired, remote: [old] })
      expect(rows.map((row) => [row.class, row.externalId, row.heal])).toEqual([
        ['missing', 'ac-3000000001', 'create'],
        ['foreign', '3000000001-cold call', 'none'],
      ])
    })

    it('are the automation’s transcript where a call has one record', () => {
      const merged = { ...settings, records: 'merged' as const }
      const rows = classify({ settings: merged, remote: [remoteCall, remoteText, placeholder] })
      const seen = rows.filter((row) => row.class === 'foreign')
      expect(seen.map((row) => [row.record, row.planhatId, row.heal])).toEqual([
        ['transcript', 'cv-2', 'none'],
      ])
    })

    it('are not a record of the call under another company', () => {
      const merged = { ...settings, records: 'merged' as const }
      expect(
        classesOf({ settings: merged, remote: [remoteCall, { ...remoteText, companyId: 'co-9' }] }),
      ).toHaveLength(1)
    })

    it('are seen beside a shared line by its number', () => {
      const match = aSharedLine()
      const desired = buildRecords({
        content: aContent(),
        match,
        users: planhatUsers(),
        settings,
      })
      const near = [{ ...noContact, subject: 'Call +12025550134' }, foreign]
      expect(classesOf({ match, desired, near }).map(([name]) => name)).toEqual(['missing', 'foreign'])
    })
  })

  it('gives every row the sign of its class, and each class another', () => {
    expect(new Set(Object.values(SIGNS)).size).toBe(Object.keys(SIGNS).length)
    const rows = classify({ desired: [CALL, TEXT], remote: [remoteCall] })
    expect(rows.map((row) => row.sign)).toEqual(['=', '+'])
  })

  it('knows which classes a run can heal', () => {
    expect([...HEALABLE].sort()).toEqual(['changed', 'duplicate', 'missing', 'moved', 'stale-placeholder'])
  })
})
