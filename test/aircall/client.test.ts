import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import { createAircallClient } from '../../src/aircall/client.ts'
import { FatalError, RecordError, RetryableError } from '../../src/errors.ts'
import { createHttpClient, HttpError } from '../../src/http/client.ts'
import { createGate } from '../../src/http/gate.ts'
import { FakeClock } from '../http/support/fake-clock.ts'
import { useNock } from '../support/nock.ts'
import { fixture } from './fixture.ts'

const BASE = 'https://api.aircall.io'

function build() {
  const clock = new FakeClock()
  const authorization = `Basic ${Buffer.from('id:token').toString('base64')}`
  const gate = createGate({ perMinute: 1e6, clock })
  return createAircallClient(
    createHttpClient({ baseUrl: BASE, authorization, gate, clock, userAgent: 'test' }),
  )
}

useNock()
afterEach(() => expect(nock.pendingMocks()).toEqual([]))

describe('the Aircall client', () => {
  it('pings with the server clock, and names the company', async () => {
    nock(BASE)
      .get('/v1/ping')
      .basicAuth({ user: 'id', pass: 'token' })
      .reply(200, fixture('ping'), { date: 'Sun, 22 Nov 2026 12:00:00 GMT' })
    nock(BASE).get('/v1/company').reply(200, fixture('company'))
    const client = build()
    expect(await client.ping()).toEqual({ dateMs: Date.UTC(2026, 10, 22, 12) })
    expect(await client.company()).toEqual({ name: 'Example Ltd' })
  })

  it.each([
    [401, 'error-edge-unauthorized'],
    [403, 'error-edge-forbidden'],
  ])('takes a %i for bad credentials and says which variables to set', async (status, body) => {
    nock(BASE).get('/v1/ping').reply(status, fixture(body))
    const error = await build()
      .ping()
      .catch((e) => e)
    expect(error).toBeInstanceOf(FatalError)
    expect(error.code).toBe('AIRCALL_AUTH')
    expect(error.suggestions.join(' ')).toMatch(/AIRCALL_API_ID.*AIRCALL_API_TOKEN.*Dashboard/)
  })

  it('asks for a page of fifty, ascending, with the bounds as Aircall has them', async () => {
    const query = { from: 99, to: 199, page: 3, per_page: 50, order: 'asc' }
    nock(BASE).get('/v1/calls').query(query).reply(200, fixture('calls-page'))
    const client = build()
    const page = await client.listCalls({ from: 99, to: 199, page: 3 })
    expect(page.calls.map(({ id }) => id)).toEqual(['812', '4180000376'])
    expect(page).toMatchObject({ rejected: [], total: 2, perPage: 50, page: 1, hasNext: false })
    expect(client.stats).toMatchObject({ total: 1, reads: 1, pages: 1, transcripts: 0 })
  })

  it('sets a row aside that it cannot read, and goes on with the others', async () => {
    const page = fixture('calls-page') as { calls: object[] }
    page.calls.push({ id: 77, direction: 'inbound' }, [])
    nock(BASE).get('/v1/calls').query(true).reply(200, page)
    const { calls, rejected } = await build().listCalls({ from: 0, to: 1, page: 1 })
    expect(calls).toHaveLength(2)
    expect(rejected.map(({ id }) => id)).toEqual(['77', null])
    expect(rejected[0]?.message).toMatch(/^status: /)
  })

  it('tells a missing link from a null one', async () => {
    const meta = { total: 60, current_page: 1, per_page: 50 }
    const link = 'https://api.aircall.io/v1/calls?page=2'
    nock(BASE).get('/v1/calls').query(true).reply(200, { meta, calls: [] })
    nock(BASE)
      .get('/v1/calls')
      .query(true)
      .reply(200, { meta: { ...meta, next_page_link: link }, calls: [] })
    const client = build()
    expect((await client.listCalls({ from: 0, to: 1, page: 1 })).hasNext).toBeNull()
    expect((await client.listCalls({ from: 0, to: 1, page: 1 })).hasNext).toBe(true)
  })

  it('takes an answer of another shape for an outage, not for an empty list', async () => {
    nock(BASE).get('/v1/calls').query(true).reply(200, { status: 'ok' })
    const error = await build()
      .listCalls({ from: 0, to: 1, page: 1 })
      .catch((e) => e)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toContain('GET /v1/calls: unexpected answer: meta: ')
  })

  it('passes on the refusal past the ten thousandth row with the words of the list service', async () => {
    nock(BASE).get('/v1/calls').query(true).reply(400, fixture('error-list-cap'))
    const asked = build().listCalls({ from: 0, to: 1, page: 201 })
    await expect(asked).rejects.toThrow(
      'GET /v1/calls: 400 Bad Request: Your query is limited to 10k results',
    )
  })

  it('gets one call, null when there is none, and never asks with an empty id', async () => {
    nock(BASE).get('/v1/calls/812').reply(200, fixture('call-official'))
    nock(BASE).get('/v1/calls/813').reply(404, fixture('error-edge-not-found'))
    const client = build()
    expect((await client.getCall('812'))?.agent?.name).toBe('John Doe')
    expect(await client.getCall('813')).toBeNull()
    await expect(client.getCall('')).rejects.toThrow(RecordError)
    await expect(client.getCall('../users')).rejects.toThrow(RecordError)
  })

  it('reads all pages of numbers and of version 2 users', async () => {
    const page = fixture('numbers-page') as { meta: object; numbers: object[] }
    const meta = { ...page.meta, total: 51 }
    nock(BASE)
      .get('/v1/numbers')
      .query({ page: 1, per_page: 50, order: 'asc' })
      .reply(200, { ...page, meta })
    nock(BASE)
      .get('/v1/numbers')
      .query({ page: 2, per_page: 50, order: 'asc' })
      .reply(200, { ...page, meta })
    nock(BASE).get('/v2/users').query(true).reply(200, fixture('users-page'))
    const client = build()
    const { items: lines } = await client.listNumbers()
    expect(lines).toHaveLength(4)
    expect(lines[1]).toEqual({ id: '1300001', name: 'Main line', digits: '+1 202-555-0178', country: 'US' })
    expect(await client.listUsers()).toEqual({
      items: [{ id: '2000001', name: 'Robin Example', email: 'user@example.com' }],
      unreadable: [],
    })
  })

  it('leaves out a line or a user that cannot be read, and says why without its values', async () => {
    const { meta, numbers } = fixture('numbers-page') as { meta: object; numbers: object[] }
    const odd = { ...numbers[0], id: 'x1', digits: ['+1 202-555-0100'] }
    nock(BASE)
      .get('/v1/numbers')
      .query(true)
      .reply(200, { meta, numbers: [odd, ...numbers] })
    nock(BASE)
      .get('/v2/users')
      .query(true)
      .reply(200, { meta, users: [null, { id: 7, name: 'Ada' }] })
    const client = build()
    const lines = await client.listNumbers()
    expect(lines.items).toHaveLength(numbers.length)
    expect(lines.unreadable).toEqual([expect.stringContaining('digits: ')])
    expect(lines.unreadable.join()).not.toContain('202')
    expect((await client.listUsers()).items).toEqual([{ id: '7', name: 'Ada', email: null }])
  })

  it('leaves it to the caller what a missing list of numbers means', async () => {
    nock(BASE).get('/v1/numbers').query(true).reply(404, fixture('error-edge-not-found'))
    await expect(build().listNumbers()).rejects.toThrow(HttpError)
  })
})

describe('a transcription', () => {
  const path = '/v1/calls/5237603/transcription'

  it('is ready when it has utterances', async () => {
    nock(BASE).get(path).reply(200, fixture('transcription-official'))
    const client = build()
    const answer = await client.getTranscription('5237603')
    expect(answer.kind === 'ready' && answer.transcript.utterances).toHaveLength(2)
    expect(client.stats).toMatchObject({ pages: 0, transcripts: 1 })
  })

  it.each([
    [404, { message: 'Not Found' }],
    [202, ''],
    [204, ''],
    [400, { message: 'invalid call_id' }],
    [200, ''],
    [200, { transcription: { content: { utterances: [] } } }],
    [200, { transcription: {} }],
  ])('answered %i %j is empty, which does not say never', async (status, body) => {
    nock(BASE).get(path).reply(status, body)
    expect(await build().getTranscription('5237603')).toEqual({ kind: 'empty', status })
  })

  it('is denied by a 403, which here means that the account is not entitled', async () => {
    nock(BASE).get(path).reply(403, fixture('error-not-verified'))
    const message = 'Forbidden access: company is not verified.'
    expect(await build().getTranscription('5237603')).toEqual({ kind: 'denied', message })
  })

  it('answered 401 is a matter of credentials', async () => {
    nock(BASE).get(path).reply(401, fixture('error-edge-unauthorized'))
    await expect(build().getTranscription('5237603')).rejects.toThrow(FatalError)
  })
})
