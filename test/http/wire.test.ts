import { describe, expect, it } from 'vitest'
import { createHttpClient, UnknownOutcomeError } from '../../src/http/client.ts'
import { createGate } from '../../src/http/gate.ts'
import { FakeClock } from './support/fake-clock.ts'
import { answerJson, serve } from './support/server.ts'

function build(baseUrl: string, timeoutMs = 5_000) {
  const clock = new FakeClock()
  const gate = createGate({ perMinute: 1e6, clock })
  return createHttpClient({
    baseUrl,
    authorization: 'Bearer token',
    gate,
    clock,
    userAgent: 'test',
    timeoutMs,
  })
}

describe('on a real socket', () => {
  it('survives a reset, a body cut short and a chunked body cut short', async () => {
    const { url, count } = await serve((request, response, n) => {
      if (n === 1) return request.socket.resetAndDestroy()
      if (n === 2) response.writeHead(200, { 'content-length': '100' })
      if (n <= 3) return response.write('{"calls":', () => request.socket.destroy())
      answerJson(response, { ok: true })
    })
    const { json } = await build(url).request({ method: 'GET', path: '/v1/calls' })
    expect(json).toEqual({ ok: true })
    expect(count()).toBe(4)
  })

  it('stops waiting for an answer, or for the rest of one, that never comes', async () => {
    const { url, count } = await serve((_request, response, n) => {
      if (n === 1) return
      if (n === 2) return void response.write('{"calls":')
      answerJson(response, { ok: true })
    })
    await build(url, 40).request({ method: 'GET', path: '/v1/calls' })
    expect(count()).toBe(3)
  })

  it.each(['chunks', 'all until the end'])(
    'stops downloading a body that is too large (%s)',
    async (sent) => {
      const { url } = await serve((_request, response, n) => {
        if (n > 1) return answerJson(response, { ok: true })
        if (sent !== 'chunks') {
          response.useChunkedEncodingByDefault = false
          response.setHeader('connection', 'close')
        }
        const feed = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        }
        response.on('drain', feed)
        feed()
      })
      const clock = new FakeClock()
      const gate = createGate({ perMinute: 1e6, clock })
      const why: string[] = []
      const options = { baseUrl: url, authorization: 'Bearer token', gate, clock, userAgent: 'test' }
      const client = createHttpClient({
        ...options,
        maxBodyBytes: 1e6,
        onRetry: (retry) => why.push(retry.why),
      })
      expect((await client.request({ method: 'GET', path: '/' })).json).toEqual({ ok: true })
      expect(why).toEqual(['BODY_TOO_LARGE'])
    },
  )

  it('lets a read in flight finish when it is aborted, because it is paid for, and starts no other', async () => {
    const stop = new AbortController()
    const { url, count } = await serve((_request, response) => {
      stop.abort(new Error('stopped by the user'))
      answerJson(response, { calls: [] })
    })
    const { json } = await build(url).request({ method: 'GET', path: '/', signal: stop.signal })
    expect(json).toEqual({ calls: [] })
    const next = build(url).request({ method: 'GET', path: '/', signal: stop.signal })
    await expect(next).rejects.toThrow('stopped by the user')
    expect(count()).toBe(1)
  })

  it('does not repeat a read that failed after it was aborted', async () => {
    const stop = new AbortController()
    const { url, count } = await serve((request) => {
      stop.abort(new Error('stopped by the user'))
      request.socket.resetAndDestroy()
    })
    const asked = build(url).request({ method: 'GET', path: '/', signal: stop.signal })
    await expect(asked).rejects.toThrow('stopped by the user')
    expect(count()).toBe(1)
  })

  it('lets a write in flight finish when it is aborted, so that its outcome is known', async () => {
    const stop = new AbortController()
    const { url } = await serve((_request, response) => {
      stop.abort(new Error('stopped by the user'))
      answerJson(response, { created: 1 })
    })
    const { json } = await build(url).request({ method: 'POST', path: '/', body: {}, signal: stop.signal })
    expect(json).toEqual({ created: 1 })
  })

  it('does not start a write that was aborted while it waited', async () => {
    const { url, count } = await serve((_request, response) => answerJson(response, {}))
    const signal = AbortSignal.abort(new Error('stopped by the user'))
    await expect(build(url).request({ method: 'POST', path: '/', signal })).rejects.toThrow(
      'stopped by the user',
    )
    expect(count()).toBe(0)
  })

  it('says that the outcome of a write is unknown when the connection breaks after it', async () => {
    const { url, count } = await serve((request) => request.socket.resetAndDestroy())
    const asked = build(url).request({ method: 'PUT', path: '/', body: [{ externalId: '1' }] })
    await expect(asked).rejects.toThrow(UnknownOutcomeError)
    expect(count()).toBe(1)
  })
})
