import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import type { EndUser } from '../../../src/domain.ts'
import { RefusedError } from '../../../src/errors.ts'
import { createMemoryIndex } from '../../../src/match/phone-index.ts'
import { IndexStore, type IndexWriter } from '../../../src/store/phone-index/phone-index.ts'
import { INDEX_SCHEMA } from '../../../src/store/phone-index/schema.ts'
import { anEndUser } from '../../support/builders.ts'

const SOURCE = {
  name: 'end-users.csv',
  kind: 'file',
  builtAtMs: 1_780_000_000_000,
  defaultCountry: 'US',
} as const
let db: DatabaseSync
let index: IndexStore

beforeEach(() => {
  db = new DatabaseSync(':memory:')
  db.exec(INDEX_SCHEMA)
  index = new IndexStore(db)
})

const person = (id: string, raw: string, more: Partial<EndUser> = {}) =>
  anEndUser({ id, phones: [{ field: 'phone', raw }], ...more })

const build = (people: readonly EndUser[], o: { allowShrink?: boolean } = {}) =>
  index.replaceAll({ ...SOURCE, ...o }, (writer) => {
    for (const p of people) writer.add(p)
  })

const PEOPLE = [
  person('b', '+12025550143'),
  person('a', '(202) 555-0143'),
  person('c', '+1 202-555-0144', { companyId: 'co-2', companyName: null, archived: true }),
  person('d', '+39 6 1234 5678', { companyId: 'co-2', companyName: 'Globex' }),
  person('e', 'n/a'),
]

describe('the index in SQLite', () => {
  it('answers as the index in memory does', async () => {
    await build(PEOPLE)
    const memory = createMemoryIndex(PEOPLE, 'US')
    for (const e164 of ['+12025550143', '+12025550144', '+390612345678', '+12025550199']) {
      const named = (holders: ReturnType<typeof memory.holders>) =>
        holders.map((h) => ({ id: h.endUser.id, field: h.field, tier: h.tier, archived: h.endUser.archived }))
      expect(named(index.holders(e164))).toEqual(named(memory.holders(e164)))
      expect(named(index.proposals(e164))).toEqual(named(memory.proposals(e164)))
    }
    expect(index.endUser('a')).toEqual(memory.endUser('a'))
    expect(index.endUser('nobody')).toBeNull()
    expect(index.hasCompany('co-2')).toBe(true)
    expect(index.hasCompany('co-9')).toBe(false)
    expect(index.companyName('co-2')).toBe('Globex')
    expect(index.size).toEqual(memory.size)
  })

  it('counts what it holds and what it could not use', async () => {
    const info = await index.replaceAll(SOURCE, ({ add, addProblem }) => {
      for (const p of PEOPLE) add(p)
      addProblem('no-id')
    })
    expect(info).toEqual({
      assumed: { country: 'US', numbers: 0, unusable: 0 },
      endUsers: 5,
      withPhone: 3,
      numbers: 2,
      shared: 1,
      unusable: [
        { reason: 'no-id', count: 1 },
        { reason: 'not-a-number', count: 1 },
        { reason: 'old-format', count: 1 },
      ],
      source: 'end-users.csv',
      kind: 'file',
      builtAtMs: 1_780_000_000_000,
    })
    expect(index.info()).toEqual(info)
    expect(index.shared(10)).toEqual([{ e164: '+12025550143', endUsers: 2, companies: 1 }])
    expect([...index.unusable()].map((u) => [u.endUserId, u.raw, u.reason, u.hint])).toEqual([
      ['e', 'n/a', 'not-a-number', null],
      ['d', '+39 6 1234 5678', 'old-format', '+390612345678'],
    ])
    expect(index.bearers(['+12025550144', '+12025550199'])).toMatchObject([
      { e164: '+12025550144', holders: [{ endUser: { id: 'c' } }] },
    ])
  })

  it('makes one End User of rows with the same id and company, with the phones of all', async () => {
    const info = await build([person('a', 'n/a'), person('a', '+12025550144')])
    expect(info).toMatchObject({ endUsers: 1, withPhone: 1, numbers: 1 })
    expect(info.unusable).toEqual([
      { reason: 'duplicate-row', count: 1 },
      { reason: 'not-a-number', count: 1 },
    ])
  })

  it('takes nobody who stands in two companies: nobody can tell whose calls these are', async () => {
    const info = await build([
      person('a', '+12025550144'),
      person('b', '+12025550143'),
      person('a', '+12025550145', { companyId: 'co-9' }),
      person('a', 'n/a'),
    ])
    expect(info).toMatchObject({ endUsers: 1, withPhone: 1, numbers: 1 })
    expect(info.unusable).toEqual([{ reason: 'duplicate-in-other-company', count: 3 }])
    expect(index.endUser('a')).toBeNull()
    expect(index.holders('+12025550144')).toEqual([])
  })

  it('counts the national numbers that it read as the default country for want of another', async () => {
    const info = await build([
      person('a', '(202) 555-0143', { country: null }),
      person('b', '01 76 36 06 95', { country: null }),
      person('c', '01 76 36 06 95', { country: 'FR' }),
      person('d', '+33 1', { country: null }),
    ])
    expect(info.assumed).toEqual({ country: 'US', numbers: 1, unusable: 1 })
  })

  it('finds a doubled id in the middle of thousands of rows', async () => {
    const people = Array.from({ length: 200 }, (_, i) => person(`u${i}`, `+1202${2_000_000 + i}`))
    const info = await build([
      ...people.slice(0, 75),
      person('u10', '+12025550144'),
      ...people.slice(75),
      person('u199', 'n/a'),
    ])
    expect(info).toMatchObject({
      endUsers: 200,
      numbers: 201,
      unusable: [{ reason: 'duplicate-row', count: 2 }],
    })
    expect(index.holders('+12025550144').map((h) => h.endUser.id)).toEqual(['u10'])
    expect(index.holders('+12022000150').map((h) => h.endUser.id)).toEqual(['u150'])
  })

  it('keeps the stronger reading where an End User has a number twice, also over several rows', async () => {
    await build([person('a', '202-555-0143'), person('a', '+1 202-555-0143')])
    expect(index.holders('+12025550143').map((h) => h.tier)).toEqual([1])
  })

  it('is empty before the first build', () => {
    expect(index.info()).toBeNull()
    expect(index.size).toEqual({ endUsers: 0, numbers: 0 })
    expect(index.holders('+12025550143')).toEqual([])
  })
})

describe('replacing the index', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => person(`u${i}`, `+1202${2_000_000 + i}`))

  it('takes nothing over from the old one', async () => {
    await build(PEOPLE)
    await build(many(5))
    expect(index.holders('+12025550143')).toEqual([])
    expect(index.endUser('a')).toBeNull()
  })

  it('leaves the old one, and no trace of the new, when the source breaks in the middle', async () => {
    await build(PEOPLE)
    const broken = async ({ add }: IndexWriter) => {
      for (const p of many(25_000)) add(p)
      throw new Error('line 25001')
    }
    await expect(index.replaceAll(SOURCE, broken)).rejects.toThrow('line 25001')
    expect(index.holders('+12025550143').length).toBe(2)
    expect(index.info()?.endUsers).toBe(5)
    expect(
      db
        .prepare("SELECT count(*) AS n FROM sqlite_master WHERE name LIKE '%next%' OR name LIKE '%gathered%'")
        .get(),
    ).toEqual({ n: 0 })
  })

  it('starts anew over what a killed build left', async () => {
    await build(PEOPLE)
    db.exec('CREATE TABLE index_end_users_next (wrong TEXT)')
    await expect(build(PEOPLE)).resolves.toMatchObject({ endUsers: 5 })
  })

  it('answers from the old one while the new one is being built', async () => {
    await build(PEOPLE)
    await index.replaceAll(SOURCE, async ({ add }) => {
      for (const p of many(12_000)) add(p)
      expect(index.holders('+12025550143').length).toBe(2)
    })
    expect(index.holders('+12025550143')).toEqual([])
  })

  it('refuses an empty source, and one with less than half, and leaves the index', async () => {
    await build(many(10))
    const refusals = [
      await build([]).catch((e: unknown) => e),
      await build(many(4)).catch((e: unknown) => e),
    ] as RefusedError[]
    expect(refusals.map((e) => [e instanceof RefusedError, e.code, e.exitCode])).toEqual([
      [true, 'INDEX_EMPTY', 6],
      [true, 'INDEX_SHRINK', 6],
    ])
    expect(refusals[1]?.suggestions[0]).toContain('--allow index-shrink')
    expect(index.info()?.endUsers).toBe(10)
  })

  it('takes half, and less where that is allowed by name', async () => {
    await build(many(10))
    await expect(build(many(5))).resolves.toMatchObject({ endUsers: 5 })
    await expect(build(many(1), { allowShrink: true })).resolves.toMatchObject({ endUsers: 1 })
  })

  it('builds the same rows from the same source, whatever the batches', async () => {
    const people = many(10_001).concat(PEOPLE)
    await build(people)
    const dump = () => db.prepare('SELECT e164, seq, field, tier FROM index_phones ORDER BY e164, seq').all()
    const first = dump()
    await build(people)
    expect(dump()).toEqual(first)
    expect(first.length).toBe(10_004)
  })
})
