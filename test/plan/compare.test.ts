import { describe, expect, it } from 'vitest'
import type { Content } from '../../src/content.ts'
import { describeCall } from '../../src/conversation/describe.ts'
import { buildRecords } from '../../src/conversation/payload.ts'
import { defaultConversationSettings as defaultSettings } from '../../src/conversation/settings.ts'
import { automationTranscript } from '../../src/plan/automation.ts'
import { type CompareInput, compareRecord } from '../../src/plan/compare.ts'
import type { Payload, RemoteRecord } from '../../src/records.ts'
import {
  aCall,
  aContent,
  aDesired,
  aMatch,
  aMissedCall,
  anAutomationRecord,
  aRemote,
  aSharedLine,
  aTranscript,
  planhatUsers,
} from '../support/builders.ts'

const settings = defaultSettings

/** Parts of the content by their own names. */
type Overrides = Partial<CompareInput & Pick<Content, 'call' | 'transcript'>>

function compare(remote: Partial<RemoteRecord>, { call, transcript, ...overrides }: Overrides = {}) {
  const desired = overrides.desired ?? aDesired()
  const content = aContent({ call: call ?? aCall(), transcript: transcript ?? aTranscript() })
  const input = { desired, content, settings, base: null, ...overrides }
  return compareRecord({ remote: aRemote(remote, desired), ...input })
}

function fields(remote: Partial<RemoteRecord>, overrides: Overrides = {}) {
  const { changes, edited } = compare(remote, overrides)
  return { changes: changes.map((one) => one.field), edited: edited.map((one) => one.field) }
}

const LINK = 'https://assets.aircall.io/calls/3000000001/recording'
const withLink = (link: unknown) => ({ custom: { 'Call Recording': link } })

describe('compareRecord with a ledger entry', () => {
  const base: Payload = aDesired().payload

  it('finds nothing to do when Planhat holds what we would write', () => {
    expect(compare({}, { base })).toMatchObject({ changes: [], edited: [], moved: false, automation: false })
  })

  it('sends a field that still says what we wrote', () => {
    const old = { ...base, description: '<p>Before.</p>' }
    expect(fields({ description: ' <p>Before.</p>\n' }, { base: old })).toEqual({
      changes: ['description'],
      edited: [],
    })
  })

  it('keeps a field that a person changed, and still sends the others', () => {
    const old = { ...base, description: '<p>Before.</p>', date: '2026-06-01T10:00:00.000Z' }
    const remote = { description: '<p>My note.</p>', date: old.date }
    expect(fields(remote, { base: old })).toEqual({ changes: ['date'], edited: ['description'] })
  })

  it.each([
    ['subject', { subject: 'Renewal' }],
    ['type', { type: 'Meeting' }],
    ['description', { description: '' }],
    ['date', { date: '2026-06-02T10:00:00.000Z' }],
    ['companyId', { companyId: 'co-9' }],
    ['endusers', { endusers: [{ id: 'eu-9' }] }],
    ['users', { users: [] }],
    ['custom.Call Recording', withLink('https://files.example/mine')],
  ])('takes another %s for a person’s', (field, remote) => {
    expect(fields(remote, { base })).toEqual({ changes: [], edited: [field] })
    expect(compare(remote, { base }).moved).toBe(false)
  })

  it.each([
    ['description', { description: 'Call attempt logged.' }],
    ['date', { date: '1970-01-21T14:45:00.000Z' }],
    ['custom.Call Recording', withLink('https://recordings.aircall.io/x.mp3?X-Amz-Signature=1')],
  ])('takes back a %s that only the automation writes', (field, remote) => {
    expect(fields(remote, { base })).toEqual({ changes: [field], edited: [] })
    expect(compare(remote, { base }).automation).toBe(true)
  })

  it('moves what hangs where we hung it and the match says elsewhere now', () => {
    const desired = aDesired({
      payload: { companyId: 'co-2', contactId: 'eu-2', endusers: [{ id: 'eu-2' }] },
    })
    const comparison = compare({ ...base, custom: base.custom ?? {} }, { desired, base })
    expect(comparison.moved).toBe(true)
    expect(comparison.changes.map((one) => one.field)).toEqual(['companyId', 'contactId', 'endusers'])
    expect(comparison.changes[0]).toEqual({ field: 'companyId', before: 'co-1', after: 'co-2' })
  })

  it('leaves a record where a person moved it, also when the match says a third place', () => {
    const desired = aDesired({ payload: { companyId: 'co-2' } })
    const comparison = compare({ companyId: 'co-3' }, { desired, base })
    expect(comparison).toMatchObject({ moved: false, edited: [{ field: 'companyId' }] })
  })

  it('fills a custom field that was configured after the record was written', () => {
    const custom = { 'Call Recording': LINK, Outcome: 'answered' }
    const remote = withLink(LINK)
    expect(fields(remote, { base, desired: aDesired({ payload: { custom } }) })).toEqual({
      changes: ['custom.Outcome'],
      edited: [],
    })
  })
})

describe('half characters and control characters', () => {
  const call = aCall({
    tags: ['vip\ud83d', '\u001b[31mred'],
    line: { id: '1', name: 'Sup\0port', digits: null, country: 'US' },
    agent: { id: '456', name: 'Ana \udc4d Cruz', email: null },
  })
  const content = aContent({ call })
  const build = () =>
    buildRecords({ content, match: aMatch(), users: planhatUsers(), settings })[0] ?? aDesired()
  const desired = build()
  /** As 0.1.0 wrote it. */
  const former: Payload = {
    ...desired.payload,
    description: describeCall(content, settings.content),
    users: [{ name: 'Ana \udc4d Cruz' }],
  }
  const stores: [string, (text: string) => string][] = [
    ['keeps them', (text) => text],
    ['replaces them', (text) => text.toWellFormed().replaceAll('\0', '\ufffd')],
    [
      'leaves them out',
      (text) =>
        ['\0', '\u001b[31m', '\ud83d', '\udc4d'].reduce((said, one) => said.replaceAll(one, ''), text),
    ],
  ]

  it.each(stores)('are no edit where Planhat %s, as 0.1.0 sent them', (_name, keep) => {
    const remote = aRemote(
      { description: keep(former.description), users: [{ name: keep('Ana \udc4d Cruz') }] },
      desired,
    )
    expect(compareRecord({ desired, remote, content, settings, base: former })).toMatchObject({
      changes: [],
      edited: [],
    })
    expect(compareRecord({ desired, remote, content, settings, base: null })).toMatchObject({
      changes: [],
      edited: [],
    })
  })

  it('do not hide what a person changed beside them', () => {
    const remote = aRemote({ description: `${former.description}<p>My note.</p>` }, desired)
    const { edited } = compareRecord({ desired, remote, content, settings, base: former })
    expect(edited.map(({ field }) => field)).toEqual(['description'])
  })
})

describe('an End User who is gone', () => {
  const base = aDesired().payload
  const vera = { id: 'eu-2', name: 'Vera', email: 'vera@acme.example' }
  const desired = aDesired({ payload: { contactId: 'eu-2', endusers: [vera] } })
  const isGone = (id: string) => id === 'eu-1'

  const { contactId: _, ...unnamed } = aRemote({ endusers: [] })

  it.each([
    ['still names them', aRemote()],
    ['names nobody', unnamed],
    ['keeps a contact without the other', aRemote({ endusers: [] })],
  ])('is no person’s edit where Planhat %s: the record moves to the survivor', (_name, remote) => {
    const comparison = compareRecord({
      desired,
      remote,
      content: aContent({ transcript: aTranscript() }),
      settings,
      base,
      isGone,
    })
    expect(comparison.edited).toEqual([])
    expect(comparison.moved).toBe(true)
  })

  it('is a person’s edit where the End User is still there and was taken out, or somebody else was put in', () => {
    const taken = { endusers: [] }
    expect(fields(taken, { desired, base, isGone: () => false }).edited).toEqual(['endusers'])
    const other = { endusers: [{ id: 'eu-9', name: 'Al' }], contactId: 'eu-9' }
    expect(fields(other, { desired, base, isGone }).edited).toEqual(['contactId', 'endusers'])
  })
})

describe('compareRecord without a ledger entry', () => {
  it('recognises every field of the live automation’s call record', () => {
    const comparison = compareRecord({
      desired: aDesired(),
      remote: anAutomationRecord(),
      content: aContent(),
      settings,
      base: null,
    })
    expect(comparison.edited).toEqual([])
    expect(comparison.changes.map((one) => one.field)).toEqual([
      'description',
      'date',
      'endusers',
      'users',
      'custom.Call Recording',
    ])
    expect(comparison).toMatchObject({ moved: false, automation: true })
  })

  it.each(['Call attempt logged.', 'Call was answered.', 'Transcript not available yet.', ''])(
    'replaces the description "%s"',
    (description) => {
      expect(fields({ description })).toEqual({ changes: ['description'], edited: [] })
    },
  )

  it('replaces the automation’s transcript, line breaks, raw markup, wrong lead and all', () => {
    const utterances = [
      { startSeconds: 0, text: 'a < b & "c" <i>d</i>', speaker: 'external', phoneNumber: null },
      { startSeconds: 1, text: 'I am a machine', speaker: 'ai_voice_agent', phoneNumber: null },
      { startSeconds: 2, text: 'Bye', speaker: 'internal', phoneNumber: '+12025550199' },
    ] as const
    const transcript = aTranscript({ type: 'voicemail', utterances })
    const records = buildRecords({
      content: aContent({ transcript }),
      match: aMatch(),
      users: planhatUsers(),
      settings,
    })
    const desired = records.find((one) => one.record === 'transcript')!
    const description = automationTranscript(transcript).replaceAll('<p>', '\n  <p> ')
    expect(description).toContain('External:</strong> I am a machine')
    expect(fields({ description }, { desired, transcript })).toEqual({ changes: ['description'], edited: [] })
    const touched = { description: description.replace('Bye', 'Good-bye') }
    expect(fields(touched, { desired, transcript })).toEqual({ changes: [], edited: ['description'] })
  })

  it('recognises the automation’s transcript in the order in which Aircall sent it, empty utterances and all', () => {
    const transcript = aTranscript()
    const [one, two] = transcript.utterances
    const unsorted = aTranscript({ utterances: [two!, { ...one!, text: ' ' }, one!] })
    const desired = aDesired({ record: 'transcript' })
    const remote = (text: typeof transcript) => ({ description: automationTranscript(text) })
    expect(fields(remote(unsorted), { desired }).changes).toEqual(['description'])
    expect(fields(remote(aTranscript({ utterances: [two!, two!] })), { desired }).edited).toEqual([
      'description',
    ])
  })

  it('recognises the automation’s transcript of a text that we redacted', () => {
    const said = (text: string) =>
      aTranscript({ utterances: [{ startSeconds: 0, text, speaker: 'internal', phoneNumber: null }] })
    const transcript = said('my card [card] and mail [email]')
    const desired = aDesired({ record: 'transcript' })
    const remote = (text: string) => ({ description: automationTranscript(said(text)) })
    const known = remote('my card 4111 1111 1111 1111 and mail a@b.example')
    expect(fields(known, { desired, transcript }).changes).toEqual(['description'])
    expect(fields(remote('my cat 4111 and mail a@b.example'), { desired, transcript }).edited).toEqual([
      'description',
    ])
  })

  it('replaces our own call-only text when the transcript is merged into it later', () => {
    const merged = { ...settings, records: 'merged' } as const
    const build = (transcript: ReturnType<typeof aTranscript> | null) =>
      buildRecords({
        content: aContent({ transcript }),
        match: aMatch(),
        users: planhatUsers(),
        settings: merged,
      })[0]!
    const remote = { description: build(null).payload.description }
    expect(fields(remote, { desired: build(aTranscript()), settings: merged })).toEqual({
      changes: ['description'],
      edited: [],
    })
  })

  it('keeps any other description as a person’s', () => {
    expect(fields({ description: '<p>Spoke about the renewal.</p>' })).toEqual({
      changes: [],
      edited: ['description'],
    })
  })

  it.each([
    ['in 1970', '1970-01-21T14:45:00.000Z', 'changes'],
    ['when the call began', '2026-06-01T10:00:00.000Z', 'changes'],
    ['a thousand times too late', String((aCall().endedAt ?? 0) * 1_000_000), 'changes'],
    ['absent', '', 'changes'],
    ['the moment of its creation', '2026-06-01T10:05:01.000Z', 'changes'],
    ['of another day', '2026-06-02T10:00:00.000Z', 'edited'],
    ['no date at all', 'soon', 'edited'],
  ])('knows whose date is %s', (_name, date, whose) => {
    expect(fields({ date })).toEqual({ changes: [], edited: [], [whose]: ['date'] })
  })

  it.each([
    [null, 'changes'],
    ['', 'changes'],
    ['{{Step 2.url}}', 'changes'],
    ['[[Step 2.url]]', 'changes'],
    ['undefined', 'changes'],
    ['https://recordings.aircall.io/1.mp3?Expires=1&Signature=x', 'changes'],
    ['https://s3.amazonaws.com/aircall/1.mp3', 'changes'],
    ['https://assets.aircall.io/calls/3000000001/voicemail', 'changes'],
    ['https://assets.aircall.io/calls/42/recording', 'edited'],
    ['https://files.example/mine.mp3', 'edited'],
    ['see my notes', 'edited'],
  ])('knows whose recording link %s is', (link, whose) => {
    expect(fields(withLink(link))).toEqual({ changes: [], edited: [], [whose]: ['custom.Call Recording'] })
  })

  it.each([
    ['Aircall \u2014 inbound call from somebody@else.example', 'changes'],
    ['Aircall - call answered with +1 202-555-0134', 'changes'],
    ['Aircall \u2013 call made to Unknown', 'changes'],
    ['Aircall \u2013 inbound call from Jane Doe', 'changes'],
    ['Aircall \u2013 inbound call from Jane, about the renewal', 'edited'],
    ['Aircall \u2013 inbound call transcript from a@b.example', 'edited'],
    ['Renewal', 'edited'],
  ])('knows whose subject "%s" is', (subject, whose) => {
    expect(fields({ subject })).toEqual({ changes: [], edited: [], [whose]: ['subject'] })
  })

  it('knows a subject that names the number as Aircall gave it', () => {
    const call = aCall({ rawDigits: 'anonymous' })
    expect(fields({ subject: 'Aircall - inbound call from anonymous' }, { call }).changes).toEqual([
      'subject',
    ])
  })

  it.each([
    ['note', 'changes'],
    ['Meeting', 'edited'],
  ])('knows whose type %s is', (type, whose) => {
    expect(fields({ type })).toEqual({ changes: [], edited: [], [whose]: ['type'] })
  })

  it('replaces a type of the recipe by the configured one', () => {
    expect(
      fields({ type: 'Cold Call' }, { desired: aDesired({ payload: { type: 'Telephone' } }) }).changes,
    ).toEqual(['type'])
  })

  it('adds the missing users, and keeps one whom a person added', () => {
    expect(fields({ users: [] })).toEqual({ changes: ['users'], edited: [] })
    const added = [...aDesired().payload.users, { id: 'us-9', name: 'Cy' }]
    expect(fields({ users: added })).toEqual({ changes: [], edited: ['users'] })
  })

  it('keeps the agent whom the automation put on a call that rang at them in vain', () => {
    const call = aMissedCall({ agent: aCall().agent })
    const [desired] = buildRecords({
      content: aContent({ call }),
      match: aMatch(),
      users: new Map(),
      settings,
    })
    const remote = { users: [{ email: 'ana.cruz@example.com' }], description: 'Call attempt logged.' }
    expect(fields(remote, { call, ...(desired && { desired }) })).toEqual({
      changes: ['description'],
      edited: [],
    })
  })

  it('takes the agent whom the automation added for no edit, and adds what is missing of them', () => {
    const base = aDesired({ payload: { users: [] } }).payload
    expect(fields({ users: [{ email: 'ana.cruz@example.com' }] }, { base })).toEqual({
      changes: ['users'],
      edited: [],
    })
    expect(fields({ users: [] }, { base: aDesired().payload }).edited).toEqual(['users'])
  })

  it('strips no agent whom the automation knew and Aircall names no more', () => {
    const call = aMissedCall()
    const [desired] = buildRecords({
      content: aContent({ call }),
      match: aMatch(),
      users: new Map(),
      settings,
    })
    const remote = { users: [{ email: 'ana.cruz@example.com' }] }
    expect(fields(remote, { call, ...(desired && { desired }) }).changes).toEqual([])
  })

  it('adds missing End Users without calling it a move', () => {
    const comparison = compare({ endusers: [] })
    expect(comparison.changes.map((one) => one.field)).toEqual(['endusers'])
    expect(comparison.moved).toBe(false)
  })

  it('keeps an End User whom a person added beside ours', () => {
    const endusers = [...aDesired().payload.endusers, { id: 'eu-9', name: 'Al' }]
    expect(fields({ endusers })).toEqual({ changes: [], edited: ['endusers'] })
  })

  it.each([
    ['another company', { companyId: 'co-9' }],
    ['no company', { companyId: undefined }],
    ['another End User', { endusers: [{ id: 'eu-9', name: 'Al' }] }],
    ['another End User by e-mail only', { endusers: [{ email: 'default@contact.example' }] }],
    ['another contact and nobody named', { contactId: 'eu-9', endusers: [] }],
  ])('calls it a move when the record hangs on %s', (_name, remote) => {
    const comparison = compare(remote as Partial<RemoteRecord>)
    expect(comparison).toMatchObject({ moved: true, edited: [] })
  })

  it('calls it a move when the automation gave a shared line to one of its holders', () => {
    const [desired] = buildRecords({
      content: aContent(),
      match: aSharedLine(),
      users: planhatUsers(),
      settings,
    })
    const remote = { endusers: [{ email: 'jane.doe@acme.example' }] }
    expect(compare(remote, { desired: desired! })).toMatchObject({ moved: true, edited: [] })
  })
})

describe('a record that reads as ours, with the ledger lost', () => {
  const call = aCall()
  const ended = call.endedAt ?? 0
  const settings = { ...defaultSettings, customFields: { Seconds: 'durationSeconds' as const } }
  const earlier = (seconds: number) => {
    const before = { ...call, endedAt: ended - seconds }
    const content = aContent({ call: before, transcript: aTranscript() })
    const [record] = buildRecords({ content, match: aMatch(), users: planhatUsers(), settings })
    if (record === undefined) throw new Error('no record')
    const { description, date, custom } = record.payload
    return { description, date, custom: custom as RemoteRecord['custom'] }
  }
  const desired = () => {
    const content = aContent({ call, transcript: aTranscript() })
    const [record] = buildRecords({ content, match: aMatch(), users: planhatUsers(), settings })
    if (record === undefined) throw new Error('no record')
    return record
  }

  it('is ours where date and talk time differ by at most two minutes, as Aircall rewrites them', () => {
    for (const seconds of [1, 60, 120]) {
      const found = fields(earlier(seconds), { desired: desired(), settings })
      expect(found.edited, `${seconds} s`).toEqual([])
      expect(found.changes).toEqual(['description', 'date', 'custom.Seconds'])
    }
  })

  it('is a person’s where they differ by more, or where other words differ too', () => {
    expect(fields(earlier(121), { desired: desired(), settings }).edited).toEqual([
      'description',
      'date',
      'custom.Seconds',
    ])
    const { description, ...rest } = earlier(10)
    const edited = { ...rest, description: `${description}<p>Call back on Monday.</p>` }
    expect(fields(edited, { desired: desired(), settings }).edited).toEqual(['description'])
  })
})
