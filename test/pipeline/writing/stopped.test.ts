import { describe, expect, it } from 'vitest'
import type { FaultKind } from '../../../src/sandbox/faults.ts'
import type { RecordedWrite } from '../../../src/store/written/writes.ts'
import { FakeClock } from '../../http/support/fake-clock.ts'
import { differences } from '../../support/drift-world.ts'
import { type Journey, startJourney } from '../../support/journey.ts'
import { SANDBOX_NOW_MS } from '../../support/sandbox.ts'
import { conversationsOf, undo } from '../../support/writing.ts'

const STRATEGIES = ['auto', 'bulk', 'resolve', 'single'] as const
/**
 * `stop`: Ctrl-C while the request is in flight. `lost`: Planhat did it, and we
 * died. `reset`: we died before it did.
 */
const ENDS = ['stop', 'lost', 'reset'] as const

/** The k-th write to Planhat ends the run. Says whether there was one. */
function endAtWrite({ sandbox }: Journey, k: number, how: (typeof ENDS)[number]) {
  const abort = new AbortController()
  let writes = 0
  const kind: FaultKind = how === 'stop' ? 'reset' : how
  sandbox.faults.order(kind, ({ api, method }) => {
    if (api !== 'planhat' || method === 'GET' || abort.signal.aborted) return false
    writes += 1
    if (writes === k) abort.abort('SIGINT')
    return writes === k && how !== 'stop'
  })
  return abort
}

function journalOf({ look }: Journey, runId: string): RecordedWrite[] {
  return look((store) => [...store.runs.writes(runId)])
}

function lastRunId({ look }: Journey, command: string): string {
  return look((store) => store.runs.last(command)?.id ?? '')
}

/** Aircall says something else of every call a while later, as it does. */
function rewriteCalls({ sandbox }: Journey): void {
  for (const call of [...sandbox.aircall.calls()]) {
    if (call.ended_at === null) continue
    Object.assign(call, { ended_at: call.ended_at + 4000, tags: [] })
  }
}

/** Records of the live automation, some under its fallback contact: there are creates, updates and moves. */
async function startWorld(strategy: string, clock: FakeClock): Promise<Journey> {
  const journey = await startJourney({
    clock,
    sandbox: { seed: 5, calls: 14, endUsers: 20, automation: 0.6 },
    config: { planhat: { strategy, batchItems: 6 } },
  })
  journey.sandbox.aircall.ripen()
  return journey
}

describe.each(STRATEGIES)('an apply by the strategy %s', (strategy) => {
  it.each(ENDS)(
    'that ends at any of its writes (%s) leaves nothing unknown',
    { timeout: 120_000 },
    async (how) => {
      let wasReached = true
      // Alone, there are three times as many steps, and they repeat.
      for (let k = 1; wasReached; k += strategy === 'single' && k > 3 ? 5 : 1) {
        const clock = new FakeClock(SANDBOX_NOW_MS)
        const journey = await startWorld(strategy, clock)
        const plan = await journey.backfill()
        const { create, update } = plan.records
        expect(Math.min(create, update)).toBeGreaterThan(2)
        const abort = endAtWrite(journey, k, how)
        await journey.apply({ plan: plan.run.id }, { signal: abort.signal }).catch(() => null)
        wasReached = abort.signal.aborted
        const stopped = lastRunId(journey, 'apply')

        const rest = await journey.apply({ plan: plan.run.id })
        expect(rest.run.exitCode).toBe(0)
        const written = [...journalOf(journey, stopped), ...journalOf(journey, rest.run.id)]
        expect(written.map(({ externalId }) => externalId).sort()).toEqual(
          [...new Set(written.map(({ externalId }) => externalId))].sort(),
        )
        expect(written).toHaveLength(create + update)

        rewriteCalls(journey)
        clock.jump(3 * 60_000)
        await journey.reconcile({ fix: true })
        const night = await journey.reconcile()
        expect(differences(night.drift)['edited']).toBeUndefined()
        expect(differences(night.drift)['changed']).toBeUndefined()
        expect(journey.look((store) => store.intents.count())).toBe(0)
        const ids = conversationsOf(journey).flatMap(({ externalId }) => externalId ?? [])
        expect(new Set(ids).size).toBe(ids.length)
      }
    },
  )
})

describe('an undo', () => {
  it.each(ENDS)(
    'that ends at any of its writes (%s) is finished by the next, and leaves nothing unknown',
    { timeout: 120_000 },
    async (how) => {
      let wasReached = true
      for (let k = 1; wasReached; k += 4) {
        const clock = new FakeClock(SANDBOX_NOW_MS)
        const journey = await startWorld('auto', clock)
        const before = conversationsOf(journey).map(({ _id, companyId }) => [_id, companyId])
        const done = await journey.backfill({ mode: 'apply' })
        const abort = endAtWrite(journey, k, how)
        const world = journey.world
        const stopping = { ...journey, world: () => world({ signal: abort.signal }) }
        await undo(stopping, done.run.id).catch(() => null)
        wasReached = abort.signal.aborted
        const stopped = lastRunId(journey, 'undo')
        const rest = await undo(journey, done.run.id)
        expect(rest.run.exitCode).toBe(0)
        const taken = [...journalOf(journey, stopped), ...journalOf(journey, rest.run.id)]
        expect(taken.map(({ planhatId }) => planhatId).sort()).toEqual(
          journalOf(journey, done.run.id)
            .map(({ planhatId }) => planhatId)
            .sort(),
        )
        expect(conversationsOf(journey).map(({ _id, companyId }) => [_id, companyId])).toEqual(before)
        clock.jump(3 * 60_000)
        await journey.reconcile()
        expect(journey.look((store) => store.intents.count())).toBe(0)
      }
    },
  )
})

/** Copies of what was written, as a second integration would leave them. */
function plantCopies({ sandbox }: Journey, count: number): void {
  const { conversations: shelf } = sandbox.planhat
  for (const one of [...shelf.values()].slice(0, count)) {
    const _id = sandbox.planhat.newId()
    shelf.set(_id, { ...one, _id })
  }
}

describe('a prune', () => {
  it.each(ENDS)('that ends at any of its deletions (%s) has each of them in a journal, once', async (how) => {
    const heal = { prune: true, maxDeletes: 10 }
    for (const k of [1, 2, 4]) {
      const clock = new FakeClock(SANDBOX_NOW_MS)
      const journey = await startWorld('auto', clock)
      await journey.backfill({ mode: 'apply' })
      plantCopies(journey, 4)
      const before = conversationsOf(journey).length
      const abort = endAtWrite(journey, k, how)
      await journey.reconcile(heal, { signal: abort.signal }).catch(() => null)
      expect(abort.signal.aborted).toBe(true)
      const stopped = lastRunId(journey, 'reconcile')
      const rest = await journey.reconcile(heal)
      const deleted = [...journalOf(journey, stopped), ...journalOf(journey, rest.run.id)]
      expect(deleted.map(({ kind }) => kind)).toEqual(Array(4).fill('deleted'))
      expect(new Set(deleted.map(({ planhatId }) => planhatId)).size).toBe(4)
      expect(conversationsOf(journey)).toHaveLength(before - 4)
      clock.jump(3 * 60_000)
      await journey.reconcile()
      expect(journey.look((store) => store.intents.count())).toBe(0)
    }
  })
})
