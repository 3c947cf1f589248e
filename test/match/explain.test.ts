import { describe, expect, it } from 'vitest'
import type { MatchSettings } from '../../src/domain.ts'
import { explainNumber } from '../../src/match/explain.ts'
import { createHygieneList } from '../../src/match/hygiene.ts'
import { matchCall } from '../../src/match/match.ts'
import { createMemoryIndex } from '../../src/match/phone-index.ts'
import { aCall, anEndUser } from '../support/builders.ts'

const settings: MatchSettings = {
  defaultCountry: 'US',
  fallbackNumber: null,
  ownNumbers: [],
  archivedMayMatch: false,
}
const people = [
  anEndUser({
    id: 'a',
    name: 'Ada',
    companyId: 'c1',
    companyName: 'Initech',
    phones: [{ field: 'phone', raw: '202-555-0143' }],
  }),
  anEndUser({ id: 'b', companyId: 'c1', phones: [{ field: 'phone', raw: '+12025550144' }] }),
  anEndUser({ id: 'c', companyId: 'c1', phones: [{ field: 'phone', raw: '+12025550144' }] }),
  anEndUser({ id: 'd', companyId: 'c2', phones: [{ field: 'phone', raw: '+12025550145' }] }),
  anEndUser({ id: 'e', companyId: 'c3', phones: [{ field: 'phone', raw: '+12025550145' }] }),
  anEndUser({ id: 'f', companyId: 'c3', phones: [{ field: 'phone', raw: '+39 6 1234 5678' }] }),
]
const index = createMemoryIndex(people, 'US')
const explain = (raw: string, country: string | null = null) =>
  explainNumber(raw, country, { index, settings, ownNumbers: new Set(['+12025550100']) })

describe('the explanation of a number', () => {
  it.each([
    ['+1 202-555-0143', 'matched', '2', ['a']],
    ['2025550144', 'shared-line', '2', ['b', 'c']],
    ['+12025550144', 'shared-line', '1', ['b', 'c']],
    ['+12025550145', 'ambiguous', '1', ['d', 'e']],
    ['+390612345678', 'proposed', '3', ['f']],
    ['+39 6 1234 5678', 'proposed', '3', ['f']],
    ['390612345678', 'proposed', '3', ['f']],
    ['+52 1 55 1234 5678', 'unmatched', '', []],
    ['33176360695', 'invalid-number', '', []],
    ['+12025550199', 'unmatched', '', []],
    ['anonymous', 'anonymous', '', []],
    ['72345', 'invalid-number', '', []],
    ['+12025550100', 'own-number', '', []],
  ])('%s: %s, tier %j', (raw, decision, tier, ids) => {
    const explanation = explain(raw)
    expect(explanation).toMatchObject({ input: raw, decision, tier })
    expect(explanation.holders.map((h) => h.endUser.id)).toEqual(ids)
    expect(explanation.steps.length).toBeGreaterThan(0)
  })

  it('says which country was used and why', () => {
    expect(explain('202-555-0143').steps[0]).toBe(
      'Read as +12025550143 with country US (the configured default).',
    )
    expect(explain('020 7946 0958', 'GB').steps[0]).toBe(
      'Read as +442079460958 with country GB (given with the number).',
    )
    expect(explain('+12025550143').steps[0]).toBe('Read as +12025550143, no country needed.')
  })

  it('shows what a rejected value may stand for', () => {
    expect(explain('33176360695').steps).toEqual([
      'The number is not valid in its country; it looks international without its plus (country tried: US).',
      'It may stand for +33176360695.',
      'Under another spelling: nobody.',
    ])
  })
})

describe('the phone-hygiene list', () => {
  it('counts the calls that fixing a number would match, most first', () => {
    const list = createHygieneList()
    const calls = [
      '+1 202-555-0199',
      '+390612345678',
      '+1 202-555-0199',
      '+12025550143',
      'anonymous',
      '+12025550145',
      '72345',
    ]
    for (const rawDigits of calls)
      list.add(matchCall(aCall({ rawDigits }), { index, settings, ownNumbers: new Set() }))
    expect(
      list.ranked().map(({ number, reason, calls: n, candidates }) => [number, reason, n, candidates]),
    ).toEqual([
      ['+12025550199', 'unmatched', 2, ''],
      ['+12025550145', 'ambiguous', 1, 'd@c2 e@c3'],
      ['+390612345678', 'proposed', 1, 'f@c3'],
      ['72345', 'invalid-number', 1, ''],
    ])
  })
})
