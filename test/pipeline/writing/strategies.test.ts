import { describe, expect, it } from 'vitest'
import type { Switches } from '../../../src/sandbox/switches.ts'
import { type Journey, startJourney } from '../../support/journey.ts'
import { expectHeldOnce, plannedPayloads, writesTo } from '../../support/writing.ts'

const STRATEGIES = ['auto', 'resolve', 'single'] as const
const VARIANTS: [string, Partial<Switches>][] = [
  ['is as it likeliest is', {}],
  ['bulk upsert does not match external ids', { bulkMatchesExternalId: false }],
  ['the same, and a repeated POST doubles', { bulkMatchesExternalId: false, postDuplicate: 'duplicate' }],
  ['bulk upsert matches across companies', { bulkScopedByCompany: false }],
  ['a reference with a space is not found', { extidSpaces: 'missing', postDuplicate: 'duplicate' }],
  ['nothing says that an update changed nothing', { detectNonupdates: false }],
  ['lists lack external ids and contacts are dropped', { listHasExternalId: false, contactId: 'ignored' }],
  ['the list is neither sorted nor selected', { sortHonoured: false, selectHonoured: false }],
  ['people without an id are dropped', { emailOnlyPersons: 'drop', planhatRateHeaders: 'limit' }],
  ['errors are text', { errorShape: 'string', planhatRateHeaders: 'retry-after' }],
]

const journeyWith = (strategy: string, sandbox: Parameters<typeof startJourney>[0]): Promise<Journey> =>
  startJourney({ ...sandbox, config: { planhat: { strategy, batchItems: 40 }, ...sandbox?.config } })

describe.each(VARIANTS)('a tenant where %s', (_name, switches) => {
  it.each(STRATEGIES)('gets every record once over two runs (%s)', async (strategy) => {
    const journey = await journeyWith(strategy, { sandbox: { calls: 50, endUsers: 40, switches } })

    const first = await journey.backfill({ mode: 'apply' })
    const wanted = plannedPayloads(journey, first.run.id)
    expect(first.applied).toMatchObject({ created: wanted.size, failed: 0, held: 0 })
    expect(first.run.exitCode).toBe(0)
    expectHeldOnce(journey, wanted)

    const before = writesTo(journey)
    const second = await journey.backfill({ mode: 'apply' })
    expect(second.records).toMatchObject({ create: 0, update: 0, unchanged: wanted.size })
    expect(writesTo(journey)).toBe(before)
    expectHeldOnce(journey, wanted)
  })
})

describe('the strategy bulk', () => {
  it('writes every record once where the tenant matches external ids', async () => {
    const journey = await journeyWith('bulk', { sandbox: { calls: 50, endUsers: 40 } })
    const first = await journey.backfill({ mode: 'apply' })
    expectHeldOnce(journey, plannedPayloads(journey, first.run.id))
    const before = writesTo(journey)
    await journey.backfill({ mode: 'apply' })
    expect(writesTo(journey)).toBe(before)
  })
})

describe('the quota of Planhat', () => {
  it.each(['limit', 'retry-after', 'none'] as const)(
    'is kept without a refusal, and waited out when somebody else uses it up (headers: %s)',
    async (planhatRateHeaders) => {
      const journey = await journeyWith('single', {
        sandbox: { calls: 40, endUsers: 30, planhatRpm: 60, switches: { planhatRateHeaders } },
        config: { limits: { aircallPerMinute: 60_000, planhatPerMinute: 55 } },
      })
      const calm = await journey.backfill({ mode: 'apply' })
      expect(calm.requests.planhat.throttled).toBe(0)

      const hurried = await journeyWith('single', {
        sandbox: { calls: 40, endUsers: 30, planhatRpm: 60, switches: { planhatRateHeaders } },
        config: { limits: { aircallPerMinute: 60_000, planhatPerMinute: 600 } },
      })
      const summary = await hurried.backfill({ mode: 'apply' })
      expect(summary.requests.planhat.throttled).toBeGreaterThan(0)
      expectHeldOnce(hurried, plannedPayloads(hurried, summary.run.id))
    },
  )
})
