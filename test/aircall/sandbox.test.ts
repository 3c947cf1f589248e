import { describe, expect, it } from 'vitest'
import { createAircallClient } from '../../src/aircall/client.ts'
import { toBounds, unread } from '../../src/aircall/windows.ts'
import { createHttpClient } from '../../src/http/client.ts'
import { createGate } from '../../src/http/gate.ts'
import { parseFaults } from '../../src/sandbox/faults.ts'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { FakeClock } from '../http/support/fake-clock.ts'
import { SANDBOX_NOW_MS, useSandbox } from '../support/sandbox.ts'
import { Seen } from './fake-aircall.ts'

const DAYS = 60
/** Past the end of every call, so that nothing is still going on. */
const RANGE = { since: SANDBOX_NOW_MS / 1_000 - (DAYS + 1) * 86_400, until: SANDBOX_NOW_MS / 1_000 - 3_600 }

async function build(options: Partial<SandboxOptions>, perMinute: number) {
  const clock = new FakeClock(SANDBOX_NOW_MS)
  const sandbox = await useSandbox({ days: DAYS, clock, ...options })
  const { env } = sandbox
  const pair = Buffer.from(`${env.AIRCALL_API_ID}:${env.AIRCALL_API_TOKEN}`).toString('base64')
  const http = createHttpClient({
    baseUrl: env.AIRCALL_BASE_URL,
    authorization: `Basic ${pair}`,
    gate: createGate({ perMinute, clock }),
    clock,
    userAgent: 'test',
    resetHeader: 'x-aircallapi-reset',
    limitHeader: 'x-aircallapi-limit',
  })
  return { sandbox, client: createAircallClient(http), seen: new Seen([unread(toBounds(RANGE))]) }
}

function pagesOf(sandbox: Sandbox, status: number): number {
  return sandbox.log.filter((entry) => entry.path === '/v1/calls' && entry.status === status).length
}

describe('against the sandbox', () => {
  it.each(['exact', 'saturated'] as const)(
    '25,000 calls are read once each with %s totals',
    async (totals) => {
      const { sandbox, client, seen } = await build({ calls: 25_000, switches: { totals } }, 1e6)
      await seen.read(client)
      expect(seen.warnings).toEqual([])
      expect(seen.windows.every(({ done }) => done)).toBe(true)
      const total = seen.windows.reduce((sum, window) => sum + (window.total ?? 0), 0)
      expect(seen.calls.size).toBe(total)
      expect(total).toBeGreaterThan(24_000)
      expect(pagesOf(sandbox, 200)).toBeLessThanOrEqual(Math.ceil(total / 50) * 1.02)
    },
  )

  it('faults on a tenth of all requests lose no call', async () => {
    const faults = parseFaults('5xx=0.04,reset=0.03,truncate=0.03')
    const { client, seen } = await build({ calls: 3_000, faults }, 1e6)
    await seen.read(client)
    expect(client.stats.retried).toBeGreaterThan(0)
    expect(seen.warnings).toEqual([])
    expect(seen.calls.size).toBe(seen.windows[0]?.total)
  })

  it.each(['none', 'seconds', 'milliseconds', 'retry-after'] as const)(
    'a limit lower than configured is kept with rate headers of the style %s',
    async (rateHeaders) => {
      const switches = { rateHeaders, rateWindow: 'block' as const }
      const { sandbox, client, seen } = await build({ calls: 5_000, aircallRpm: 30, switches }, 120)
      await seen.read(client, { concurrency: 1 })
      expect(seen.calls.size).toBe(seen.windows[0]?.total)
      expect(client.stats.throttled).toBe(pagesOf(sandbox, 429))
      expect(client.stats.throttled).toBeGreaterThan(0)
      expect(client.stats.throttled).toBeLessThanOrEqual(4)
    },
  )

  it('numbers, users, single calls and transcripts are read as they are served', async () => {
    const { client, seen } = await build({ calls: 400 }, 1e6)
    await seen.read(client)
    const [first] = seen.calls.values()
    expect(await client.getCall(first?.id ?? '')).toEqual(first)
    expect((await client.listNumbers()).items.length).toBeGreaterThan(0)
    expect((await client.listUsers()).items.length).toBeGreaterThan(0)
    const answers = new Set<string>()
    for (const id of seen.calls.keys()) answers.add((await client.getTranscription(id)).kind)
    expect([...answers].sort()).toEqual(['empty', 'ready'])
  })
})
