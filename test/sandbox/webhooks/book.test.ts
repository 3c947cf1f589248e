import { describe, expect, it } from 'vitest'
import { ALL_EVENTS } from '../../../src/sandbox/webhooks/events.ts'
import { askSandbox, useSandbox } from '../../support/sandbox.ts'

const URL_HERE = 'https://calls.brightline.example/aircall'
const make = (body: unknown) => ({ method: 'POST', body })

describe("the sandbox's webhooks", () => {
  it('are made with the events that are named, and twice when they are asked for twice', async () => {
    const sandbox = await useSandbox()
    const body = { url: URL_HERE, events: ['call.ended'], custom_name: 'calls' }
    const first = await askSandbox(sandbox, '/v1/webhooks', make(body))
    const second = await askSandbox(sandbox, '/v1/webhooks', make(body))
    expect(first.status).toBe(201)
    expect(first.json.webhook).toMatchObject({ url: URL_HERE, active: true, events: ['call.ended'] })
    expect(second.json.webhook.webhook_id).not.toBe(first.json.webhook.webhook_id)
    expect(second.json.webhook.token).not.toBe(first.json.webhook.token)
    expect(first.json.webhook.token.length).toBeGreaterThanOrEqual(16)
  })

  it('get every event where none is named, in a create as in an update', async () => {
    const sandbox = await useSandbox()
    const { json } = await askSandbox(sandbox, '/v1/webhooks', make({ url: URL_HERE, events: [] }))
    expect(json.webhook.events).toEqual(ALL_EVENTS)
    const path = `/v1/webhooks/${json.webhook.webhook_id}`
    const put = (body: unknown, query = '') => askSandbox(sandbox, path + query, { method: 'PUT', body })
    expect((await put({ events: ['call.ended'], active: false })).json.webhook).toMatchObject({
      active: false,
      events: ['call.ended'],
    })
    expect((await put({ events: ['call.tagged'] }, '?events_action=add')).json.webhook.events).toEqual([
      'call.ended',
      'call.tagged',
    ])
    expect((await put({ active: true })).json.webhook).toMatchObject({ active: true, events: ALL_EVENTS })
  })

  it('are listed with their tokens in clear and without their names, or without tokens by a switch', async () => {
    const sandbox = await useSandbox()
    for (let at = 0; at < 60; at++) sandbox.webhooks.add(`${URL_HERE}/${at}`)
    const { json } = await askSandbox(sandbox, '/v1/webhooks?per_page=50')
    expect(json.meta).toEqual({ count: 50, total: 60, current_page: 1, per_page: 50 })
    expect(json.webhooks[0]).not.toHaveProperty('custom_name')
    expect(json.webhooks[0].token).toMatch(/^[0-9a-f]{32}$/)
    const rest = await askSandbox(sandbox, '/v1/webhooks?per_page=50&page=2')
    expect(rest.json.webhooks).toHaveLength(10)
    sandbox.switches.webhookTokens = 'hidden'
    expect((await askSandbox(sandbox, '/v1/webhooks')).json.webhooks[0]).not.toHaveProperty('token')
  })

  it('are found by either id, and gone for good once deleted', async () => {
    const sandbox = await useSandbox()
    const { id, webhook_id: newId } = sandbox.webhooks.add(URL_HERE)
    expect((await askSandbox(sandbox, `/v1/webhooks/${id}`)).json.webhook.webhook_id).toBe(newId)
    expect((await askSandbox(sandbox, `/v1/webhooks/${newId}`, { method: 'DELETE' })).status).toBe(204)
    for (const method of ['GET', 'DELETE']) {
      expect((await askSandbox(sandbox, `/v1/webhooks/${newId}`, { method })).status).toBe(404)
    }
  })

  it.each([
    [{}, 'url'],
    [{ url: 'not an address' }, 'url'],
    [{ url: 'http://calls.brightline.example' }, 'https'],
    [{ url: URL_HERE, events: ['call.invented'] }, 'call.invented'],
    [{ url: URL_HERE, events: 'call.ended' }, 'list'],
  ])('refuse %j', async (body, word) => {
    const sandbox = await useSandbox()
    const { status, json } = await askSandbox(sandbox, '/v1/webhooks', make(body))
    expect([status, json.troubleshoot]).toEqual([400, expect.stringContaining(word)])
  })

  it('are a hundred at most, and need the credentials', async () => {
    const sandbox = await useSandbox()
    for (let at = 0; at < 100; at++) sandbox.webhooks.add(URL_HERE)
    expect((await askSandbox(sandbox, '/v1/webhooks', make({ url: URL_HERE }))).status).toBe(400)
    expect((await askSandbox(sandbox, '/v1/webhooks', { authorization: null })).status).toBe(401)
    expect((await askSandbox(sandbox, '/v1/webhooks', { method: 'PATCH' })).status).toBe(405)
  })
})
