import { describe, expect, it } from 'vitest'
import type { Payload } from '../../../src/records.ts'
import type { Poison, PoisonKind, Switches } from '../../../src/sandbox/switches.ts'
import { type Journey, startJourney } from '../../support/journey.ts'
import {
  conversationsOf,
  expectHeldOnce,
  plannedPayloads,
  readFailures,
  writesTo,
} from '../../support/writing.ts'

const STRATEGIES = ['auto', 'resolve', 'single'] as const
const RATES = { '5xx': 0.06, reset: 0.06, truncate: 0.06, html: 0.04, lost: 0.08 }

/** Runs until a run ends well, as a cron job would; every other run is killed after a few writes. */
async function persist(journey: Journey, plan: string, kill: boolean): Promise<number> {
  for (let tries = 1; tries <= 40; tries += 1) {
    const killer = new AbortController()
    const from = writesTo(journey)
    const watch = {
      start() {},
      stop() {},
      line() {},
      update() {
        if (kill && tries % 2 === 1 && writesTo(journey) - from > 2) killer.abort('SIGKILL')
      },
    }
    const ended = await journey.apply({ plan }, { signal: killer.signal, progress: watch }).catch(() => null)
    if (ended !== null && ended.run.exitCode === 0) return tries
  }
  throw new Error('no run ended well')
}

describe.each(STRATEGIES)('the strategy %s on a bad line', (strategy) => {
  it.each<[string, Partial<Switches>]>([
    ['matches', {}],
    ['creates', { bulkMatchesExternalId: false, postDuplicate: 'duplicate' }],
  ])('doubles nothing and loses nothing under random faults and kills (bulk %s)', async (_name, switches) => {
    for (const seed of [1, 2, 3]) {
      const journey = await startJourney({
        sandbox: { seed, calls: 40, endUsers: 30, switches },
        config: { planhat: { strategy, batchItems: 7 } },
      })
      const plan = await journey.backfill()
      const wanted = plannedPayloads(journey, plan.run.id)
      journey.sandbox.faults.set({ only: 'planhat', rates: RATES })
      await persist(journey, plan.run.id, true)
      journey.sandbox.faults.set({})
      expectHeldOnce(journey, wanted)

      const before = writesTo(journey)
      const again = await journey.backfill({ mode: 'apply' })
      expect(again.records).toMatchObject({ create: 0, update: 0 })
      expect(writesTo(journey)).toBe(before)
      expectHeldOnce(journey, wanted)
    }
  })
})

describe('a kill between what Planhat took and what the ledger knows', () => {
  it('costs the ledger nothing: the next apply takes the record for ours and respects its deletion', async () => {
    const journey = await startJourney({ sandbox: { calls: 30, endUsers: 30 } })
    const plan = await journey.backfill()
    const wanted = plannedPayloads(journey, plan.run.id)
    await journey.apply({ plan: plan.run.id })
    // As a kill leaves it: Planhat has the records, the ledger does not.
    const { openStore } = await import('../../../src/store/store.ts')
    const store = openStore(journey.world().settings.stateDir)
    for (const { externalId } of [...store.ledger.iterate()]) store.ledger.remove(externalId)
    store.close()

    const again = await journey.apply({ plan: plan.run.id })
    expect(again.applied).toMatchObject({ created: 0, updated: 0, unchanged: wanted.size })
    const [victim] = conversationsOf(journey)
    journey.sandbox.planhat.conversations.delete(victim?._id ?? '')
    await journey.backfill({ mode: 'apply' })
    expect(journey.sandbox.planhat.conversations.byExternalId(victim?.externalId ?? '')).toEqual([])
  })
})

describe('poison', () => {
  const KINDS: PoisonKind[] = ['item', 'validation', 'permission', 'silent', 'batch']
  const SHAPES: Partial<Switches>[] = [
    { errorItems: 'string', partialStatus: 206 },
    { errorItems: 'object', partialStatus: 200 },
    { errorItems: 'withKey', partialStatus: 400 },
    { errorItems: 'withKey', partialStatus: 400, partialApplies: false },
  ]
  const cases = KINDS.flatMap((kind) => SHAPES.map((shape) => [kind, shape] as const))

  it.each(cases)('of kind %s is named and the others are written (%o)', async (kind, switches) => {
    const journey = await startJourney({
      sandbox: { calls: 40, endUsers: 30, switches },
      config: { planhat: { batchItems: 25 } },
    })
    const plan = await journey.backfill()
    const wanted = plannedPayloads(journey, plan.run.id)
    // Not the first: a permission that is missing from the start ends the run, as it should.
    const poisoned = [...wanted.keys()].filter((_, at) => at % 9 === 5)
    journey.sandbox.switches.poison = poisonOf(poisoned, kind)
    const applied = await journey.apply({ plan: plan.run.id })
    expect(applied.run.exitCode).toBe(3)
    expect(applied.applied).toMatchObject({ created: wanted.size - poisoned.length, failed: poisoned.length })
    const failures = readFailures(applied)
    expect(failures.map(({ external_id }) => external_id).sort()).toEqual([...poisoned].sort())
    expectHeldOnce(journey, without(wanted, poisoned))

    journey.sandbox.switches.poison = null
    const healed = await journey.apply({ plan: plan.run.id })
    expect(healed.applied).toMatchObject({ created: poisoned.length, failed: 0 })
    expectHeldOnce(journey, wanted)
  })

  it('of 7 in 300 leaves 293 written, 7 named with record, reason and Planhat’s own words, and exit 3', async () => {
    const journey = await startJourney({ sandbox: { calls: 330, endUsers: 150 } })
    const plan = await journey.backfill({ transcripts: false })
    const wanted = [...plannedPayloads(journey, plan.run.id).keys()]
    expect(wanted.length).toBeGreaterThanOrEqual(150)
    const poisoned = wanted.filter((_, at) => at % 20 === 7).slice(0, 7)
    journey.sandbox.switches.poison = poisonOf(poisoned, 'batch')
    const applied = await journey.apply({ plan: plan.run.id })
    expect(applied.run.exitCode).toBe(3)
    expect(applied.applied).toMatchObject({ created: wanted.length - 7, failed: 7 })
    for (const failure of readFailures(applied)) {
      expect(Object.keys(failure)).toEqual([
        'line',
        'call_id',
        'record',
        'external_id',
        'code',
        'message',
        'planhat_message',
      ])
      expect(poisoned).toContain(failure['external_id'])
      expect(failure).toMatchObject({ record: 'call', planhat_message: 'a required key is missing' })
      expect(failure['code']).toMatch(/^[A-Z][A-Z0-9_]+$/)
    }
  })

  it('is named with Planhat’s words bounded, however long they are', async () => {
    const journey = await startJourney({ sandbox: { calls: 30, endUsers: 30 } })
    const plan = await journey.backfill()
    const long = 'x'.repeat(200_000)
    journey.sandbox.planhat.customFields.push({
      _id: '9',
      parent: 'conversation',
      name: long,
      type: 'text',
      isMandatory: true,
      isFormula: false,
      isHidden: false,
      isFeatured: false,
      listValues: [],
    })
    const applied = await journey.apply({ plan: plan.run.id })
    expect(applied.run.exitCode).toBe(3)
    for (const { planhat_message = '' } of readFailures(applied)) {
      expect(planhat_message).toContain('custom.xxx')
      expect(planhat_message.length).toBeLessThanOrEqual(1000)
    }
  })
})

function poisonOf(ids: readonly string[], kind: PoisonKind): Poison {
  return (item) => (ids.includes(String(item['externalId'])) ? kind : null)
}

function without(wanted: ReadonlyMap<string, Payload>, ids: readonly string[]): Map<string, Payload> {
  return new Map([...wanted].filter(([externalId]) => !ids.includes(externalId)))
}
