import { describe, expect, it } from 'vitest'
import { createHttpClient } from '../../src/http/client.ts'
import { createGate } from '../../src/http/gate.ts'
import { FakeClock } from './support/fake-clock.ts'
import { answerJson, serve } from './support/server.ts'

const MINUTE = 60_000

type Style = 'none' | 'seconds' | 'milliseconds' | 'retry-after' | 'retry-after-date'

function headersOf(style: Style, resetMs: number, nowMs: number): Record<string, string> {
  if (style === 'seconds') return { 'X-AircallApi-Reset': String(Math.ceil(resetMs / 1_000)) }
  if (style === 'milliseconds') return { 'X-AircallApi-Reset': String(resetMs) }
  if (style === 'retry-after') return { 'Retry-After': String(Math.ceil((resetMs - nowMs) / 1_000)) }
  if (style === 'retry-after-date') return { 'Retry-After': new Date(resetMs + 999).toUTCString() }
  return {}
}

/** Blocks for a minute after `perMinute` requests in one, and counts who knocks meanwhile. */
async function strictServer(clock: FakeClock, o: { perMinute: number; style: Style }) {
  const state = { recent: [] as number[], blockedUntil: 0, blocks: 0, knocks: 0 }
  const { url } = await serve((_request, response) => {
    const now = clock.nowMs()
    response.setHeader('date', new Date(now).toUTCString())
    state.recent = [...state.recent.filter((at) => at > now - MINUTE), now]
    if (now >= state.blockedUntil && state.recent.length <= o.perMinute)
      return answerJson(response, { ok: true })
    if (now >= state.blockedUntil) {
      Object.assign(state, { blockedUntil: now + MINUTE, blocks: state.blocks + 1, recent: [] })
    } else state.knocks += 1
    for (const [name, value] of Object.entries(headersOf(o.style, state.blockedUntil, now)))
      response.setHeader(name, value)
    answerJson(response, { message: 'Too many requests' }, 429)
  })
  return { url, state }
}

describe('a server limit lower than the configured one', () => {
  it.each<Style>(['none', 'seconds', 'milliseconds', 'retry-after', 'retry-after-date'])(
    'is obeyed with hints of the style %s: no request knocks at a closed door, and all are answered',
    async (style) => {
      const clock = new FakeClock()
      const { url, state } = await strictServer(clock, { perMinute: 30, style })
      let pauses = 0
      const gate = createGate({ perMinute: 120, clock, onPause: () => (pauses += 1) })
      const options = { baseUrl: url, authorization: 'Bearer token', gate, clock, userAgent: 'test' }
      const client = createHttpClient({ ...options, resetHeader: 'x-aircallapi-reset' })
      for (let n = 0; n < 100; n++) await client.request({ method: 'GET', path: '/v1/calls' })
      expect(state.blocks).toBe(3)
      expect(state.knocks).toBe(0)
      expect(pauses).toBe(3)
      expect(client.stats).toMatchObject({ total: 103, throttled: 3, retried: 0 })
    },
  )
})

it('random faults on a tenth of all requests are survived', async () => {
  const clock = new FakeClock()
  let seed = 7
  const draw = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const { url, count } = await serve((request, response) => {
    const fault = draw() < 0.1 ? Math.floor(draw() * 5) : -1
    if (fault === 0) return request.socket.resetAndDestroy()
    if (fault === 1) return answerJson(response, { error: 'oops' }, 503)
    if (fault === 2) return void response.end('<html>busy</html>')
    if (fault === 3) return answerJson(response, {}, 429)
    if (fault === 4) return void response.write('{"cut":', () => request.socket.destroy())
    answerJson(response, { path: request.url })
  })
  const gate = createGate({ perMinute: 600, clock })
  const client = createHttpClient({
    baseUrl: url,
    authorization: 'Bearer token',
    gate,
    clock,
    userAgent: 'test',
  })
  const paths = Array.from({ length: 300 }, (_, n) => `/v1/calls/${n}`)
  const answers = await Promise.all(paths.map((path) => client.request({ method: 'GET', path })))
  expect(answers.map(({ json }) => json)).toEqual(paths.map((path) => ({ path })))
  expect(client.stats.total).toBe(count())
  expect(client.stats.total - 300).toBe(client.stats.retried + client.stats.throttled)
  expect(client.stats.retried).toBeGreaterThan(10)
})
