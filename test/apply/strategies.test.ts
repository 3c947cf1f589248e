import { describe, expect, it } from 'vitest'
import type { Strategy } from '../../src/apply/item.ts'
import { FakePlanhat, type FakeSwitches } from './support/fake-planhat.ts'
import { count, create, creates, run, update } from './support/items.ts'

const STRATEGIES: Strategy[] = ['auto', 'resolve', 'single', 'bulk']
const VARIANTS: Record<string, Partial<FakeSwitches>> = {
  'bulk matches': {},
  'bulk matches within a company': { scopedByCompany: true },
  'bulk creates copies': { bulkMatches: false },
  'bulk refuses copies': { bulkMatches: false, duplicate: '400' },
  'answers without keys': { insertsKeys: 'none' },
  'answers with bare ids': { bulkMatches: false, insertsKeys: 'ids' },
  'references do not decode spaces': { extidSpaces: false, duplicate: '400', bulkMatches: false },
  'partial failure as 400': { partialStatus: 400, errorItems: 'object' },
  'partial failure as 200': { partialStatus: 200, errorItems: 'string' },
  'all or nothing': { atomic: true },
}
const pairs = STRATEGIES.flatMap((strategy) =>
  Object.keys(VARIANTS).map((variant) => ({ strategy, variant })),
)

describe.each(pairs)('strategy $strategy where $variant', ({ strategy, variant }) => {
  const switches = VARIANTS[variant] ?? {}

  it('writes every record once over two runs, and names the poison', async () => {
    const planhat = new FakePlanhat(switches)
    const items = creates(40)
    for (const n of [3, 17, 18]) planhat.poison.add(items[n]?.payload.externalId ?? '')
    const first = await run(planhat, items, { strategy, maxItems: 15 })
    expect(first.error).toBeNull()
    expect(count(first.outcomes)).toEqual({ created: 37, failed: 3 })
    const failed = first.outcomes.filter((o) => o.outcome === 'failed')
    expect(failed.map((o) => o.externalId).sort()).toEqual([...planhat.poison].sort())
    expect(failed.every((o) => /subject|required/.test(o.planhatMessage ?? ''))).toBe(true)
    const second = await run(planhat, items, { strategy, maxItems: 15 })
    expect(second.error).toBeNull()
    expect(count(second.outcomes)).toMatchObject({ failed: 3 })
    for (const { payload } of items) {
      const copies = planhat.under(payload.externalId)
      expect(copies).toHaveLength(planhat.poison.has(payload.externalId) ? 0 : 1)
      for (const copy of copies) expect(copy).toMatchObject(payload)
    }
  })

  it('reports the id of every record that was created or updated', async () => {
    const planhat = new FakePlanhat(switches)
    const { outcomes } = await run(planhat, creates(12), { strategy })
    const ids = outcomes.map((o) => [o.externalId, o.planhatId])
    expect(ids).toHaveLength(12)
    expect(ids.sort()).toEqual([...planhat.records.values()].map((r) => [r.externalId, r._id]).sort())
  })

  it('sends only the changed fields of a record that is known by its id', async () => {
    const planhat = new FakePlanhat(switches)
    const remote = planhat.add({ ...create(1).payload, subject: 'a person wrote this', description: 'old' })
    const item = update(1, remote._id, ['description'])
    const { outcomes, error } = await run(planhat, [item], { strategy })
    expect(error).toBeNull()
    expect(outcomes).toMatchObject([{ outcome: 'updated', planhatId: remote._id }])
    expect(planhat.under(item.payload.externalId)).toHaveLength(1)
    expect(planhat.records.get(remote._id)).toMatchObject({
      subject: 'a person wrote this',
      description: item.payload.description,
    })
  })
})
