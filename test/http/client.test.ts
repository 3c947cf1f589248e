import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import { FatalError, RetryableError } from '../../src/errors.ts'
import {
  createHttpClient,
  type HttpClientOptions,
  HttpError,
  UnknownOutcomeError,
} from '../../src/http/client.ts'
import { createGate } from '../../src/http/gate.ts'
import { useNock } from '../support/nock.ts'
import { FakeClock } from './support/fake-clock.ts'

const BASE = 'https://api.aircall.io'
const SECRET = 'very-secret-token'

function build(more: Partial<HttpClientOptions> & { perMinute?: number } = {}) {
  const clock = new FakeClock()
  const pauses: { waitMs: number; reason: string }[] = []
  const gate = createGate({ perMinute: more.perMinute ?? 1e6, clock, onPause: (pause) => pauses.push(pause) })
  const authorization = `Bearer ${SECRET}`
  const options = { baseUrl: BASE, authorization, gate, clock, userAgent: 'test/1', random: () => 0 }
  const client = createHttpClient({
    ...options,
    resetHeader: 'x-aircallapi-reset',
    limitHeader: 'x-aircallapi-limit',
    ...more,
  })
  return { client, clock, gate, pauses }
}

useNock()
afterEach(() => expect(nock.pendingMocks()).toEqual([]))

describe('a request', () => {
  it('carries credentials, query and agent, and yields JSON, headers and the server clock', async () => {
    nock(BASE, {
      reqheaders: { authorization: `Bearer ${SECRET}`, 'user-agent': 'test/1', accept: 'application/json' },
    })
      .get('/v1/calls')
      .query({ page: '2' })
      .reply(200, { calls: [] }, { date: 'Sun, 22 Nov 2026 12:00:00 GMT', 'X-Thing': 'a' })
    const { client } = build()
    const answer = await client.request({
      method: 'GET',
      path: '/v1/calls',
      query: { page: 2, from: undefined },
    })
    expect(answer).toMatchObject({ status: 200, json: { calls: [] }, dateMs: Date.UTC(2026, 10, 22, 12) })
    expect(answer.headers['x-thing']).toBe('a')
    expect(client.stats).toEqual({ total: 1, throttled: 0, retried: 0, reads: 1, writes: 0 })
  })

  it('keeps a path prefix of the base URL, and sends a body as JSON', async () => {
    nock('https://proxy.example', { reqheaders: { 'content-type': 'application/json' } })
      .put('/aircall/v1/things/extid-a%20b', { a: 1 })
      .reply(200, {})
    const { client } = build({ baseUrl: 'https://proxy.example/aircall/' })
    await client.request({ method: 'PUT', path: '/v1/things/extid-a%20b', body: { a: 1 } })
    expect(client.stats).toMatchObject({ total: 1, writes: 1 })
  })

  it('throws a refusal with request line, status and the words of the body, and not its own secret', async () => {
    nock(BASE)
      .get('/v1/calls')
      .reply(422, { message: `token ${SECRET} of +1 202-555-0143 is bad` })
    const error = await build()
      .client.request({ method: 'GET', path: '/v1/calls' })
      .catch((e) => e)
    expect(error).toBeInstanceOf(HttpError)
    expect(error.message).toBe('GET /v1/calls: 422 Unprocessable Entity: token [hidden] of …43 is bad')
    expect(error).toMatchObject({
      status: 422,
      path: '/v1/calls',
      bodyMessage: 'token [hidden] of …43 is bad',
    })
  })

  it('returns statuses that the caller accepts, also without JSON, and empty bodies where allowed', async () => {
    nock(BASE).get('/a').reply(404, '<html>no</html>')
    nock(BASE).get('/b').reply(202, '')
    nock(BASE).delete('/c').reply(204)
    const { client } = build()
    expect(await client.request({ method: 'GET', path: '/a', acceptStatus: [404] })).toMatchObject({
      status: 404,
      json: null,
    })
    expect(await client.request({ method: 'GET', path: '/b', allowEmpty: true })).toMatchObject({
      status: 202,
      json: null,
    })
    expect(await client.request({ method: 'DELETE', path: '/c' })).toMatchObject({ status: 204, json: null })
  })

  it('does not follow a redirect, which would carry the credentials away, and names only its host', async () => {
    nock(BASE).get('/v1/ping').reply(302, '', { location: 'https://evil.example/?token=x' })
    const asked = build().client.request({ method: 'GET', path: '/v1/ping' })
    await expect(asked).rejects.toThrow(
      'GET /v1/ping: 302 Found: redirects to evil.example, which is not followed',
    )
  })

  it('goes in clear to this machine only', () => {
    for (const baseUrl of ['http://localhost:1', 'http://127.0.0.1:1', 'http://[::1]:1']) build({ baseUrl })
    expect(() => build({ baseUrl: 'http://api.aircall.io' })).toThrow(FatalError)
    expect(() => build({ baseUrl: 'http://127.0.0.1.evil.example' })).toThrow('plain http')
    expect(() => build({ baseUrl: 'ftp://localhost' })).toThrow(FatalError)
    expect(() => build({ baseUrl: 'api.aircall.io' })).toThrow(FatalError)
  })
})

describe('a read', () => {
  it.each([
    ['a 503', 503, 'down'],
    ['HTML with a 200', 200, '<html>login</html>'],
    ['cut JSON', 200, '{"calls":['],
    ['an empty body', 200, ''],
    ['JSON nested too deep', 200, `${'['.repeat(70)}${']'.repeat(70)}`],
    ['a body that is too large', 200, JSON.stringify('x'.repeat(2_000))],
  ])('is repeated after %s', async (_name, status, body) => {
    // With its length, as real servers send it: nock's socket does not say why
    // it was destroyed, which undici relies on.
    nock(BASE)
      .get('/v1/calls')
      .reply(status, body, { 'content-length': String(body.length) })
    nock(BASE).get('/v1/calls').reply(200, { ok: true })
    const { client, clock } = build({ maxBodyBytes: 1_000 })
    expect((await client.request({ method: 'GET', path: '/v1/calls' })).json).toEqual({ ok: true })
    expect(clock.sleeps).toEqual([1_000])
    expect(client.stats).toMatchObject({ total: 2, retried: 1, reads: 2 })
  })

  it('takes JSON as deep as it may be, through lists and objects, and no deeper', async () => {
    const nest = (depth: number) => `${'{"a":[1,'.repeat(depth / 2)}{}${']}'.repeat(depth / 2)}`
    nock(BASE).get('/v1/calls').reply(200, nest(2))
    nock(BASE).get('/v1/calls').reply(200, nest(4))
    const { client } = build({ maxJsonDepth: 4, maxAttempts: 1 })
    expect((await client.request({ method: 'GET', path: '/v1/calls' })).json).toEqual({ a: [1, {}] })
    const tooDeep = client.request({ method: 'GET', path: '/v1/calls' })
    await expect(tooDeep).rejects.toThrow('JSON nested deeper than 4')
  })

  it('gives up after seven tries with an error that says to run again', async () => {
    nock(BASE).get('/v1/calls').times(7).reply(500, { error: 'oh', troubleshoot: 'wait' })
    const retries: number[] = []
    const { client } = build({ onRetry: ({ waitMs }) => retries.push(waitMs) })
    const error = await client.request({ method: 'GET', path: '/v1/calls' }).catch((e) => e)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.code).toBe('HTTP_5XX')
    expect(error.message).toContain(
      'gave up after 7 tries; the last was 500 Internal Server Error: oh (wait)',
    )
    expect(error.suggestions[0]).toContain('continues where it stopped')
    expect(retries).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000])
  })

  it('passes the gate at each try', async () => {
    nock(BASE).get('/a').reply(500)
    nock(BASE).get('/a').reply(200, {})
    const { client, clock } = build({ perMinute: 6 })
    const begun = clock.nowMs()
    await client.request({ method: 'GET', path: '/a' })
    expect(clock.nowMs() - begun).toBe(2 * 10_100)
  })
})

describe('a write', () => {
  it.each([
    ['a 500', 500, '{}'],
    ['a cut answer', 200, '{"created":'],
    ['HTML', 200, '<html></html>'],
  ])('is not repeated after %s: its outcome is unknown', async (_name, status, body) => {
    nock(BASE).post('/x').reply(status, body)
    const { client } = build()
    await expect(client.request({ method: 'POST', path: '/x', body: {} })).rejects.toThrow(
      UnknownOutcomeError,
    )
    expect(client.stats.total).toBe(1)
  })

  it.each(['read', 'write'])(
    'is not repeated when the network went away in the middle of a %s',
    async (syscall) => {
      const lost = Object.assign(new Error(`${syscall} EHOSTUNREACH`), { code: 'EHOSTUNREACH', syscall })
      nock(BASE).post('/x').replyWithError(lost)
      const { client } = build()
      await expect(client.request({ method: 'POST', path: '/x', body: {} })).rejects.toThrow(
        UnknownOutcomeError,
      )
      expect(client.stats.total).toBe(1)
    },
  )

  it('is repeated after a 429 and after a refused connection, which executed nothing', async () => {
    nock(BASE).put('/x').reply(429)
    nock(BASE)
      .put('/x')
      .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))
    nock(BASE).put('/x').reply(200, { updated: 1 })
    const { client } = build()
    expect((await client.request({ method: 'PUT', path: '/x', body: [] })).json).toEqual({ updated: 1 })
    expect(client.stats).toEqual({ total: 3, throttled: 1, retried: 1, reads: 0, writes: 3 })
  })
})

describe('a 429', () => {
  it('pauses every request to the host until the reset, and is announced once', async () => {
    const { client, clock, pauses } = build()
    const reset = clock.nowMs() + 40_000
    nock(BASE)
      .get('/a')
      .reply(429, 'slow down', { 'X-AircallApi-Reset': String(reset / 1_000) })
    nock(BASE).get('/a').reply(200, {})
    nock(BASE).get('/b').reply(200, {})
    const ends: number[] = []
    const first = client.request({ method: 'GET', path: '/a' }).then(() => ends.push(clock.nowMs()))
    while (client.stats.throttled === 0) await new Promise((resolve) => setImmediate(resolve))
    await client.request({ method: 'GET', path: '/b' })
    await first
    expect(clock.nowMs()).toBeGreaterThanOrEqual(reset)
    expect(pauses).toHaveLength(1)
    expect(pauses[0]).toMatchObject({ waitMs: 41_000, reason: 'GET /a: 429 Too Many Requests: slow down' })
  })

  it('lowers the pace to a limit that the server names', async () => {
    nock(BASE).get('/a').reply(429, '', { 'X-AircallApi-Limit': '30' })
    nock(BASE).get('/a').reply(200, {})
    const { client, gate } = build({ perMinute: 120 })
    await client.request({ method: 'GET', path: '/a' })
    expect(gate.perMinute).toBe(30)
  })

  it('that never ends makes the run stop with an error that says to run again', async () => {
    nock(BASE).get('/a').times(10).reply(429)
    const error = await build()
      .client.request({ method: 'GET', path: '/a' })
      .catch((e) => e)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.code).toBe('HTTP_THROTTLED')
  })
})
