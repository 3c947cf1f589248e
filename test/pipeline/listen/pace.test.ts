import { describe, expect, it } from 'vitest'
import type { EventName } from '../../../src/inbox/event.ts'
import { diagnose as runDoctor } from '../../../src/pipeline/doctor/doctor.ts'
import { listWebhooks } from '../../../src/pipeline/webhook/list.ts'
import { PaceRecord } from '../../../src/store/pace/pace-record.ts'
import { startListening } from '../../support/listening.ts'

const PER_MINUTE = 30
const USUAL = { limits: { aircallPerMinute: 60, planhatPerMinute: 180 } }
/**
 * Of the log of a server: while one of several requests waits for its turn a fake clock runs on, and the one before it
 * arrives a spacing late.
 */
const A_MINUTE_MS = 60_000 - 1.01 * (60_000 / PER_MINUTE)
/** Between two starts at 60 and at 180 a minute, with the hundredth of slack. */
const AIRCALL_SPACING_MS = 1_010
const PLANHAT_SPACING_MS = 337

type Listening = Awaited<ReturnType<typeof startListening>>

/** The most requests of one API in any such time. */
function busiest(
  log: readonly { readonly api: string; readonly atMs: number }[],
  api: string,
  forMs = 60_000,
): number {
  const times = log.filter((one) => one.api === api).map(({ atMs }) => atMs)
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + forMs).length))
}

/** Past the last mark of every text's clock, so that no other call is due. */
async function beAlone(one: Listening): Promise<void> {
  for (let hours = 0; one.inbox.counts().open > 0; hours += 7) {
    expect(hours).toBeLessThan(24)
    one.clock.jump(7 * 3_600_000)
    await one.worker.settle()
  }
}

/** Says these events of a call now, and does what is due then. Returns when each request was sent. */
async function timesOf(one: Listening, id: number, events: readonly EventName[], atMs: readonly number[]) {
  const { log } = one.sandbox
  const sinceMs = one.clock.nowMs()
  const before = log.length
  for (const event of events) await one.say(event, id)
  for (const at of atMs) {
    one.clock.jump(sinceMs + at - one.clock.nowMs())
    await one.worker.settle()
  }
  const sent = log.slice(before)
  return (api: string) =>
    sent.filter((request) => request.api === api).map((request) => request.atMs - sinceMs)
}

it('keeps to the limits of the profile while a listener and other commands take turns', async () => {
  const limits = { aircallPerMinute: PER_MINUTE, planhatPerMinute: PER_MINUTE }
  const one = await startListening({ config: { limits } })
  for (let turn = 0; turn < 4; turn += 1) {
    const { id } = one.phone()
    await one.say('call.ended', id)
    one.clock.jump(4_000)
    await one.worker.settle()
    await one.reconcile({ fix: true })
    await one.say('call.tagged', id)
    one.clock.jump(46_000)
    await one.worker.settle()
    await one.pullIndex()
  }
  const { log } = one.sandbox
  expect(log.length).toBeGreaterThan(60)
  expect(busiest(log, 'aircall')).toBeLessThanOrEqual(PER_MINUTE)
  expect(busiest(log, 'planhat')).toBeLessThanOrEqual(PER_MINUTE)
})

it('keeps to them over its own duties: events, catch-ups, the hourly look at the webhook, the reconcile', async () => {
  const limits = { aircallPerMinute: PER_MINUTE, planhatPerMinute: PER_MINUTE }
  const one = await startListening({ config: { limits }, options: { reconcileMs: 30 * 60_000 } })
  for (let turn = 0; turn < 30; turn += 1) {
    await one.say('call.ended', one.phone().id)
    one.clock.jump(500 + 137 * turn + (turn % 3 === 2 ? 12 * 60_000 : 0))
    await one.worker.settle()
  }
  const { log } = one.sandbox
  expect(log.filter(({ path }) => path.includes('/webhooks')).length).toBeGreaterThanOrEqual(2)
  expect(busiest(log, 'aircall', A_MINUTE_MS)).toBeLessThanOrEqual(PER_MINUTE)
  expect(busiest(log, 'planhat', A_MINUTE_MS)).toBeLessThanOrEqual(PER_MINUTE)
})

it('keeps to them while commands that need no lock ask beside a run and a listener', async () => {
  const limits = { aircallPerMinute: PER_MINUTE, planhatPerMinute: PER_MINUTE }
  const one = await startListening({ config: { limits } })
  const { log } = one.sandbox
  const world = one.world()
  const diagnose = () => runDoctor(world, { engines: '>=22.20', version: 'v24.1.0', probeIn: null })
  const place = { envFile: one.listener.options.envFile, url: null }
  one.clock.jump(60_000)
  const before = log.length
  const sinceMs = one.clock.nowMs()
  const doctors = Array.from({ length: 6 }, diagnose)
  await Promise.all([one.reconcile({ fix: true }), ...doctors, listWebhooks(world, place)])
  const sent = log.slice(before)
  expect(sent.filter(({ path }) => path.includes('/webhooks')).length).toBe(7)
  expect(busiest(sent, 'aircall', A_MINUTE_MS)).toBeLessThanOrEqual(PER_MINUTE)
  expect(busiest(sent, 'planhat', A_MINUTE_MS)).toBeLessThanOrEqual(PER_MINUTE)
  const asked = sent.filter(({ api }) => api === 'aircall').length
  expect(asked).toBeGreaterThan(PER_MINUTE)
  expect(one.clock.nowMs() - sinceMs).toBeGreaterThanOrEqual((asked - 1) * 1.01 * (60_000 / PER_MINUTE))
})

describe('a call of a quiet moment', () => {
  it('waits for its debounce, and for one spacing between the look at Planhat and the write', async () => {
    const one = await startListening({ config: USUAL, options: { catchUpMs: 0 } })
    await beAlone(one)
    const { id } = one.phone()
    const times = await timesOf(one, id, ['call.ended'], [3_000])
    expect(times('aircall')).toEqual([3_000])
    expect(times('planhat')).toEqual([3_000, 3_000 + PLANHAT_SPACING_MS])
    expect(one.recordsOf(id)).toHaveLength(1)
  })

  it('has its transcript, where that is there already, for one spacing more', async () => {
    const one = await startListening({ config: USUAL, options: { catchUpMs: 0 } })
    await beAlone(one)
    const { id } = one.phone()
    one.sandbox.aircall.ripen(id)
    const times = await timesOf(one, id, ['call.ended', 'transcription.created'], [2_000])
    const both = 2_000 + AIRCALL_SPACING_MS
    expect(times('aircall')).toEqual([2_000, both])
    expect(times('planhat')).toEqual([both, both + PLANHAT_SPACING_MS])
    expect(one.recordsOf(id)).toHaveLength(2)
  })

  it('waits for what is left of a spacing after a request of another process, such as a doctor', async () => {
    const one = await startListening({ config: USUAL, options: { catchUpMs: 0 } })
    await beAlone(one)
    const { id } = one.phone()
    const doctor = new PaceRecord(one.listener.settings.stateDir, 'aircall')
    doctor.book(one.clock.nowMs() + 2_500, AIRCALL_SPACING_MS)
    const times = await timesOf(one, id, ['call.ended'], [3_000])
    expect(times('aircall')).toEqual([2_500 + AIRCALL_SPACING_MS])
  })
})

it('reads 200 calls that end at once by list pages, four of them and what a later batch reads again', async () => {
  const one = await startListening({ config: USUAL, options: { catchUpMs: 0 } })
  await beAlone(one)
  const calls = Array.from({ length: 200 }, () => one.phone())
  for (const { id } of calls) await one.say('call.ended', id)
  const sent = await one.counting(async () => {
    for (let step = 0; step < 10; step += 1) {
      one.clock.jump(3_000)
      await one.worker.settle()
    }
  })
  expect(calls.flatMap(({ id }) => one.recordsOf(id))).toHaveLength(200)
  expect(new Set(sent.aircall)).toEqual(new Set(['GET /v1/calls']))
  expect(sent.aircall.length).toBeLessThanOrEqual(10)
  expect(sent.planhat.length).toBeLessThanOrEqual(10)
})
