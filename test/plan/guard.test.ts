import { describe, expect, it } from 'vitest'
import { BUCKETS, type Bucket, type GuardSettings } from '../../src/domain.ts'
import { checkGuards, type GuardInput, matchRate } from '../../src/plan/guard.ts'

function buckets(counts: Partial<Record<Bucket, number>>): Record<Bucket, number> {
  return {
    ...(Object.fromEntries(BUCKETS.map((bucket) => [bucket, 0])) as Record<Bucket, number>),
    ...counts,
  }
}

function trips(input: Partial<GuardInput>, settings: Partial<GuardSettings> = {}, allowed: string[] = []) {
  return checkGuards(
    {
      changes: 10,
      buckets: buckets({ matched: 60, unmatched: 40 }),
      matchedByEndUser: new Map([
        ['eu-1', 30],
        ['eu-2', 30],
      ]),
      index: { endUsers: 100, before: null },
      lastMatch: null,
      sources: [],
      ...input,
    },
    { maxChanges: null, maxDeletes: 0, maxShareOfOneEndUser: 0.5, minMatchRate: null, ...settings },
    new Set(allowed),
  )
}

describe('checkGuards', () => {
  it('lets an ordinary run pass', () => {
    expect(trips({})).toEqual([])
  })

  it.each([
    ['max-changes', { changes: 11 }, { maxChanges: 10 }, '11 records', '10'],
    [
      'one-end-user',
      {
        matchedByEndUser: new Map([
          ['eu-2', 1],
          ['eu-1', 31],
        ]),
      },
      {},
      'End User eu-1 takes 31 of 60',
      '50%',
    ],
    ['match-rate', {}, { minMatchRate: 0.7 }, '60% of 100', '70%'],
    [
      'match-rate-drop',
      { buckets: buckets({ matched: 4, unmatched: 96 }), lastMatch: { rate: 0.6, calls: 80 } },
      {},
      '4% of 100',
      '60%',
    ],
    ['index-shrink', { index: { endUsers: 0, before: null } }, {}, 'holds 0 End Users', '1'],
    ['index-shrink', { index: { endUsers: 49, before: 100 } }, {}, 'holds 49 End Users', '100'],
    [
      'empty-source',
      { sources: [{ name: 'Aircall', returned: 0, before: 12 }] },
      {},
      'Aircall returned nothing',
      '12',
    ],
  ] as const)('trips %s, saying number, limit and how to pass', (name, input, settings, number, limit) => {
    const [trip, ...others] = trips(input, settings)
    expect(others).toEqual([])
    expect(trip?.name).toBe(name)
    expect(trip?.message).toContain(number)
    expect(trip?.message).toContain(limit)
    expect(trip?.message).toContain(`--allow ${name}`)
    expect(trips(input, settings, [name])).toEqual([])
  })

  it.each([
    ['as many changes as allowed', { changes: 10 }, { maxChanges: 10 }],
    ['exactly half the calls on one End User', { matchedByEndUser: new Map([['eu-1', 30]]) }, {}],
    [
      'one End User in fewer than 50 matched calls',
      { buckets: buckets({ matched: 49 }), matchedByEndUser: new Map([['eu-1', 49]]) },
      {},
    ],
    ['a rate at the limit', {}, { minMatchRate: 0.6 }],
    ['a low rate without calls', { buckets: buckets({ anonymous: 5 }) }, { minMatchRate: 0.6 }],
    [
      'a drop to exactly half',
      { buckets: buckets({ matched: 30, unmatched: 70 }), lastMatch: { rate: 0.6, calls: 80 } },
      {},
    ],
    ['a drop in few calls', { buckets: buckets({ unmatched: 49 }), lastMatch: { rate: 0.6, calls: 80 } }, {}],
    ['a drop from few calls', { buckets: buckets({ unmatched: 90 }), lastMatch: { rate: 1, calls: 49 } }, {}],
    ['half the index', { index: { endUsers: 50, before: 100 } }, {}],
    ['a source that was always empty', { sources: [{ name: 'Aircall', returned: 0, before: 0 }] }, {}],
  ] as const)('does not trip on %s', (_name, input, settings) => {
    expect(trips(input, settings)).toEqual([])
  })

  it('counts shared lines as matched calls of nobody', () => {
    const input = {
      buckets: buckets({ matched: 31, 'shared-line': 40 }),
      matchedByEndUser: new Map([['eu-1', 31]]),
    }
    expect(trips(input)).toEqual([])
  })
})

describe('matchRate', () => {
  it('leaves out calls that nobody could match', () => {
    const counts = buckets({
      matched: 2,
      'shared-line': 1,
      unmatched: 1,
      anonymous: 50,
      'own-number': 9,
      filtered: 9,
    })
    expect(matchRate(counts)).toEqual({ rate: 0.75, calls: 4 })
  })
})
