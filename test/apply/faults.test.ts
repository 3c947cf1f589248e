import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Strategy } from '../../src/apply/item.ts'
import { FakePlanhat, type Fate, Killed } from './support/fake-planhat.ts'
import { count, create, creates, run, update } from './support/items.ts'

const fate = fc.constantFrom<Fate>('ok', 'ok', 'ok', 'ok', 'lost-before', 'lost-after')
const deadly = fc.constantFrom<Fate>('kill-before', 'kill-after')
const isWrite = (method: string) => method !== 'GET'

describe('lost answers and kills', () => {
  it('double nothing and lose nothing, whatever is lost and wherever the process dies', async () => {
    const scene = fc.record({
      strategy: fc.constantFrom<Strategy>('auto', 'resolve', 'single'),
      bulkMatches: fc.boolean(),
      scopedByCompany: fc.boolean(),
      duplicate: fc.constantFrom<'400' | 'copy'>('400', 'copy'),
      extidSpaces: fc.boolean(),
      insertsKeys: fc.constantFrom<'full' | 'ids' | 'none'>('full', 'ids', 'none'),
      fates: fc.array(fate, { minLength: 30, maxLength: 30 }),
      kills: fc.array(fc.tuple(fc.integer({ min: 1, max: 14 }), deadly), { maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(scene, async ({ strategy, fates, kills, ...switches }) => {
        const planhat = new FakePlanhat(switches)
        const items = creates(9)
        const done = new Set<string>()
        for (const [after, how] of kills) {
          const start = planhat.stats.total
          planhat.fate = ({ method }, n) => {
            if (n - start === after) return how
            return isWrite(method) ? (fates[n % fates.length] ?? 'ok') : 'ok'
          }
          const left = items.filter((item) => !done.has(item.callId))
          const { outcomes, error } = await run(planhat, left, { strategy, maxItems: 4 })
          expect(
            error === null || error instanceof Killed || (error as { exitCode: number }).exitCode === 5,
          ).toBe(true)
          for (const { callId, outcome } of outcomes) if (outcome !== 'failed') done.add(callId)
        }
        planhat.fate = () => 'ok'
        const left = items.filter((item) => !done.has(item.callId))
        const last = await run(planhat, left, { strategy, maxItems: 4 })
        expect(last.error).toBeNull()
        for (const { payload } of items) {
          expect(planhat.under(payload.externalId)).toMatchObject([payload])
        }
        expect(planhat.records.size).toBe(items.length)
      }),
      { numRuns: 400 },
    )
  })

  it('confirms a batch whose answer was lost after it landed, without sending it again', async () => {
    const planhat = new FakePlanhat({ bulkMatches: false })
    planhat.fate = ({ body }) => (Array.isArray(body) && body.length > 1 ? 'lost-after' : 'ok')
    const { outcomes, slept, events } = await run(planhat, creates(20), { strategy: 'resolve' })
    expect(count(outcomes)).toEqual({ created: 20 })
    expect(planhat.sent.map((items) => items.length)).toEqual([1, 19])
    expect(slept).toEqual([5_000])
    expect(events.map((event) => event.code)).toEqual(['PLANHAT_ANSWER_LOST'])
  })

  it('takes away the copy that a lost write made when it landed only after it was sent again', async () => {
    for (const insertsKeys of ['full', 'none'] as const) {
      const planhat = new FakePlanhat({ bulkMatches: false, insertsKeys })
      let isFirst = true
      planhat.fate = ({ body }) => {
        const isLate = Array.isArray(body) && body.length > 1 && isFirst
        if (isLate) isFirst = false
        return isLate ? 'lands-late' : 'ok'
      }
      const { outcomes, error } = await run(planhat, creates(8), { strategy: 'resolve' })
      expect(error).toBeNull()
      expect(count(outcomes)).toEqual({ created: 8 })
      const ids = outcomes.map((o) => o.planhatId).sort()
      expect([...planhat.records.keys()].sort()).toEqual(ids)
    }
  })

  it('ends with exit 5 and nothing marked when no write is ever answered', async () => {
    const planhat = new FakePlanhat()
    planhat.fate = ({ method }) => (isWrite(method) ? 'lost-before' : 'ok')
    const { outcomes, error } = await run(planhat, creates(5), { strategy: 'resolve' })
    expect(error).toMatchObject({ code: 'PLANHAT_UNKNOWN_OUTCOME', exitCode: 5 })
    expect(outcomes).toEqual([])
    expect(planhat.records.size).toBe(0)
  })

  it('names the one record that Planhat never answers to, and writes the others', async () => {
    for (const n of [0, 37]) {
      const planhat = new FakePlanhat()
      const items = creates(60)
      const poison = items[n]?.payload.externalId
      planhat.fate = ({ body }) =>
        Array.isArray(body) && body.some((item) => item.externalId === poison) ? 'lost-before' : 'ok'
      const { outcomes, error } = await run(planhat, items)
      expect(error).toBeNull()
      expect(count(outcomes)).toEqual({ created: 59, failed: 1 })
      expect(outcomes.find((o) => o.outcome === 'failed')).toMatchObject({
        externalId: poison,
        code: 'PLANHAT_NO_ANSWER',
      })
    }
  })

  it('stops between two requests when it is interrupted', async () => {
    const planhat = new FakePlanhat()
    const abort = new AbortController()
    planhat.fate = ({ body }) => {
      if (Array.isArray(body) && body.length > 1) abort.abort(new Error('SIGINT'))
      return 'ok'
    }
    const { outcomes, error } = await run(planhat, creates(30), { maxItems: 10, signal: abort.signal })
    expect(error).toMatchObject({ message: 'SIGINT' })
    expect(count(outcomes)).toEqual({ created: 10 })
    expect(planhat.records.size).toBe(10)
  })

  it('does not bring back a record that a person deleted while the answer was lost', async () => {
    const planhat = new FakePlanhat()
    const remote = planhat.add({ ...create(1).payload, description: 'old' })
    planhat.fate = ({ method }) => {
      if (!isWrite(method)) return 'ok'
      planhat.records.delete(remote._id)
      return 'lost-before'
    }
    const { outcomes } = await run(planhat, [update(1, remote._id, ['description'])])
    expect(outcomes).toMatchObject([{ outcome: 'held', code: 'DELETED_SINCE_PLAN' }])
    expect(planhat.records.size).toBe(0)
  })
})

describe('poison records', () => {
  it.each([
    { atomic: true },
    { errorItems: 'string' as const },
    { errorItems: 'object' as const },
    { errorItems: 'withKey' as const, partialStatus: 400 as const },
    { errorItems: 'object' as const, partialStatus: 400 as const, bulkMatches: false },
  ])('of 300, 7 are named and 293 written with %j', async (switches) => {
    const planhat = new FakePlanhat(switches)
    const items = creates(300)
    const bad = [2, 50, 51, 52, 160, 244, 299].map((n) => items[n]?.payload.externalId ?? '')
    for (const externalId of bad) planhat.poison.add(externalId)
    const { outcomes, error } = await run(planhat, items)
    expect(error).toBeNull()
    expect(count(outcomes)).toEqual({ created: 293, failed: 7 })
    const failed = outcomes.filter((o) => o.outcome === 'failed')
    expect(failed.map((o) => o.externalId).sort()).toEqual(bad.sort())
    expect(new Set(failed.map((o) => o.code))).toEqual(new Set(['PLANHAT_REJECTED']))
    expect(planhat.records.size).toBe(293)
  })

  it('reports each record exactly once', async () => {
    const planhat = new FakePlanhat({ atomic: true })
    const items = creates(64)
    for (const n of [1, 9, 33]) planhat.poison.add(items[n]?.payload.externalId ?? '')
    const { outcomes } = await run(planhat, items, { strategy: 'resolve', maxItems: 20 })
    expect(outcomes.map((o) => o.callId).sort()).toEqual(items.map((item) => item.callId).sort())
  })
})
