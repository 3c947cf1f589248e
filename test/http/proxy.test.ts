import { readFileSync } from 'node:fs'
import tls from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpClient, UnknownOutcomeError } from '../../src/http/client.ts'
import type { HttpsProxy } from '../../src/http/dispatcher.ts'
import { createGate } from '../../src/http/gate.ts'
import { CERTIFICATE_PATH, serveTls, useProxy } from '../support/proxy.ts'
import { FakeClock } from './support/fake-clock.ts'
import { answerJson, serve } from './support/server.ts'

const trusted = tls.getCACertificates('default')
beforeAll(() => tls.setDefaultCACertificates([...trusted, readFileSync(CERTIFICATE_PATH, 'utf8')]))
afterAll(() => tls.setDefaultCACertificates(trusted))

function clientBehind(proxy: HttpsProxy, baseUrl = 'https://api.aircall.example') {
  const clock = new FakeClock()
  const gate = createGate({ perMinute: 1e6, clock })
  return createHttpClient({ baseUrl, authorization: 'Bearer token', gate, clock, userAgent: 'test', proxy })
}

const GET = { method: 'GET', path: '/v1/ping' } as const
const PUT = { method: 'PUT', path: '/conversations', body: {} } as const

describe('a proxy', () => {
  it('is asked for a tunnel, shows who asks, and sees nothing of what goes through', async () => {
    const { port } = await serveTls((request, response) => answerJson(response, { path: request.url }))
    const proxy = await useProxy({ port, credentials: 'ops:p@ss' })
    const client = clientBehind({ url: `http://ops:p%40ss@${proxy.host}`, except: '' })
    expect(await client.request(GET)).toMatchObject({ status: 200, json: { path: '/v1/ping' } })
    expect(proxy.asked).toEqual(['api.aircall.example:443'])
    expect(proxy.plain).toEqual([])
  })

  it('that refuses is named with its status, and a write through it never went out', async () => {
    const proxy = await useProxy({ port: 9, credentials: 'ops:secret' })
    const client = clientBehind({ url: `http://ops:wrong@${proxy.host}`, except: '' })
    await expect(client.request(GET)).rejects.toMatchObject({ code: 'HTTP_UNREACHABLE', exitCode: 5 })
    const refused = client.request(PUT).catch((error: unknown) => error)
    expect(await refused).not.toBeInstanceOf(UnknownOutcomeError)
    expect(String(await refused)).toMatch(/PROXY_ANSWERED_407/)
  })

  it('that is not there is a connection that never stood', async () => {
    const client = clientBehind({ url: 'http://127.0.0.1:9', except: '' })
    const refused = await client.request(PUT).catch((error: unknown) => error)
    expect(refused).not.toBeInstanceOf(UnknownOutcomeError)
    expect(String(refused)).toMatch(/ECONNREFUSED/)
  })

  it.each(['localhost', '*', '.example, localhost', 'localhost:PORT'])(
    'is not asked for a host that is excepted by %s',
    async (except) => {
      const { port } = await serveTls((_, response) => answerJson(response, { here: true }))
      const proxy = await useProxy({ port: 9 })
      const client = clientBehind(
        { url: `http://${proxy.host}`, except: except.replace('PORT', String(port)) },
        `https://localhost:${port}`,
      )
      expect(await client.request(GET)).toMatchObject({ json: { here: true } })
      expect(proxy.asked).toEqual([])
    },
  )

  it('is never asked for this machine itself, where plain http goes', async () => {
    const { url } = await serve((_, response) => answerJson(response, { here: true }))
    const proxy = await useProxy({ port: 9 })
    const client = clientBehind({ url: `http://${proxy.host}`, except: '' }, url)
    expect(await client.request(GET)).toMatchObject({ json: { here: true } })
    expect([...proxy.asked, ...proxy.plain]).toEqual([])
  })
})
