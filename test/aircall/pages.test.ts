import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openWindows } from '../../src/aircall/windows.ts'
import { FatalError } from '../../src/errors.ts'
import { fakeAircall, makeCall, Seen } from './fake-aircall.ts'

const DAY = 86_400
const SINCE = 1_780_000_000
const range = (days: number) => ({ since: SINCE, until: SINCE + days * DAY })

/** Office hours, five a second at noon, and calls on every border that halving a day can make. */
function crowd(count: number, days: number) {
  const seconds = days * DAY
  const at = (n: number) => {
    if (n % 500 < 5) return SINCE + Math.floor(seconds / 2)
    if (n % 97 === 0)
      return SINCE + Math.floor((seconds * (n % 64)) / 64) - (n % 2 ? 1 : 0) + (n % 64 ? 0 : 1)
    return SINCE + ((n * 7_919) % seconds)
  }
  const times = Array.from({ length: count }, (_, n) => at(n)).sort((a, b) => a - b)
  return times.map((time, id) => makeCall(id, time))
}

describe('reading calls', () => {
  it.each([
    ['exact', false],
    ['saturated', true],
  ])(
    'reads 25,000 calls once each, with %s totals and at most two percent more pages than needed',
    async (_name, saturates) => {
      const calls = crowd(25_000, 60)
      const server = fakeAircall({ calls, saturates })
      const seen = new Seen(openWindows(range(60)))
      await seen.read(server.client)
      expect([...seen.calls.keys()]).toEqual(calls.map(({ id }) => id))
      expect(seen.deliveries).toBe(25_000)
      expect(seen.warnings).toEqual([])
      expect(new Set(server.log).size).toBe(server.log.length)
      expect(server.log.length).toBeLessThanOrEqual(500 * 1.02)
      expect(seen.windows.every(({ done }) => done)).toBe(true)
    },
  )

  it.each([
    ['exact', false],
    ['saturated', true],
  ])(
    'reads 300,000 calls of a year with %s totals and at most two percent more pages than needed',
    async (_name, saturates) => {
      const calls = Array.from({ length: 300_000 }, (_, n) => makeCall(n, SINCE + n * 105))
      const { client, log } = fakeAircall({ calls, saturates })
      const windows = openWindows(range(365))
      const seen = new Seen(windows)
      seen.countSeen = ({ from, to }) =>
        calls.filter(({ startedAt }) => startedAt > from && startedAt <= to).length
      await seen.read(client)
      expect(seen.calls.size).toBe(300_000)
      expect(log.length).toBeLessThanOrEqual(6_000 * 1.02)
    },
  )

  it('costs one request for a range without calls, and none for an empty range', async () => {
    const { client, log } = fakeAircall({ calls: [] })
    const seen = new Seen(openWindows(range(1)))
    const steps = await seen.read(client)
    expect(log).toHaveLength(1)
    expect(steps.at(-1)).toMatchObject({ total: 0, window: { done: true } })
    expect(await new Seen(openWindows({ since: 5, until: 5 })).read(client)).toEqual([])
  })

  it('hands pages over in order while several are in flight', async () => {
    const calls = crowd(1_000, 1)
    const late = fakeAircall({
      calls,
      change: async (page, { request }) => {
        for (let turn = 0; turn < (request % 3) * 4; turn++)
          await new Promise((resolve) => setImmediate(resolve))
        return page
      },
    })
    const seen = new Seen(openWindows(range(1)))
    const steps = await seen.read(late.client, { concurrency: 4 })
    expect([...seen.calls.keys()]).toEqual(calls.map(({ id }) => id))
    expect(steps.slice(0, -1).map(({ window }) => window.nextPage)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 2),
    )
    expect(late.mostInFlight()).toBe(4)
    expect(late.log).toHaveLength(20)
  })

  it('knows the whole total from the first answer on', async () => {
    const seen = new Seen(openWindows(range(60)))
    const steps = await seen.read(fakeAircall({ calls: crowd(25_000, 60) }).client)
    expect(steps.every(({ total }) => total === 25_000)).toBe(true)
  })

  it('goes on after a kill anywhere, and asks again for at most the page that was not stored', async () => {
    const calls = crowd(25_000, 60)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(600), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (kills, saturates) => {
          const { client, log } = fakeAircall({ calls, saturates })
          const seen = new Seen(openWindows(range(60)))
          for (const stopAt of kills) await seen.read(client, { stopAt, concurrency: 1 })
          await seen.read(client, { concurrency: 1 })
          expect(seen.calls.size).toBe(25_000)
          expect(seen.deliveries).toBe(25_000)
          expect(seen.warnings).toEqual([])
          expect(log.length - new Set(log).size).toBeLessThanOrEqual(kills.length)
        },
      ),
      { numRuns: 8 },
    )
  })

  it('proves a window whose last page was stored just before a kill without asking for it again', async () => {
    const { client, log } = fakeAircall({ calls: crowd(120, 1) })
    const seen = new Seen(openWindows(range(1)))
    await seen.read(client, { stopAt: 3 })
    expect(seen.windows[0]).toMatchObject({ nextPage: 4, total: 120, done: false })
    await seen.read(client)
    expect(log).toHaveLength(3)
    expect(seen.windows[0]?.done).toBe(true)
  })

  it('splits down to one second, and names a second that holds too many', async () => {
    const full = Array.from({ length: 10_000 }, (_, n) => makeCall(n, SINCE + 777))
    const error = await new Seen(openWindows(range(1)))
      .read(fakeAircall({ calls: full }).client)
      .catch((e) => e)
    expect(error).toBeInstanceOf(FatalError)
    expect(error.message).toContain(new Date((SINCE + 777) * 1_000).toISOString())
    const twoSeconds = Array.from({ length: 19_998 }, (_, n) =>
      makeCall(n, SINCE + 777 + Math.floor(n / 9_999)),
    )
    const seen = new Seen(openWindows(range(1)))
    await seen.read(fakeAircall({ calls: twoSeconds }).client)
    expect(seen.calls.size).toBe(19_998)
  })

  it('follows the page size that the server really uses', async () => {
    const seen = new Seen(openWindows(range(1)))
    await seen.read(fakeAircall({ calls: crowd(6_000, 1), clamp: 20 }).client)
    expect(seen.calls.size).toBe(6_000)
    expect(seen.warnings).toEqual([])
  })

  it('stops with the reason of the signal, and leaves no request behind', async () => {
    const stop = new AbortController()
    const { client } = fakeAircall({
      calls: crowd(1_000, 1),
      change: (page, { request }) => {
        if (request === 6) stop.abort(new Error('stopped by the user'))
        return page
      },
    })
    const seen = new Seen(openWindows(range(1)))
    await expect(seen.read(client, { signal: stop.signal })).rejects.toThrow('stopped by the user')
    expect(seen.calls.size).toBeGreaterThan(0)
  })
})

describe('a server that misbehaves', () => {
  it('is read again once when rows are missing, and that heals', async () => {
    const calls = crowd(120, 1)
    const { client, log } = fakeAircall({
      calls,
      change: (page, { request }) => (request === 2 ? { ...page, calls: page.calls.slice(1) } : page),
    })
    const seen = new Seen(openWindows(range(1)))
    await seen.read(client)
    expect(seen.calls.size).toBe(120)
    expect(seen.warnings).toEqual([])
    expect(log).toHaveLength(6)
  })

  it('is reported when the difference remains, with the window and both numbers', async () => {
    const { client } = fakeAircall({ calls: crowd(120, 1), change: (page) => ({ ...page, total: 121 }) })
    const seen = new Seen(openWindows(range(1)))
    await seen.read(client)
    expect(seen.warnings.map(({ code }) => code)).toEqual(['window-mismatch'])
    expect(seen.warnings[0]?.message).toContain('Aircall reports 121, 120 were read')
    expect(seen.windows[0]?.done).toBe(true)
  })

  it('may send rows that are no calls: they are counted, so that nothing is read twice for them', async () => {
    const { client, log } = fakeAircall({
      calls: crowd(120, 1),
      change: (page) => ({
        ...page,
        calls: page.calls.slice(2),
        rejected: page.calls
          .slice(0, 2)
          .map(({ id }, n) => ({ id: n === 0 ? id : null, message: 'status: bad' })),
      }),
    })
    const seen = new Seen(openWindows(range(1)))
    await seen.read(client)
    expect(seen.calls.size).toBe(114)
    expect(log).toHaveLength(3)
    expect(seen.warnings).toEqual([])
  })

  it('is read from the first page again when calls go away while they are listed, so that none slips by', async () => {
    const calls = crowd(400, 1)
    const gone = calls[10]!.id
    const { client } = fakeAircall({
      calls,
      change: (page, { request }) => {
        if (request === 2) calls.splice(10, 1)
        return page
      },
    })
    const seen = new Seen(openWindows(range(1)))
    await seen.read(client, { concurrency: 1 })
    expect([...seen.calls.keys()].sort()).toEqual(calls.map(({ id }) => id).sort())
    expect(seen.calls.has(gone)).toBe(false)
    expect(seen.warnings).toEqual([])
  })

  it('is reported when calls keep going away, because some may have slipped by', async () => {
    const calls = crowd(2_000, 1)
    const { client } = fakeAircall({
      calls,
      change: (page) => {
        calls.shift()
        return page
      },
    })
    const seen = new Seen(openWindows(range(1)))
    await seen.read(client, { concurrency: 1 })
    expect(seen.warnings.map(({ code }) => code)).toEqual(['window-mismatch'])
    expect(seen.windows[0]?.done).toBe(true)
  })

  it('may not repeat a page unnoticed', async () => {
    const calls = crowd(500, 1)
    const first = calls.slice(0, 50)
    const { client, log } = fakeAircall({ calls, change: (page) => ({ ...page, calls: first }) })
    const seen = new Seen(openWindows(range(1)))
    await seen.read(client, { concurrency: 1 })
    expect(seen.warnings.map(({ code }) => code)).toEqual(['page-repeats', 'page-repeats', 'window-mismatch'])
    expect(log.length).toBeLessThanOrEqual(4)
  })

  it.each([
    ['promises more for ever', true, 4],
    ['ends too early', false, 3],
    ['is not sent', null, 3],
  ])('whose link %s is read to the end all the same', async (_name, hasNext, requests) => {
    const { client, log } = fakeAircall({ calls: crowd(120, 1), change: (page) => ({ ...page, hasNext }) })
    const seen = new Seen(openWindows(range(1)))
    await seen.read(client)
    expect(seen.calls.size).toBe(120)
    expect(log).toHaveLength(requests)
    expect(seen.warnings.map(({ code }) => code)).toEqual(hasNext === null ? [] : ['page-link'])
  })

  it('may list new calls of a closed window late, and move a call by a second, without harm', async () => {
    const calls = crowd(120, 1)
    const { client } = fakeAircall({
      calls,
      change: (page, { request }) => {
        if (request !== 1) return page
        calls.push(makeCall(999, calls.at(-1)!.startedAt))
        calls[60] = { ...calls[60]!, startedAt: calls[60]!.startedAt + 1 }
        calls.sort((a, b) => a.startedAt - b.startedAt)
        return page
      },
    })
    const seen = new Seen(openWindows(range(1)))
    await seen.read(client)
    expect([...seen.calls.keys()].sort()).toEqual(calls.map(({ id }) => id).sort())
    expect(seen.warnings).toEqual([])
  })
})
