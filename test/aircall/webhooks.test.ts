import { inspect } from 'node:util'
import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import { createWebhookClient } from '../../src/aircall/webhooks.ts'
import { createHttpClient, UnknownOutcomeError } from '../../src/http/client.ts'
import { createGate } from '../../src/http/gate.ts'
import { FakeClock } from '../http/support/fake-clock.ts'
import { useNock } from '../support/nock.ts'
import { fixture } from './fixture.ts'

const BASE = 'https://api.aircall.io'
const URL_HERE = 'https://calls.brightline.example/aircall'
const EVENTS = ['call.ended', 'transcription.created']

function build() {
  const clock = new FakeClock()
  const gate = createGate({ perMinute: 1e6, clock })
  return createWebhookClient(
    createHttpClient({ baseUrl: BASE, authorization: 'Basic eA==', gate, clock, userAgent: 'test' }),
  )
}

useNock()
afterEach(() => expect(nock.pendingMocks()).toEqual([]))

describe('the webhooks of an account', () => {
  it('are listed whole, and a token prints as hidden', async () => {
    nock(BASE).get('/v1/webhooks').query({ page: 1, per_page: 50 }).reply(200, fixture('webhooks-page'))
    const webhooks = await build().list()
    expect(webhooks).toMatchObject([
      {
        id: '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
        url: URL_HERE,
        active: true,
        events: EVENTS,
        createdAt: '2025-11-27T09:00:00.000Z',
      },
      { active: false },
    ])
    expect(webhooks[0]?.token?.reveal()).toBe('made-up-token-0123456789abcdef')
    expect(JSON.stringify(webhooks) + inspect(webhooks, { depth: 9 })).not.toContain('made-up-token')
  })

  it('are read page by page, each once', async () => {
    const one = (at: number) => ({ webhook_id: `w${at}`, url: URL_HERE, active: true, events: [] })
    const page = (number: number, from: number, to: number) =>
      nock(BASE)
        .get('/v1/webhooks')
        .query({ page: number, per_page: 50 })
        .reply(200, {
          webhooks: Array.from({ length: to - from }, (_, at) => one(from + at)),
          meta: { count: to - from, total: 60, current_page: number, per_page: 50 },
        })
    page(1, 0, 50)
    page(2, 49, 60)
    expect((await build().list()).map(({ id }) => id)).toEqual(
      Array.from({ length: 60 }, (_, at) => `w${at}`),
    )
  })

  it('have what old and other answers say: an integer id, no token, no meta, a time in seconds or words', async () => {
    nock(BASE)
      .get('/v1/webhooks')
      .query(true)
      .reply(200, {
        webhooks: [
          { id: 7, url: URL_HERE, created_at: 1764234000 },
          { id: 8, url: null, created_at: '2025-11-27T09:00:00Z', events: null },
          { id: 9, url: URL_HERE, created_at: 'some day' },
        ],
      })
    expect(await build().list()).toEqual([
      {
        id: '7',
        url: URL_HERE,
        active: true,
        events: [],
        createdAt: '2025-11-27T09:00:00.000Z',
        token: null,
      },
      { id: '8', url: '', active: true, events: [], createdAt: '2025-11-27T09:00:00.000Z', token: null },
      { id: '9', url: URL_HERE, active: true, events: [], createdAt: null, token: null },
    ])
  })

  it('are made and changed with the whole list of events, since without one they would get all 67', async () => {
    nock(BASE)
      .post('/v1/webhooks', { custom_name: 'aircall-sync', url: URL_HERE, events: EVENTS })
      .reply(201, fixture('webhook-created'))
    nock(BASE)
      .put('/v1/webhooks/a%2Fb', { custom_name: 'aircall-sync', url: URL_HERE, events: EVENTS, active: true })
      .reply(200, fixture('webhook-created'))
    const client = build()
    expect((await client.create({ url: URL_HERE, events: EVENTS })).token?.reveal()).toMatch(/^made-up/)
    expect((await client.update('a/b', { url: URL_HERE, events: EVENTS })).active).toBe(true)
  })

  it('are not made twice when the answer is lost', async () => {
    nock(BASE)
      .post('/v1/webhooks')
      .replyWithError(Object.assign(new Error('gone'), { code: 'ECONNRESET' }))
    await expect(build().create({ url: URL_HERE, events: EVENTS })).rejects.toBeInstanceOf(
      UnknownOutcomeError,
    )
  })

  it('may be gone already when they are removed', async () => {
    nock(BASE).delete('/v1/webhooks/w1').reply(204)
    nock(BASE).delete('/v1/webhooks/w2').reply(404, { error: 'Not Found' })
    const client = build()
    expect([await client.remove('w1'), await client.remove('w2')]).toEqual(['removed', 'gone'])
  })

  it('need the right key, and say no value of an answer that cannot be read', async () => {
    nock(BASE).get('/v1/webhooks').query(true).reply(403, { message: 'Forbidden' })
    await expect(build().list()).rejects.toMatchObject({ code: 'AIRCALL_AUTH', exitCode: 7 })
    nock(BASE)
      .get('/v1/webhooks')
      .query(true)
      .reply(200, { webhooks: [{ token: 'a-token-in-clear' }] })
    await expect(build().list()).rejects.toMatchObject({
      code: 'AIRCALL_SHAPE',
      message: expect.not.stringContaining('in-clear'),
    })
  })
})
