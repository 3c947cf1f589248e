import { describe, expect, it } from 'vitest'
import type { Strategy } from '../../src/apply/item.ts'
import type { RemoteRecord } from '../../src/records.ts'
import { FakePlanhat } from './support/fake-planhat.ts'
import { count, create, creates, run, update } from './support/items.ts'

const OTHER = '5e15901391025d870eecffff'

describe('the first write of a run', () => {
  it.each([
    [{ noteFallback: true }, 'CONVERSATION_TYPE'],
    [{ dropCustom: true }, 'CUSTOM_FIELD'],
    [{ dropEndusers: true }, 'ENDUSERS_DROPPED'],
  ])('is read back, and %j ends the run before a second record', async (switches, code) => {
    for (const strategy of ['auto', 'bulk', 'resolve', 'single'] as Strategy[]) {
      const planhat = new FakePlanhat(switches)
      const { outcomes, error } = await run(planhat, creates(20), { strategy })
      expect(error).toMatchObject({ code, exitCode: 7 })
      expect((error as { suggestions: string[] }).suggestions[0]?.length).toBeGreaterThan(20)
      expect(count(outcomes)).toEqual({ created: 1 })
      expect(planhat.records.size).toBe(1)
    }
  })

  it('costs one read when all is well', async () => {
    const planhat = new FakePlanhat()
    await run(planhat, creates(20), { tenant: { behaviour: 'matches' } })
    expect(planhat.log.filter((line) => line.startsWith('GET'))).toHaveLength(1)
  })
})

describe('a missing permission', () => {
  it('ends the run after three records, each named', async () => {
    const planhat = new FakePlanhat({ permission: 'bulkAll403' })
    const { outcomes, error } = await run(planhat, creates(300), { strategy: 'resolve' })
    expect(error).toMatchObject({ code: 'PLANHAT_PERMISSION', exitCode: 7 })
    expect(outcomes.map((o) => o.code)).toEqual(Array(3).fill('PLANHAT_PERMISSION'))
    expect(planhat.stats.writes).toBe(3)
  })
})

describe('the strategy auto', () => {
  it('sends no record twice to find something out, and deletes none', async () => {
    for (const bulkMatches of [true, false]) {
      const planhat = new FakePlanhat({ bulkMatches })
      await run(planhat, creates(10))
      expect(planhat.records.size).toBe(10)
      expect(planhat.sent.flat().map((item) => item['externalId'])).toHaveLength(10)
      expect(planhat.log.filter((line) => line.startsWith('DELETE'))).toEqual([])
    }
  })

  it('looks for nothing where a probe has told that the tenant matches external ids', async () => {
    const planhat = new FakePlanhat({ scopedByCompany: true })
    planhat.add({ ...create(0).payload, description: 'old' })
    const { outcomes } = await run(planhat, creates(10), { tenant: { behaviour: 'matches' } })
    expect(planhat.records.size).toBe(10)
    expect(outcomes).toHaveLength(10)
    expect(planhat.log.filter((line) => line === 'GET /conversations')).toEqual([])
  })

  it('adopts a record that somebody else wrote under the same id since the plan, and says how it was', async () => {
    for (const bulkMatches of [true, false]) {
      const planhat = new FakePlanhat({ bulkMatches })
      const remote = planhat.add({ ...create(0).payload, description: 'Call attempt logged.' })
      const { outcomes, befores } = await run(planhat, creates(3))
      expect(outcomes[0]).toMatchObject({ outcome: 'updated', planhatId: remote._id })
      expect(befores[0]).toMatchObject({ _id: remote._id, description: 'Call attempt logged.' })
      expect(planhat.records.get(remote._id)).toMatchObject(create(0).payload)
      expect(planhat.records.size).toBe(3)
    }
  })
})

describe('a record whose company changed', () => {
  const move = (planhatId: string) => ({
    ...update(1, planhatId, ['companyId'], { companyId: OTHER }),
    companyMoved: true,
  })

  it.each(['auto', 'bulk', 'resolve'] as Strategy[])(
    'is moved by _id in bulk, and looked at (%s)',
    async (strategy) => {
      const planhat = new FakePlanhat({ scopedByCompany: true })
      const remote = planhat.add({ ...create(1).payload })
      const { outcomes } = await run(planhat, [move(remote._id)], { strategy })
      expect(outcomes).toMatchObject([{ outcome: 'updated', planhatId: remote._id }])
      expect(planhat.log.slice(0, 2)).toEqual(['PUT /conversations', `GET /conversations/${remote._id}`])
      expect([...planhat.records.values()]).toMatchObject([{ companyId: OTHER }])
    },
  )

  it('alone is known to be moved by the answer', async () => {
    const planhat = new FakePlanhat({ scopedByCompany: true })
    const remote = planhat.add({ ...create(1).payload })
    const { outcomes } = await run(planhat, [move(remote._id)], { strategy: 'single' })
    expect(outcomes).toMatchObject([{ outcome: 'updated', planhatId: remote._id }])
    expect(planhat.log[0]).toBe(`PUT /conversations/${remote._id}`)
    expect([...planhat.records.values()]).toMatchObject([{ companyId: OTHER }])
  })

  it('is one of many that cost one write and a few lists together, whether Planhat moves them or not', async () => {
    for (const companyMoves of [true, false]) {
      const planhat = new FakePlanhat({ companyMoves })
      const moves = Array.from({ length: 200 }, (_, n) => {
        const remote = planhat.add({ ...create(n).payload })
        const item = update(n, remote._id, ['companyId'], { companyId: OTHER })
        return { ...item, companyMoved: true, companyBefore: remote.companyId }
      })
      const { outcomes } = await run(planhat, moves)
      expect(count(outcomes)).toEqual(companyMoves ? { updated: 200 } : { failed: 200 })
      expect(planhat.stats.writes).toBeLessThanOrEqual(4)
      expect(planhat.stats.total).toBeLessThan(12)
    }
  })

  it('is reported when Planhat does not move it, and never doubled', async () => {
    const planhat = new FakePlanhat({ companyMoves: false, scopedByCompany: true })
    const remote = planhat.add({ ...create(1).payload })
    const { outcomes } = await run(planhat, [move(remote._id), create(2)])
    expect(outcomes[0]).toMatchObject({ outcome: 'failed', code: 'MOVE_REFUSED', planhatId: remote._id })
    expect(planhat.records.size).toBe(2)
  })

  it('is moved once more when the answer was lost before it landed', async () => {
    const planhat = new FakePlanhat()
    const remote = planhat.add({ ...create(1).payload })
    planhat.fate = (_request, n) => (n === 1 ? 'lost-before' : 'ok')
    const { outcomes } = await run(planhat, [move(remote._id)])
    expect(outcomes).toMatchObject([{ outcome: 'updated' }])
    expect(planhat.records.get(remote._id)?.companyId).toBe(OTHER)
  })
})

describe('a record that a person deleted since the plan', () => {
  it.each(['auto', 'bulk', 'resolve', 'single'] as Strategy[])('stays deleted (%s)', async (strategy) => {
    const planhat = new FakePlanhat()
    const item = update(1, '6666666666666666666666ff', ['description', 'subject'])
    const { outcomes, error } = await run(planhat, [item, update(2, null, ['subject'])], { strategy })
    expect(error).toBeNull()
    expect(outcomes.map((o) => [o.outcome, o.code])).toEqual([
      ['held', 'DELETED_SINCE_PLAN'],
      ['held', 'DELETED_SINCE_PLAN'],
    ])
    expect(planhat.records.size).toBe(0)
  })

  it('is taken away again when Planhat makes a new one of the update', async () => {
    const planhat = new FakePlanhat({ bulkMatches: false })
    const item = { ...update(1, '6666666666666666666666ff', []), fields: null }
    const { outcomes } = await run(planhat, [item], { strategy: 'resolve' })
    expect(outcomes).toMatchObject([{ outcome: 'held', code: 'DELETED_SINCE_PLAN' }])
    expect(planhat.records.size).toBe(0)
  })
})

describe('requests', () => {
  it('writes 10,000 records of realistic size in at most 60 requests', async () => {
    const planhat = new FakePlanhat()
    const words = 'and then we looked at the invoice together '.repeat(300)
    const items = Array.from({ length: 10_000 }, (_, n) =>
      create(n, n % 2 === 0 ? {} : { description: `<p>${words}</p>` }),
    )
    const { outcomes } = await run(planhat, items)
    expect(count(outcomes)).toEqual({ created: 10_000 })
    expect(planhat.stats.writes).toBeLessThanOrEqual(60)
  })

  it('sends nothing for records that hold what would be written already', async () => {
    const planhat = new FakePlanhat({ bulkMatches: false })
    await run(planhat, creates(10), { strategy: 'resolve' })
    const writes = planhat.stats.writes
    const { outcomes } = await run(planhat, creates(10), { strategy: 'resolve' })
    expect(count(outcomes)).toEqual({ unchanged: 10 })
    expect(planhat.stats.writes).toBe(writes)
  })

  it('looks into each company once a run before it creates there, and adopts what the scan missed', async () => {
    const planhat = new FakePlanhat({ bulkMatches: false })
    planhat.add({ ...create(0).payload })
    const rows = new Map<string, RemoteRecord>()
    const snapshot = {
      byExternalId: (externalId: string) => [...rows.values()].filter((row) => row.externalId === externalId),
      get: (id: string) => rows.get(id) ?? null,
      add: (records: readonly RemoteRecord[]) => void records.map((row) => rows.set(row._id, row)),
    }
    const { outcomes } = await run(planhat, creates(60), { strategy: 'resolve', snapshot, maxItems: 10 })
    expect(count(outcomes)).toEqual({ unchanged: 1, created: 59 })
    expect(planhat.records.size).toBe(60)
    expect(planhat.log.filter((line) => line === 'GET /conversations')).toHaveLength(1)
  })
})
