import nock from 'nock'
import { describe, expect, it } from 'vitest'
import { readBulkAnswer } from '../../src/planhat/bulk-answer.ts'
import { useNock } from '../support/nock.ts'
import { BASE, fixture, planhat } from './support/wire.ts'

useNock()

describe('a bulk answer', () => {
  it('is read as documented', () => {
    expect(readBulkAnswer(200, fixture('bulk-answer'), '')).toEqual({
      status: 200,
      created: 1,
      updated: 1,
      nonupdates: 1,
      inserted: [{ _id: '623a1906b4c82d7a1ac76224', externalId: 'test-002' }],
      changed: [{ _id: '67aca36fa8ba08053dee2ebf' }],
      errors: [],
      refused: false,
      message: expect.any(String),
    })
  })

  it('of 206 gives every error of every list, as text or object, without what a customer said', () => {
    const answer = readBulkAnswer(206, fixture('bulk-partial'), '')
    expect(answer.refused).toBe(false)
    expect(answer.errors.map(({ list, text }) => [list, text])).toEqual([
      ['createdErrors', 'externalId,email duplicated'],
      ['updatedErrors', 'date is not valid'],
      ['validationErrors', 'companyId must be an objectId'],
    ])
    expect(answer.errors[1]?.raw).toContain('4180000377-transcript')
  })

  it.each([
    [403, fixture('bulk-permission'), 'You do not have permission to create Conversation'],
    [400, 'a required key is missing', 'a required key is missing'],
    [413, null, ''],
  ])('of %i without a count is a refusal of the batch, in its own words', (status, json, message) => {
    expect(readBulkAnswer(status, json, '')).toMatchObject({ refused: true, message })
  })

  it('of 400 that counts what was taken is no refusal of the batch', () => {
    expect(readBulkAnswer(400, fixture('bulk-partial'), '').refused).toBe(false)
  })
})

describe('the writer', () => {
  it('sends only well-formed text, whoever made the body: an old plan, or what an undo puts back', async () => {
    const said = { externalId: 'a', subject: 'a\ufffdb', custom: { Tags: ['red'] } }
    nock(BASE)
      .put('/conversations', [said])
      .reply(200, fixture('bulk-answer') as nock.Body)
    nock(BASE).put('/conversations/c1', said).reply(200, { _id: 'c1' })
    nock(BASE).post('/conversations', said).reply(200, { _id: 'c1' })
    const body = { externalId: 'a', subject: 'a\ud83db\0', custom: { Tags: ['\u001b[31mred'] } }
    const { writer } = planhat()
    await writer.bulk([body])
    await writer.update('c1', body)
    await writer.create(body)
    expect(nock.isDone()).toBe(true)
  })

  it('sends a batch as an array and returns refusals as answers', async () => {
    nock(BASE)
      .put('/conversations', [{ externalId: 'a' }])
      .reply(206, fixture('bulk-partial') as nock.Body)
    nock(BASE)
      .put('/conversations')
      .reply(403, fixture('bulk-permission') as nock.Body)
    const { writer } = planhat()
    expect((await writer.bulk([{ externalId: 'a' }])).errors).toHaveLength(3)
    expect(await writer.bulk([{ externalId: 'b' }])).toMatchObject({ status: 403, refused: true })
  })

  it('never sends a write again whose answer was lost', async () => {
    nock(BASE).put('/conversations').reply(502, '<html>Bad gateway</html>')
    const { writer, http } = planhat()
    await expect(writer.bulk([{ externalId: 'a' }])).rejects.toMatchObject({ name: 'UnknownOutcomeError' })
    expect(http.stats.writes).toBe(1)
  })

  it('updates by _id and by external id, and tells when there is nothing to update', async () => {
    const whole = fixture('conversation-created') as nock.Body
    nock(BASE).put('/conversations/61081aede03cf31e13ea1e51', { subject: 'x' }).reply(200, whole)
    nock(BASE).put('/conversations/extid-4180000376-cold%20call', { subject: 'x' }).reply(200, whole)
    nock(BASE).put('/conversations/gone').reply(404, 'Not found')
    const { writer } = planhat()
    const written = { _id: '61081aede03cf31e13ea1e51', companyId: '61006bc89a3e0b702ed8ea49' }
    expect(await writer.update('61081aede03cf31e13ea1e51', { subject: 'x' })).toEqual(written)
    expect(await writer.updateByExternalId('4180000376-cold call', { subject: 'x' })).toEqual(written)
    expect(await writer.update('gone', { subject: 'x' })).toBeNull()
  })

  it('creates, and refuses an answer without an id', async () => {
    nock(BASE)
      .post('/conversations')
      .reply(201, fixture('conversation-created') as nock.Body)
    nock(BASE).post('/conversations').reply(200, {})
    const { writer } = planhat()
    expect(await writer.create({ subject: 'x' })).toEqual({ _id: '61081aede03cf31e13ea1e51' })
    await expect(writer.create({ subject: 'x' })).rejects.toMatchObject({ code: 'PLANHAT_NO_ID' })
  })

  it('deletes by _id only, and takes an empty answer or a missing record for done', async () => {
    nock(BASE).delete('/conversations/a').reply(200, '')
    nock(BASE).delete('/conversations/b').reply(404, 'Not found')
    const { writer } = planhat()
    await writer.remove('a')
    await writer.remove('b')
    expect(nock.isDone()).toBe(true)
    await expect(writer.remove('')).rejects.toThrow(TypeError)
  })

  it('names a refused token', async () => {
    nock(BASE).post('/conversations').reply(401, 'Unauthorized')
    await expect(planhat().writer.create({})).rejects.toMatchObject({ code: 'PLANHAT_AUTH', exitCode: 7 })
  })
})
