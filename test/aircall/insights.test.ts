import nock from 'nock'
import { describe, expect, it } from 'vitest'
import { createAircallClient } from '../../src/aircall/client.ts'
import { parseInsight } from '../../src/aircall/insights.ts'
import { INSIGHTS, type Insight } from '../../src/content-settings.ts'
import { RecordError } from '../../src/errors.ts'
import { createHttpClient } from '../../src/http/client.ts'
import { createGate } from '../../src/http/gate.ts'
import { FakeClock } from '../http/support/fake-clock.ts'
import { useNock } from '../support/nock.ts'
import { fixture } from './fixture.ts'

const BASE = 'https://api.aircall.io'

function client() {
  const clock = new FakeClock()
  const gate = createGate({ perMinute: 1e6, clock })
  return createAircallClient(
    createHttpClient({ baseUrl: BASE, authorization: 'Basic x', gate, clock, userAgent: 'test' }),
  )
}

const PATHS: Record<Insight, string> = {
  summary: 'summary',
  topics: 'topics',
  sentiment: 'sentiments',
  actionItems: 'action_items',
}

useNock()

describe('an insight', () => {
  it.each([
    ['summary', 'summary-official', '786', 'Short summary of the call'],
    ['topics', 'topics-official', '123', ['payment', 'billing']],
    ['sentiment', 'sentiments-official', '5237603', ['positive']],
    ['actionItems', 'built-action-items', '5', ['Send the offer', 'Call back on Thursday']],
  ] as const)('%s of the documented example is read, wrapped and bare', (kind, name, id, value) => {
    const body = fixture(name) as Record<string, unknown>
    expect(parseInsight(kind, body, id)).toEqual(value)
    expect(parseInsight(kind, Object.values(body)[0], id)).toEqual(kind === 'actionItems' ? null : value)
  })

  it('is not there yet when the summary is empty or the list absent, and says nothing when the list is empty', () => {
    expect(parseInsight('summary', { summary: { content: ' \n' } }, '1')).toBeNull()
    expect(parseInsight('summary', {}, '1')).toBeNull()
    for (const kind of INSIGHTS.filter((name) => name !== 'summary')) {
      expect(parseInsight(kind, {}, '1')).toBeNull()
      expect(parseInsight(kind, null, '1')).toBeNull()
    }
    expect(parseInsight('topics', { topic: { content: [] } }, '1')).toEqual([])
    expect(parseInsight('sentiment', { sentiment: { participants: [] } }, '1')).toEqual([])
    expect(parseInsight('actionItems', { action_items: [] }, '1')).toEqual([])
  })

  it('has each sentiment once, and none of our own people', () => {
    const participants = [
      { value: 'NEGATIVE', type: 'external' },
      { value: 'POSITIVE', type: 'internal' },
      { value: 'NEUTRAL', type: 'external' },
      { value: 'NEGATIVE', type: 'external' },
      { value: null, type: 'external' },
    ]
    expect(parseInsight('sentiment', { sentiment: { participants } }, '1')).toEqual(['negative', 'neutral'])
  })

  it('of another call, or of another shape, is refused without its text', () => {
    const other = { summary: { call_id: 2, content: 'Secret words' } }
    const wrong = { topic: { content: 'Secret words' } }
    for (const read of [
      () => parseInsight('summary', other, '1'),
      () => parseInsight('topics', wrong, '1'),
    ]) {
      expect(read).toThrow(RecordError)
      expect(read).not.toThrow(/Secret/)
    }
  })
})

describe('GET /v1/calls/:id/<insight>', () => {
  it.each(INSIGHTS)('%s: an answer, none yet, and a 403 of the account are told apart', async (kind) => {
    const path = `/v1/calls/786/${PATHS[kind]}`
    const aircall = client()
    nock(BASE).get(path).reply(404, { message: 'Not Found' })
    expect(await aircall.getInsight(kind, '786')).toEqual({ kind: 'empty', status: 404 })
    nock(BASE).get(path).reply(202)
    expect(await aircall.getInsight(kind, '786')).toEqual({ kind: 'empty', status: 202 })
    nock(BASE).get(path).reply(403, { message: 'Forbidden access: company is not verified.' })
    expect(await aircall.getInsight(kind, '786')).toMatchObject({ kind: 'denied', message: /not verified/ })
    nock(BASE).get(path).reply(401, { message: 'Unauthorized' })
    await expect(aircall.getInsight(kind, '786')).rejects.toMatchObject({ code: 'AIRCALL_AUTH' })
    expect(aircall.stats).toMatchObject({ insights: 4, transcripts: 0 })
  })
})
