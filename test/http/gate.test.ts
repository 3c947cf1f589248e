import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGate, type Priority } from '../../src/http/gate.ts'
import { FakeClock } from './support/fake-clock.ts'

const MINUTE = 60_000

async function startsOf(o: { perMinute: number; requests: number; jumps?: number[] }): Promise<number[]> {
  const clock = new FakeClock()
  const gate = createGate({ perMinute: o.perMinute, clock })
  const starts: number[] = []
  const jumps = [...(o.jumps ?? [])]
  const one = async () => {
    await gate.enter('page')
    starts.push(clock.nowMs())
    clock.jump(jumps.shift() ?? 0)
  }
  await Promise.all(Array.from({ length: o.requests }, one))
  return starts
}

function mostInAMinute(starts: readonly number[]): number {
  return Math.max(...starts.map((at) => starts.filter((other) => other >= at && other <= at + MINUTE).length))
}

/** Until nobody sleeps any more and nothing is left to do: whoever waits then would wait for ever. */
async function settle(clock: FakeClock): Promise<void> {
  for (let quiet = 0; quiet < 3; quiet = clock.sleeping === 0 ? quiet + 1 : 0) await setImmediate()
}

describe('the gate', () => {
  it('never lets more than the configured requests into any minute, whatever happens to the clock', async () => {
    const perMinute = fc.integer({ min: 1, max: 240 })
    const jumps = fc.array(fc.integer({ min: 0, max: 3 * MINUTE }), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(perMinute, fc.integer({ min: 1, max: 60 }), jumps, async (rate, requests, leaps) => {
        const starts = await startsOf({ perMinute: rate, requests, jumps: leaps })
        expect(starts).toHaveLength(requests)
        expect(mostInAMinute(starts)).toBeLessThanOrEqual(rate)
      }),
      { numRuns: 40 },
    )
  })

  it('uses at least 97 % of the rate while work remains', async () => {
    const starts = await startsOf({ perMinute: 60, requests: 121 })
    const [first, last] = [starts[0]!, starts.at(-1)!]
    expect(120 / ((last - first) / MINUTE)).toBeGreaterThanOrEqual(0.97 * 60)
  })

  it('spaces starts evenly and lets even the first wait: a killed run may just have used its turn', async () => {
    const clock = new FakeClock()
    const begun = clock.nowMs()
    const starts = await startsOf({ perMinute: 60, requests: 3 })
    expect(starts.map((at) => at - begun)).toEqual([1010, 2020, 3030])
  })

  it('lets pages go before details, and each kind in the order of its arrival', async () => {
    const gate = createGate({ perMinute: 60, clock: new FakeClock() })
    const order: string[] = []
    const wanted: [string, Priority][] = [
      ['detail 1', 'detail'],
      ['detail 2', 'detail'],
      ['page 1', 'page'],
      ['page 2', 'page'],
    ]
    await Promise.all(wanted.map(([name, priority]) => gate.enter(priority).then(() => order.push(name))))
    expect(order).toEqual(['page 1', 'page 2', 'detail 1', 'detail 2'])
  })

  it('starts nothing before a pause ends, says so once, and goes on without a burst', async () => {
    const clock = new FakeClock()
    const pauses: number[] = []
    const gate = createGate({ perMinute: 60, clock, onPause: ({ waitMs }) => pauses.push(waitMs) })
    const until = clock.nowMs() + 60_000
    gate.pauseUntil(until, '429')
    gate.pauseUntil(until + 900, '429')
    gate.pauseUntil(until - 10_000, '429')
    const starts: number[] = []
    await Promise.all([1, 2, 3].map(() => gate.enter('detail').then(() => starts.push(clock.nowMs()))))
    expect(starts.map((at) => at - until)).toEqual([900, 1910, 2920])
    expect(pauses).toEqual([60_000])
  })

  it('announces once that a limit of one a minute makes every request wait long', async () => {
    const clock = new FakeClock()
    const reasons: string[] = []
    const gate = createGate({ perMinute: 1, clock, onPause: ({ reason }) => reasons.push(reason) })
    for (let count = 0; count < 3; count += 1) await gate.enter('page')
    expect(reasons).toEqual(['at most 1 a minute, so every request waits as long'])
  })

  it('announces a pause that is prolonged for long', () => {
    const clock = new FakeClock()
    const pauses: number[] = []
    const gate = createGate({ perMinute: 60, clock, onPause: ({ waitMs }) => pauses.push(waitMs) })
    gate.pauseUntil(clock.nowMs() + 60_000, '429')
    gate.pauseUntil(clock.nowMs() + 600_000, '429')
    expect(pauses).toEqual([60_000, 600_000])
  })

  it('does not wait for hours when the clock is set back', async () => {
    const clock = new FakeClock()
    const gate = createGate({ perMinute: 60, clock })
    await gate.enter('page')
    gate.pauseUntil(clock.nowMs() + 30_000, '429')
    clock.jump(-3 * 3_600_000)
    const before = clock.nowMs()
    await gate.enter('page')
    expect(clock.nowMs() - before).toBeLessThanOrEqual(30_000)
  })

  it('lets requests in that come together after the gate was idle for longer than a spacing', async () => {
    const clock = new FakeClock()
    const gate = createGate({ perMinute: 60, clock })
    await gate.enter('page')
    clock.jump(5_000)
    const starts: number[] = []
    const together = [1, 2, 3].map(() => gate.enter('page').then(() => starts.push(clock.nowMs())))
    await settle(clock)
    expect(starts).toHaveLength(3)
    await Promise.all(together)
    expect(starts.map((at) => at - starts[0]!)).toEqual([0, 1010, 2020])
  })

  it('leaves nobody waiting, whenever its callers come and whoever of them gives up', async () => {
    const caller = fc.record({
      ticks: fc.integer({ min: 0, max: 6 }),
      gaveUp: fc.boolean(),
      again: fc.boolean(),
    })
    const group = fc.record({
      gapMs: fc.integer({ min: 0, max: 3_000 }),
      callers: fc.array(caller, { maxLength: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 6 }), async (groups) => {
        const clock = new FakeClock()
        const gate = createGate({ perMinute: 60, clock })
        let expected = 0
        let settled = 0
        const enter = async (o: { ticks: number; gaveUp: boolean; again: boolean }) => {
          expected += 1
          // Callers come in different turns of one and the same tick: that is where a wake-up can be lost.
          for (let tick = 0; tick < o.ticks; tick++) await Promise.resolve()
          const stop = new AbortController()
          const entered = gate.enter('page', stop.signal)
          if (o.gaveUp) stop.abort()
          await entered.catch(() => undefined)
          settled += 1
          if (o.again) await enter({ ...o, again: false })
        }
        for (const { gapMs, callers } of groups) {
          await clock.sleep(gapMs)
          for (const one of callers) void enter(one)
        }
        await settle(clock)
        expect(settled).toBe(expected)
      }),
    )
  })

  it('rejects an aborted wait with the reason, and leaves nobody asleep', async () => {
    const clock = new FakeClock()
    const gate = createGate({ perMinute: 1, clock })
    const stop = new AbortController()
    const waiting = gate.enter('detail', stop.signal)
    stop.abort(new Error('stopped by the user'))
    await expect(waiting).rejects.toThrow('stopped by the user')
    expect(clock.sleeping).toBe(0)
    await expect(gate.enter('detail', stop.signal)).rejects.toThrow('stopped by the user')
  })

  it('keeps the turn of the others when one gives up', async () => {
    const gate = createGate({ perMinute: 60, clock: new FakeClock() })
    const stop = new AbortController()
    const left = gate.enter('page', stop.signal)
    const stayed = gate.enter('page')
    stop.abort()
    await expect(left).rejects.toThrow('aborted')
    await expect(stayed).resolves.toBeUndefined()
  })

  it('keeps to a lower limit that the server named, and never to a higher one', async () => {
    const clock = new FakeClock()
    const gate = createGate({ perMinute: 120, clock })
    gate.lowerTo(30)
    gate.lowerTo(60)
    gate.lowerTo(Number('nonsense'))
    expect(gate.perMinute).toBe(30)
    await gate.enter('page')
    const first = clock.nowMs()
    await gate.enter('page')
    expect(clock.nowMs() - first).toBe(2020)
  })

  it('needs no timer at a rate that no timer can express, yet pauses', async () => {
    const clock = new FakeClock()
    const gate = createGate({ perMinute: 1e6, clock })
    await Promise.all(Array.from({ length: 1_000 }, () => gate.enter('page')))
    expect(clock.sleeps).toEqual([])
    const until = clock.nowMs() + 5_000
    gate.pauseUntil(until, '429')
    await gate.enter('page')
    expect(clock.nowMs()).toBe(until)
  })

  it('fails its waiters when the clock fails, instead of hanging', async () => {
    const broken = { nowMs: () => 0, sleep: () => Promise.reject(new Error('no timer')) }
    await expect(createGate({ perMinute: 60, clock: broken }).enter('page')).rejects.toThrow('no timer')
  })
})
