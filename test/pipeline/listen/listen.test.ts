import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/config/secret.ts'
import { readinessOf } from '../../../src/pipeline/listen/standing.ts'
import { reportPath } from '../../../src/pipeline/runs.ts'
import { acquireLock } from '../../../src/store/lock.ts'
import { FakeClock } from '../../http/support/fake-clock.ts'
import { startJourney } from '../../support/journey.ts'
import { type Listening, openListener, pass, startListening } from '../../support/listening.ts'
import { SANDBOX_NOW_MS } from '../../support/sandbox.ts'
import { readReview } from '../../support/writing.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const STRANGER = '+1 202-555-0143'

const without = (one: Listening, id: number) => one.sandbox.aircall.setTranscript(id, { kind: 'missing' })

describe('a call that ended', () => {
  it('is in Planhat after one Aircall and at most three Planhat requests, none for a transcript', async () => {
    const one = await startListening()
    const { id } = one.phone()
    await one.say('call.ended', id)
    const sent = await one.counting(() => pass(one, 5 * SECOND))
    expect(sent.aircall).toEqual([`GET /v1/calls/${id}`])
    expect(sent.planhat.length).toBeLessThanOrEqual(3)
    expect(one.recordsOf(id).map(({ externalId }) => externalId)).toEqual([`${id}-cold call`])
  })

  it('has its transcript after the event of it: two Aircall requests and at most three of Planhat', async () => {
    const one = await startListening()
    const { id } = one.phone()
    without(one, id)
    await one.say('call.ended', id)
    await pass(one, 5 * SECOND)
    one.sandbox.aircall.ripen(id)
    await one.say('transcription.created', id)
    const sent = await one.counting(() => pass(one, 5 * SECOND))
    expect(sent.aircall).toEqual([`GET /v1/calls/${id}`, `GET /v1/calls/${id}/transcription`])
    expect(sent.planhat.length).toBeLessThanOrEqual(3)
    expect(one.recordsOf(id)).toHaveLength(2)
  })

  it('is written once, however often and in whatever order its events come', async () => {
    const one = await startListening()
    const { id } = one.phone()
    one.sandbox.aircall.ripen(id)
    for (const event of [
      'transcription.created',
      'call.tagged',
      'call.ended',
      'call.ended',
      'call.created',
    ] as const)
      await one.say(event, id)
    const sent = await one.counting(() => pass(one, 5 * SECOND))
    expect(sent.aircall).toHaveLength(2)
    await one.say('call.ended', id)
    await pass(one, 2 * MINUTE)
    expect(one.recordsOf(id)).toHaveLength(2)
  })

  it('has its transcript by the clock where the event of it was lost', async () => {
    const one = await startListening()
    const { id } = one.phone()
    without(one, id)
    await one.say('call.ended', id)
    await pass(one, 5 * SECOND)
    await pass(one, 3 * MINUTE)
    expect(one.recordsOf(id)).toHaveLength(1)
    one.sandbox.aircall.ripen(id)
    await pass(one, 5 * MINUTE)
    expect(one.recordsOf(id)).toHaveLength(2)
  })

  it('keeps what a person wrote into its record, and stays away where a person deleted it', async () => {
    const one = await startListening()
    const [edited, deleted] = [one.phone(), one.phone()]
    for (const { id } of [edited, deleted]) await one.say('call.ended', id)
    await pass(one, 5 * SECOND)
    const { conversations } = one.sandbox.planhat
    const [mine] = one.recordsOf(edited.id)
    const [gone] = one.recordsOf(deleted.id)
    if (mine === undefined || gone === undefined) throw new Error('not written')
    conversations.set(mine._id, { ...mine, description: 'Spoke with the new buyer.' })
    conversations.delete(gone._id)
    one.sandbox.aircall.patchCall(edited.id, { tags: [{ id: 1, name: 'Follow up' }] as never })
    for (const { id } of [edited, deleted]) await one.say('call.tagged', id)
    await pass(one, MINUTE)
    expect(one.recordsOf(edited.id)[0]?.description).toBe('Spoke with the new buyer.')
    expect(one.recordsOf(deleted.id)).toEqual([])
  })
})

it('reads a call that has not ended again after 15 s, 60 s and 5 min, then leaves it to the catch-up', async () => {
  const one = await startListening({ options: { catchUpMs: 0 } })
  const { id } = one.phone({ ended_at: null, status: 'answered' })
  await one.say('call.ended', id)
  const looks: number[] = []
  for (const ms of [5 * SECOND, 16 * SECOND, 61 * SECOND, 301 * SECOND, 20 * MINUTE]) {
    const { aircall } = await one.counting(() => pass(one, ms))
    looks.push(aircall.length)
  }
  expect(looks).toEqual([1, 1, 1, 1, 0])
})

it('drops a call that Aircall does not know after the third look', async () => {
  const one = await startListening({ options: { catchUpMs: 0 } })
  await one.say('call.ended', '999999999')
  const looks: number[] = []
  for (const ms of [5 * SECOND, 16 * SECOND, 61 * SECOND, 20 * MINUTE]) {
    const { aircall } = await one.counting(() => pass(one, ms))
    looks.push(aircall.length)
  }
  expect(looks).toEqual([1, 1, 1, 0])
  expect(one.inbox.counts()).toMatchObject({ open: 0, dead: 0 })
})

it('reads many calls by pages and writes them in bulk', async () => {
  const one = await startListening()
  const calls = Array.from({ length: 50 }, () => one.phone())
  for (const { id } of calls) await one.say('call.ended', id)
  const sent = await one.counting(() => pass(one, 5 * SECOND))
  expect(sent.aircall.length).toBeLessThanOrEqual(3)
  expect(sent.planhat.length).toBeLessThanOrEqual(3)
  expect(calls.flatMap(({ id }) => one.recordsOf(id))).toHaveLength(50)
})

it('writes what a reconcile would: the one behind it finds nothing to heal', async () => {
  const one = await startListening()
  const calls = Array.from({ length: 6 }, () => one.phone())
  for (const { id } of calls) await one.say('call.ended', id)
  await pass(one, 10 * SECOND)
  const { drift } = await one.reconcile({ range: { since: 0, until: Math.ceil(one.clock.nowMs() / 1000) } })
  expect(drift).toMatchObject({ missing: 0, changed: 0, moved: 0, edited: 0 })
  expect(drift?.['in-sync']).toBeGreaterThan(6)
})

it('catches up with what no event said, and with a number that was added to the index', async () => {
  const one = await startListening()
  const known = one.phone()
  const stranger = one.phone({ raw_digits: STRANGER })
  await pass(one, 16 * MINUTE)
  expect(one.recordsOf(known.id).length).toBeGreaterThan(0)
  expect(one.recordsOf(stranger.id)).toEqual([])
  const { endUsers } = one.sandbox.planhat
  const person = [...endUsers.values()].find(({ phone, archived }) => phone === '' && !archived)
  if (person === undefined) throw new Error('everybody has a number')
  endUsers.set(person._id, { ...person, phone: STRANGER })
  await pass(one, 12 * 60 * MINUTE)
  await one.pullIndex()
  await pass(one, 16 * MINUTE)
  expect(one.recordsOf(stranger.id).length).toBeGreaterThan(0)
})

it('has one run a day, with each call once, and its held calls in a review.csv that apply takes', async () => {
  const one = await startListening()
  const { id } = one.phone()
  const stranger = one.phone({ raw_digits: STRANGER })
  for (const call of [id, stranger.id, stranger.id]) await one.say('call.ended', call)
  await pass(one, 5 * SECOND)
  // As another process would go on with it.
  const next = openListener(one)
  await one.say('call.tagged', id)
  await pass({ ...one, worker: next.worker }, MINUTE)
  const runs = one.look(({ runs }) => runs.list(10)).filter(({ command }) => command === 'listen')
  const summary = runs[0]?.summary as {
    calls: { read: number; buckets: Record<string, number> }
    files: { review: string }
  }
  expect(runs).toHaveLength(1)
  expect(Object.values(summary.calls.buckets).reduce((sum, some) => sum + some, 0)).toBe(summary.calls.read)
  const held = readReview(summary.files.review)
  expect(held.map(({ call_id }) => call_id)).toContain(String(stranger.id))
  expect(held.every(({ action }) => action === 'hold')).toBe(true)
  const applied = await one.apply({ plan: summary.files.review })
  expect(applied.run.exitCode).toBe(0)
  // It has no page of its own; the command that makes one is named.
  const page = ['aircall-sync report --since 24h']
  expect(() => reportPath(one.world(), runs[0]?.id ?? '')).toThrow(
    expect.objectContaining({ code: 'RUN_WITHOUT_REPORT', suggestions: expect.arrayContaining(page) }),
  )
})

it('goes on with the run of the day in a state folder that was moved since', async () => {
  const one = await startListening()
  const { id } = one.phone()
  await one.say('call.ended', id)
  const { settings } = one.listener
  const stateDir = `${settings.stateDir}-moved`
  cpSync(settings.stateDir, stateDir, { recursive: true })
  rmSync(join(settings.stateDir, 'runs'), { recursive: true })
  const moved = openListener(one, { world: { settings: { ...settings, stateDir } } })
  await moved.say('call.ended', id)
  await pass({ ...one, worker: moved.worker }, MINUTE)
  expect(moved.worker.trouble).toBeNull()
  expect(one.recordsOf(id).length).toBeGreaterThan(0)
})

describe('trouble', () => {
  it('of another command that has the profile only makes events wait', async () => {
    const one = await startListening()
    const { id } = one.phone()
    const lock = acquireLock(one.listener.settings.stateDir, {
      command: 'backfill',
      nowMs: one.clock.nowMs(),
    })
    await one.say('call.ended', id)
    one.clock.jump(4 * SECOND)
    const sleep = one.clock.sleep.bind(one.clock)
    let waits = 0
    one.clock.sleep = (ms, signal) => {
      waits += 1
      if (waits === 3) lock.release()
      return sleep(ms, signal)
    }
    await one.worker.settle()
    expect(waits).toBeGreaterThanOrEqual(3)
    expect(one.worker.trouble).toBeNull()
    expect(one.recordsOf(id)).toHaveLength(1)
  })

  it('of a guard stops the writing and not the accepting, until it is passed', async () => {
    const one = await startListening({ config: { guards: { maxChanges: 60 } } })
    const calls = Array.from({ length: 45 }, () => one.phone())
    for (const { id } of calls) await one.say('call.ended', id)
    await pass(one, 5 * SECOND)
    expect(one.worker.trouble?.code).toBe('GUARD_MAX_CHANGES')
    await one.say('call.ended', calls[0]?.id ?? '')
    expect(one.inbox.counts().open).toBe(45)
    expect(calls.flatMap(({ id }) => one.recordsOf(id))).toEqual([])
    const passed = openListener(one, { world: { allow: new Set(['max-changes']) } })
    await pass({ ...one, worker: passed.worker }, MINUTE)
    expect(calls.flatMap(({ id }) => one.recordsOf(id)).length).toBeGreaterThanOrEqual(45)
  })

  it('of Planhat for an hour loses nothing, and no call is counted as failed', async () => {
    const one = await startListening()
    const { id } = one.phone()
    await one.say('call.ended', id)
    one.sandbox.faults.set({ only: 'planhat', rates: { '5xx': 1 } })
    await pass(one, 5 * SECOND)
    expect(one.worker.trouble).not.toBeNull()
    one.sandbox.faults.set({})
    await pass(one, 60 * MINUTE)
    expect(one.worker.trouble).toBeNull()
    expect(one.recordsOf(id).length).toBeGreaterThan(0)
    expect(one.inbox.counts().dead).toBe(0)
  })
})

it('asks for calls that there are not at most a tenth of the allowance, however many are named', async () => {
  const one = await startListening({
    config: { limits: { aircallPerMinute: 600, planhatPerMinute: 60_000 } },
    options: { catchUpMs: 0 },
  })
  for (let at = 0; at < 300; at += 1) await one.say('call.ended', 900_000_000 + at)
  const sent = await one.counting(() => pass(one, 5 * SECOND))
  expect(sent.aircall.filter((text) => /calls\/9\d{8}$/.test(text)).length).toBeLessThanOrEqual(120)
})

it('works calls while a reconcile or a catch-up cannot be made', async () => {
  const one = await startListening()
  const { id } = one.phone()
  one.sandbox.faults.set({ only: 'aircall', rates: { '5xx': 1 } })
  await pass(one, 16 * MINUTE)
  expect(one.worker.trouble).not.toBeNull()
  one.sandbox.faults.set({})
  await one.say('call.ended', id)
  await pass(one, 6 * MINUTE)
  expect(one.worker.trouble).toBeNull()
  expect(one.recordsOf(id).length).toBeGreaterThan(0)
})

it('takes a dead call off its list once a reconcile has put it in order', async () => {
  const one = await startListening()
  const { id } = one.phone()
  await one.say('call.ended', id)
  one.clock.jump(5 * SECOND)
  for (let died = 0; died < 3; died += 1) {
    one.clock.jump(2 * MINUTE)
    await one.inbox.take(10)
    await one.inbox.recover()
    await one.inbox.giveBack([{ callId: String(id) } as never])
  }
  expect(one.inbox.counts().dead).toBe(1)
  await one.reconcile({ fix: true })
  await pass(one, 30 * MINUTE)
  expect(one.inbox.counts().dead).toBe(0)
})

it("lets Planhat's automation go first for as long as --grace says", async () => {
  const one = await startListening({ options: { graceMs: 2 * MINUTE } })
  const { id } = one.phone()
  await one.say('call.ended', id)
  await pass(one, 30 * SECOND)
  expect(one.recordsOf(id)).toEqual([])
  await pass(one, 2 * MINUTE)
  expect(one.recordsOf(id).length).toBeGreaterThan(0)
})

it('does nothing and accepts everything while credentials are wrong, then goes on', async () => {
  const one = await startListening()
  const { id } = one.phone()
  const credentials = { ...one.listener.settings.credentials, planhat: new Secret('of-yesterday') }
  const settings = { ...one.listener.settings, credentials }
  const wrong = openListener(one, { world: { settings }, options: { catchUpMs: 0 } })
  await wrong.say('call.ended', id)
  await pass({ ...one, worker: wrong.worker }, 5 * SECOND)
  expect(wrong.worker.trouble?.code).toMatch(/PLANHAT_AUTH|TENANT/)
  await wrong.say('call.tagged', id)
  await pass(one, 10 * MINUTE)
  expect(one.recordsOf(id).length).toBeGreaterThan(0)
})

it('names every trouble of its work, that of the calls first: an empty index hides no wrong token', async () => {
  const journey = await startJourney({
    clock: new FakeClock(SANDBOX_NOW_MS),
    sandbox: { calls: 5, endUsers: 5 },
  })
  const { settings } = journey.world()
  const credentials = { ...settings.credentials, planhat: new Secret('wrong') }
  // The first start would pull one, and may not.
  const stateDir = `${settings.stateDir}-without-index`
  const one = openListener(journey, { world: { settings: { ...settings, stateDir, credentials } } })
  await one.say('call.ended', 4_300_000_000)
  await pass({ clock: one.listener.clock as FakeClock, worker: one.worker }, MINUTE)
  expect(readinessOf(one.listener, one.worker.troubles)).toEqual({
    ready: true,
    working: false,
    reasons: ['INDEX_EMPTY', 'PLANHAT_AUTH'],
  })
})
