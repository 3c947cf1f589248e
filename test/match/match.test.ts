import { describe, expect, it } from 'vitest'
import type { Call, EndUser, MatchSettings, Participant } from '../../src/domain.ts'
import { type MatchContext, matchCall } from '../../src/match/match.ts'
import { createMemoryIndex } from '../../src/match/phone-index.ts'
import { aCall, anEndUser } from '../support/builders.ts'

const SETTINGS: MatchSettings = {
  defaultCountry: 'US',
  fallbackNumber: null,
  ownNumbers: [],
  archivedMayMatch: false,
}

const phone = (raw: string, field = 'phone') => ({ field, raw })
const external = (phoneNumber: string | null): Participant => ({ kind: 'external', phoneNumber, name: null })

interface World extends Partial<Omit<MatchContext, 'index' | 'settings'>> {
  readonly people?: readonly EndUser[]
  readonly settings?: Partial<MatchSettings>
}

function match(
  call: Call,
  { people = [anEndUser()], settings, ownNumbers = new Set(), ...rest }: World = {},
) {
  const index = createMemoryIndex(people, 'US')
  return matchCall(call, { index, settings: { ...SETTINGS, ...settings }, ownNumbers, ...rest })
}

const ada = anEndUser({ id: 'ada', name: 'Ada Example', companyId: 'c1', companyName: 'Initech' })
const bob = anEndUser({ id: 'bob', name: 'Bob Example', companyId: 'c1', companyName: 'Initech' })
const eve = anEndUser({ id: 'eve', name: 'Eve Example', companyId: 'c2', companyName: 'Globex' })

describe('whose call it is', () => {
  it('is the one holder of the number, with the field and the tier', () => {
    const result = match(aCall(), { people: [ada] })
    expect(result).toMatchObject({
      kind: 'matched',
      number: '+12025550134',
      companyId: 'c1',
      companyName: 'Initech',
      field: 'phone',
      tier: 1,
      via: 'phone',
    })
    expect(result.because).toBe('Only Ada Example (Initech) has this number, in phone (written in full).')
  })

  it('applies by itself after a country was supplied, and says tier 2', () => {
    const people = [{ ...ada, phones: [phone('(202) 555-0134', 'custom.Phone 2')] }]
    expect(match(aCall(), { people })).toMatchObject({ kind: 'matched', tier: 2, field: 'custom.Phone 2' })
  })

  it("reads a national raw number with the Aircall line's country", () => {
    const people = [{ ...ada, phones: [phone('+44 20 7946 0958')] }]
    const line = { id: '1', name: 'London', digits: '+44 20 7946 0000', country: 'GB' }
    expect(match(aCall({ rawDigits: '020 7946 0958', line }), { people })).toMatchObject({
      kind: 'matched',
      tier: 2,
    })
    expect(match(aCall({ rawDigits: '020 7946 0958' }), { people })).toMatchObject({ kind: 'invalid-number' })
  })

  it("reads an End User's national number with the End User's own country", () => {
    const people = [{ ...ada, country: 'FR', phones: [phone('01 76 36 06 95')] }]
    expect(match(aCall({ rawDigits: '+33 1 76 36 06 95' }), { people })).toMatchObject({
      kind: 'matched',
      tier: 2,
    })
  })

  it('is one holder when the same End User has it in two fields, by the stronger one', () => {
    const people = [{ ...ada, phones: [phone('2025550134', 'custom.Phone 2'), phone('+12025550134')] }]
    expect(match(aCall(), { people })).toMatchObject({ kind: 'matched', field: 'phone', tier: 1 })
  })

  it('is the company alone when several of its End Users share the number', () => {
    const result = match(aCall(), { people: [ada, bob] })
    expect(result).toMatchObject({ kind: 'shared-line', companyId: 'c1', companyName: 'Initech' })
    expect('candidates' in result && result.candidates.map((h) => h.endUser.id)).toEqual(['ada', 'bob'])
  })

  it('is a shared line for two extensions of one switchboard', () => {
    const people = [
      { ...ada, phones: [phone('+1 202 555 0134 x12')] },
      { ...bob, phones: [phone('+1 202 555 0134 x14')] },
    ]
    expect(match(aCall(), { people })).toMatchObject({ kind: 'shared-line' })
  })

  it('counts tiers 1 and 2 alike, so a second company makes it ambiguous', () => {
    const people = [ada, { ...eve, phones: [phone('202-555-0134')] }]
    expect(match(aCall(), { people })).toMatchObject({
      kind: 'ambiguous',
      because: '2 End Users of 2 companies have this number.',
    })
  })

  it('is nobody when nobody has the number', () => {
    expect(match(aCall({ rawDigits: '+1 202-555-0199' }))).toMatchObject({
      kind: 'unmatched',
      candidates: [],
    })
  })

  it('never confuses a number with another that contains it or shares its last ten digits', () => {
    const people = [{ ...ada, phones: [phone('+65 6555 0123')] }]
    expect(match(aCall({ rawDigits: '+1 656 555 0123' }), { people })).toMatchObject({ kind: 'unmatched' })
    expect(match(aCall({ rawDigits: '888' }), { people })).toMatchObject({ kind: 'invalid-number' })
  })

  it('is the same whatever order the End Users come in', () => {
    const people = [ada, bob, eve]
    expect(match(aCall(), { people })).toEqual(match(aCall(), { people: people.toReversed() }))
  })
})

describe('variants of a number', () => {
  it.each([
    ['AR with 9 stored, without called', '+54 9 11 6907 1234', '+54 11 6907 1234'],
    ['AR without 9 stored, with called', '+54 11 6907 1234', '+54 9 11 6907 1234'],
    ['MX old 1 stored', '+52 1 55 1234 5678', '+52 55 1234 5678'],
    ['BR ninth digit missing', '+55 11 8765 4321', '+55 11 98765 4321'],
    ['IT zero lost', '+39 6 1234 5678', '+39 06 1234 5678'],
    ['CI before 2021', '+225 07 12 34 56', '+225 07 07 12 34 56'],
    ['plus lost on a bare international number', '33176360695', '+33 1 76 36 06 95'],
    ['plus lost, and valid at home by chance', '6565550123', '+65 6555 0123'],
  ])('%s: proposed, held, never by itself', (_name, stored, called) => {
    const people = [{ ...ada, phones: [phone(stored)] }]
    const result = match(aCall({ rawDigits: called }), { people })
    expect(result).toMatchObject({ kind: 'proposed', candidates: [{ endUser: { id: 'ada' }, tier: 3 }] })
  })

  it.each([
    ['AR with 9 called', '+54 11 6907 1234', '+54 9 11 6907 1234', 'AR'],
    ['MX old 1 called, as carriers send it', '+52 55 1234 5678', '+52 1 55 1234 5678', 'US'],
    ['MX old 1 called and stored', '+52 1 55 1234 5678', '+52 1 55 1234 5678', 'US'],
    ['MX 044 called', '+52 55 1234 5678', '044 55 1234 5678', 'MX'],
    ['BR eight digits called', '+55 11 98765 4321', '+55 11 8765 4321', 'US'],
    ['BR eight digits called at home', '+55 11 98765 4321', '11 8765 4321', 'BR'],
    ['IT zero lost by the caller', '+39 06 1234 5678', '+39 6 1234 5678', 'US'],
    ['CI eight digits called', '+225 07 07 12 34 56', '+225 07 12 34 56', 'US'],
    ['CI eight digits called at home', '+225 07 07 12 34 56', '07 12 34 56', 'CI'],
    ['plus lost by the caller', '+33 1 76 36 06 95', '33176360695', 'US'],
  ])("%s: proposed on the call's side too", (_name, stored, called, country) => {
    const people = [{ ...ada, phones: [phone(stored)] }]
    const line = { id: '1', name: null, digits: null, country }
    const result = match(aCall({ rawDigits: called, line }), { people })
    expect(result).toMatchObject({ kind: 'proposed', candidates: [{ endUser: { id: 'ada' }, tier: 3 }] })
  })

  it.each(['+52 1 55 1234 5678', '+55 11 8765 4321', '+39 6 1234 5678', '+225 07 12 34 56'])(
    '%s is unmatched where nobody has the form that counts, and keeps the form it came in',
    (called) => {
      expect(match(aCall({ rawDigits: called }))).toMatchObject({
        kind: 'unmatched',
        number: called,
        candidates: [],
      })
    },
  )

  it('of a number without its plus stay invalid where nobody has it', () => {
    expect(match(aCall({ rawDigits: '33176360695' }))).toMatchObject({ kind: 'invalid-number' })
  })

  it("of one of the account's own numbers are own numbers", () => {
    const ownNumbers = new Set(['+525512345678'])
    expect(match(aCall({ rawDigits: '+52 1 55 1234 5678' }), { ownNumbers })).toMatchObject({
      kind: 'own-number',
    })
  })

  it('propose several, each once, in the order of their ids', () => {
    const people = [
      { ...eve, phones: [phone('+52 55 1234 5678'), phone('+52 1 55 1234 5678', 'custom.Phone 2')] },
      { ...ada, phones: [phone('+52 1 55 1234 5678')] },
    ]
    const result = match(aCall({ rawDigits: '+52 1 55 1234 5678' }), { people })
    expect('candidates' in result && result.candidates.map((h) => h.endUser.id)).toEqual(['ada', 'eve'])
  })

  it('of an archived End User alone are unmatched, and a reviewer may settle the call', () => {
    const people = [{ ...ada, archived: true, phones: [phone('+52 55 1234 5678')] }, eve]
    const call = aCall({ rawDigits: '+52 1 55 1234 5678' })
    expect(match(call, { people })).toMatchObject({
      kind: 'unmatched',
      candidates: [{ endUser: { id: 'ada' } }],
    })
    const settled = { endUserId: 'eve', companyId: 'c2' }
    expect(match(call, { people, settled })).toMatchObject({
      kind: 'matched',
      companyId: 'c2',
      via: 'review',
    })
  })

  it('propose nothing where somebody has the number itself', () => {
    const people = [
      { ...ada, phones: [phone('+54 9 11 6907 1234')] },
      { ...eve, phones: [phone('+54 11 6907 1234')] },
    ]
    expect(match(aCall({ rawDigits: '+54 11 6907 1234' }), { people })).toMatchObject({
      kind: 'matched',
      companyId: 'c2',
    })
  })
})

describe('archived End Users', () => {
  const gone = { ...eve, archived: true }

  it('lose against live ones', () => {
    expect(match(aCall(), { people: [ada, gone] })).toMatchObject({ kind: 'matched', companyId: 'c1' })
  })

  it('are shown and never the only ground for a write', () => {
    expect(match(aCall(), { people: [gone] })).toMatchObject({
      kind: 'unmatched',
      candidates: [{ endUser: { id: 'eve' } }],
    })
  })

  it('match where the configuration says so', () => {
    expect(match(aCall(), { people: [gone], settings: { archivedMayMatch: true } })).toMatchObject({
      kind: 'matched',
      companyId: 'c2',
    })
  })
})

describe('the buckets in their order', () => {
  const own = new Set(['+12025550134'])
  const filter = () => true

  it('holds a call that has not ended, whatever else is true of it', () => {
    expect(match(aCall({ status: 'answered', endedAt: null }), { ownNumbers: own, filter })).toMatchObject({
      kind: 'in-progress',
    })
    expect(match(aCall({ status: 'initial', endedAt: null, rawDigits: null }))).toMatchObject({
      kind: 'in-progress',
    })
  })

  it('leaves out what a flag leaves out, before looking at its number', () => {
    expect(match(aCall({ rawDigits: 'anonymous' }), { filter })).toMatchObject({ kind: 'filtered' })
  })

  it('never matches an own number, even when an End User has it', () => {
    expect(match(aCall(), { ownNumbers: own })).toMatchObject({ kind: 'own-number' })
  })

  it.each(['anonymous', '+266696687', '+86 282 452 253', null, ''])(
    'puts %j with the anonymous',
    (rawDigits) => {
      expect(match(aCall({ rawDigits }))).toMatchObject({ kind: 'anonymous' })
    },
  )

  it.each(['+1 555 123 4567', '72345', '+52 1 55 1234'])('puts %s with the invalid', (rawDigits) => {
    expect(match(aCall({ rawDigits }))).toMatchObject({ kind: 'invalid-number', number: rawDigits })
  })
})

describe('external participants', () => {
  const cleo = { ...bob, id: 'cleo', phones: [phone('+1 202-555-0177')] }

  it('of the same company add their End Users, after the one of raw_digits', () => {
    const call = aCall({ participants: [external('+1 202-555-0177'), external('+1 202-555-0134')] })
    const result = match(call, { people: [ada, cleo] })
    expect('endUsers' in result && result.endUsers.map((u) => u.id)).toEqual(['ada', 'cleo'])
  })

  it('of another company, shared, archived or own change nothing', () => {
    const shared = [
      anEndUser({ id: 'x', companyId: 'c1', phones: [phone('+12025550178')] }),
      anEndUser({ id: 'y', companyId: 'c1', phones: [phone('+12025550178')] }),
    ]
    const people = [
      ada,
      { ...eve, phones: [phone('+12025550177')] },
      ...shared,
      { ...bob, archived: true, phones: [phone('+12025550179')] },
    ]
    const participants = ['+12025550177', '+12025550178', '+12025550179', '+12025550100', null, 'n/a'].map(
      external,
    )
    const result = match(aCall({ participants }), { people, ownNumbers: new Set(['+12025550100']) })
    expect('endUsers' in result && result.endUsers.map((u) => u.id)).toEqual(['ada'])
  })

  it('decide where raw_digits is missing or no number, the first of them', () => {
    const participants = [external('+1 202-555-0177'), external('+1 202-555-0134')]
    for (const rawDigits of [null, '72345']) {
      expect(match(aCall({ rawDigits, participants }), { people: [ada, cleo] })).toMatchObject({
        number: '+12025550177',
        companyId: 'c1',
      })
    }
  })

  it('never unmask a caller who kept the number back', () => {
    expect(
      match(aCall({ rawDigits: 'anonymous', participants: [external('+1 202-555-0134')] })),
    ).toMatchObject({ kind: 'anonymous' })
  })

  it('count only when they are external', () => {
    const participants: Participant[] = [{ kind: 'user', phoneNumber: '+12025550134', name: null }]
    expect(match(aCall({ rawDigits: null, participants }))).toMatchObject({ kind: 'anonymous' })
  })
})

describe("a reviewer's decision", () => {
  const stranger = aCall({ rawDigits: '+1 202-555-0199' })

  it('attaches the call to the End User and its company', () => {
    const settled = { endUserId: 'ada', companyId: 'c1' }
    expect(match(stranger, { people: [ada], settled })).toMatchObject({
      kind: 'matched',
      via: 'review',
      companyId: 'c1',
      endUsers: [{ id: 'ada' }],
    })
  })

  it('follows the End User to another company, by id and by name', () => {
    const moved = { ...ada, companyId: 'c2', companyName: 'Hooli' }
    const settled = { endUserId: 'ada', companyId: 'c1' }
    const colleague = { ...eve, companyId: 'c1', companyName: 'Initech' }
    expect(match(stranger, { people: [moved, colleague], settled })).toMatchObject({
      kind: 'matched',
      companyId: 'c2',
      companyName: 'Hooli',
    })
  })

  it('attaches the call to a company with no End User', () => {
    const settled = { endUserId: null, companyId: 'c1' }
    expect(match(stranger, { people: [ada], settled })).toMatchObject({
      kind: 'shared-line',
      via: 'review',
      companyName: 'Initech',
      candidates: [],
    })
  })

  it('falls back to the phone book when the End User is gone or archived since', () => {
    expect(match(stranger, { people: [ada], settled: { endUserId: 'gone', companyId: 'c9' } })).toMatchObject(
      { kind: 'unmatched' },
    )
    const settled = { endUserId: 'eve', companyId: 'c2' }
    expect(match(aCall(), { people: [ada, { ...eve, archived: true }], settled })).toMatchObject({
      kind: 'matched',
      via: 'phone',
      companyId: 'c1',
    })
  })
})

describe('the fallback number', () => {
  const settings = { fallbackNumber: '202-555-0134' }

  it('takes strangers and anonymous callers to its one holder, and says so', () => {
    for (const rawDigits of ['+1 202-555-0199', 'anonymous']) {
      expect(match(aCall({ rawDigits }), { people: [ada], settings })).toMatchObject({
        kind: 'matched',
        via: 'fallback',
        companyId: 'c1',
      })
    }
  })

  it('is not used when several have it, nor for numbers that are invalid, ambiguous or proposed', () => {
    const stranger = aCall({ rawDigits: '+1 202-555-0199' })
    expect(match(stranger, { people: [ada, bob], settings })).toMatchObject({ kind: 'unmatched' })
    expect(match(aCall({ rawDigits: '72345' }), { people: [ada], settings })).toMatchObject({
      kind: 'invalid-number',
    })
  })

  it('is off by default', () => {
    expect(match(aCall({ rawDigits: '+1 202-555-0199' }), { people: [ada] })).toMatchObject({
      kind: 'unmatched',
    })
  })
})
