import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RequestLogEntry } from '../../../src/sandbox/host.ts'
import type { RawConversation } from '../../../src/sandbox/planhat/types.ts'
import { expectedRecords } from '../../e2e/oracle.ts'
import { FakeClock } from '../../http/support/fake-clock.ts'
import { differences, meddle, plant, startSyncedWeek, writtenPairs } from '../../support/drift-world.ts'
import { DAY, type Journey, startJourney } from '../../support/journey.ts'
import { SANDBOX_NOW_MS, useSandbox } from '../../support/sandbox.ts'

/** Aborts at the `at`-th request from now on, in the middle of whatever is going on. */
function stopAt(log: RequestLogEntry[], at: number): AbortSignal {
  const controller = new AbortController()
  const from = log.length
  const push = Array.prototype.push
  log.push = (...entries) => {
    const length = push.apply(log, entries)
    if (length - from >= at) controller.abort(new DOMException('Stopped by SIGTERM', 'AbortError'))
    return length
  }
  return controller.signal
}

/** What Planhat holds, without ids and times of making. */
function contents({ sandbox }: Pick<Journey, 'sandbox'>): unknown[] {
  const bare = ({ _id, createDate, updatedAt, ...rest }: RawConversation) => rest
  return [...sandbox.planhat.conversations.values()]
    .map(bare)
    .sort((a, b) => String(a.externalId).localeCompare(String(b.externalId)))
}

it('ends in the same state wherever it is stopped, and however often', { timeout: 60_000 }, async () => {
  const world = { calls: 60, endUsers: 40, days: 4, automation: 0.5 } as const
  const heal = { fix: true, prune: true, maxDeletes: 500 }
  const whole = await startJourney({ sandbox: world })
  whole.sandbox.aircall.ripen()
  await whole.reconcile(heal)
  const requests = whole.sandbox.log.length
  const wanted = contents(whole)
  expect(wanted.length).toBeGreaterThan(40)

  const stops = fc.array(fc.integer({ min: 1, max: requests }), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(stops, async (points) => {
      const journey = await startJourney({ sandbox: world })
      journey.sandbox.aircall.ripen()
      for (const point of points) {
        const signal = stopAt(journey.sandbox.log, point)
        await journey.reconcile(heal, { signal }).catch((error: unknown) => {
          if (!signal.aborted) throw error
        })
      }
      await journey.reconcile(heal)
      expect(contents(journey)).toEqual(wanted)
      const rest = await journey.reconcile({ ...heal, exitCode: true })
      expect(rest.run.exitCode).toBe(0)
      expect(rest.applied).toBeUndefined()
    }),
    { numRuns: 8, seed: 7 },
  )
})

it('is exit 5 in an outage of either side, reports no drift and writes nothing', async () => {
  const week = await startSyncedWeek({ sandbox: { calls: 40, days: 2 } })
  const before = contents(week)
  for (const only of ['aircall', 'planhat'] as const) {
    for (const kind of ['5xx', 'reset', 'html'] as const) {
      week.sandbox.faults.set({ rates: { [kind]: 1 }, only })
      const failed = week.reconcile({ fix: true, prune: true, maxDeletes: 99, exitCode: true })
      await expect(failed, `${only} ${kind}`).rejects.toMatchObject({ exitCode: 5 })
      const last = week.look((store) => store.runs.last('reconcile'))
      expect(last?.exitCode).toBe(5)
      expect(last?.summary).not.toHaveProperty('drift')
    }
  }
  week.sandbox.faults.set({})
  expect(contents(week)).toEqual(before)
  expect(differences((await week.reconcile({ fix: true })).drift)).toEqual({})
})

it('heals through lost answers and server errors without doubling anything', async () => {
  const journey = await startJourney({
    sandbox: {
      calls: 80,
      endUsers: 40,
      days: 4,
      automation: 0.3,
      faults: { rates: { '5xx': 0.05, lost: 0.1, reset: 0.03, truncate: 0.03 } },
    },
  })
  journey.sandbox.aircall.ripen()
  const heal = { fix: true, prune: true, maxDeletes: 500, exitCode: true }
  // A request that is never answered, three times over, ends a night with 5: the next goes on.
  const night = () =>
    journey.reconcile(heal).then(
      ({ run }) => run.exitCode,
      (error) => error.exitCode,
    )
  let last = await night()
  for (let nights = 0; nights < 5 && last !== 0; nights += 1) last = await night()
  expect(last).toBe(0)
  journey.sandbox.faults.set({})
  expect((await journey.reconcile({ exitCode: true })).run.exitCode).toBe(0)
  const until = journey.sandbox.aircall.nowSeconds
  for (const externalId of expectedRecords(journey.sandbox, { since: until - 61 * DAY, until }).keys())
    expect(journey.sandbox.planhat.conversations.byExternalId(externalId), externalId).toHaveLength(1)
})

it('takes an empty answer for an outage: exit 6, nothing deleted, nothing written', async () => {
  const week = await startSyncedWeek({ sandbox: { calls: 40, days: 2 } })
  const { planhat, aircall } = week.sandbox
  const kept = new Map(planhat.conversations)
  planhat.conversations.clear()
  const noPlanhat = week.reconcile({ fix: true, restoreDeleted: true })
  await expect(noPlanhat).rejects.toMatchObject({ code: 'GUARD_EMPTY_SOURCE', exitCode: 6 })
  expect(planhat.conversations.size).toBe(0)

  for (const [id, one] of kept) planhat.conversations.set(id, one)
  const users = new Map(planhat.users)
  planhat.users.clear()
  await expect(week.reconcile({ fix: true })).rejects.toMatchObject({ code: 'GUARD_EMPTY_SOURCE' })
  for (const [id, one] of users) planhat.users.set(id, one)
  expect(differences((await week.reconcile()).drift)).toEqual({})

  for (const { id } of [...aircall.calls()]) aircall.removeCall(id)
  const noAircall = week.reconcile({ fix: true, prune: true, maxDeletes: 999 })
  await expect(noAircall).rejects.toMatchObject({ code: 'GUARD_EMPTY_SOURCE', exitCode: 6 })
  expect(planhat.conversations.size).toBe(kept.size)
})

it('asks every guard before the first write', async () => {
  const journey = await startJourney({
    sandbox: { calls: 60, endUsers: 40, days: 4 },
    config: { guards: { maxChanges: 10 } },
  })
  await expect(journey.reconcile({ fix: true })).rejects.toMatchObject({
    code: 'GUARD_MAX_CHANGES',
    exitCode: 6,
  })
  expect(journey.sandbox.log.filter(({ method }) => method !== 'GET')).toEqual([])
  const allowed = await journey.reconcile({ fix: true }, { allow: new Set(['max-changes']) })
  expect(allowed.applied?.created).toBeGreaterThan(10)
})

it('counts for max-changes what it would send, not what a person holds back', async () => {
  const week = await startSyncedWeek({ config: { guards: { maxChanges: 500 } } })
  const pairs = writtenPairs(week)
  for (const { call } of pairs.slice(0, 3))
    meddle(week, call, { subject: 'Ours', description: 'Call attempt logged.' })
  const [, , , one] = pairs
  if (one === undefined) throw new Error('the world is too small')
  meddle(week, one.call, { description: 'Call attempt logged.' })
  const tight = await startJourney({
    on: week.sandbox,
    clock: week.clock,
    config: { guards: { maxChanges: 1 } },
  })
  const summary = await tight.reconcile({ range: week.week(), fix: true })
  expect(differences(summary.drift)).toEqual({ changed: 1, edited: 3 })
  expect(summary.applied).toMatchObject({ updated: 1 })
})

it('counts one foreign Conversation once, though it stands near two calls', async () => {
  const week = await startSyncedWeek({ sandbox: { calls: 40, days: 2 } })
  const { aircall, world } = week.sandbox
  const raw_digits = world.callers.known[0]?.raw ?? null
  const first = aircall.nowSeconds - 4000
  const calls = [0, 60].map((later) =>
    aircall.addCall({ raw_digits, started_at: first + later, ended_at: first + later + 30 }),
  )
  await week.reconcile({ fix: true })
  const [remote] = week.sandbox.planhat.conversations.byExternalId(`${calls[0]?.id}-cold call`)
  if (remote === undefined) throw new Error('it was not written')
  const { externalId: _ours, ...rest } = remote
  plant(week, rest as RawConversation, { subject: 'Phone call', type: 'call' })
  expect(differences((await week.reconcile()).drift)).toEqual({ foreign: 1 })
})

it('reads a week of 7,000 calls with at most 145 Aircall requests and the transcripts newly due', {
  timeout: 60_000,
}, async () => {
  const clock = new FakeClock(SANDBOX_NOW_MS)
  const switches = { matureCalls: false }
  const sandbox = await useSandbox({ calls: 8000, days: 8, endUsers: 400, switches, clock })
  // Few callers are known, so that the first night asks for few transcripts: the pages are what is counted here.
  const known = sandbox.world.callers.known.slice(0, 12).map(({ truth }) => truth.endUserId)
  for (const id of sandbox.planhat.endUsers.keys())
    if (!known.includes(id)) sandbox.planhat.endUsers.delete(id)
  const journey = await startJourney({ on: sandbox, clock })
  journey.sandbox.aircall.ripen()
  const until = Math.floor(clock.nowMs() / 1000)
  const range = { since: until - 7 * DAY, until }
  await journey.reconcile({ range, fix: true })
  const raw_digits = journey.sandbox.world.callers.known[0]?.raw ?? null
  for (const minutes of [50, 40, 30]) {
    const { id } = journey.sandbox.aircall.addCall({
      raw_digits,
      started_at: until - minutes * 60,
      ended_at: until - minutes * 60 + 200,
    })
    journey.sandbox.aircall.ripen(id)
  }
  journey.sandbox.log.length = 0
  const night = await journey.reconcile({ range, fix: true })
  expect(night.calls.read).toBeGreaterThan(6900)
  expect(night.requests.aircall.transcripts).toBeLessThanOrEqual(4)
  const asked = journey.sandbox.log.filter(({ api }) => api === 'aircall')
  expect(asked.length - night.requests.aircall.transcripts).toBeLessThanOrEqual(145)
  expect(asked.length).toBe(night.requests.aircall.total)
  const planhatReads = journey.sandbox.log.filter(({ api, method }) => api === 'planhat' && method === 'GET')
  expect(planhatReads.length).toBeLessThanOrEqual(
    1 + 2 + Math.ceil(journey.sandbox.planhat.conversations.size / 2000),
  )
})
