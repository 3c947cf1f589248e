import { expect, it } from 'vitest'
import { noteFacts } from '../../../src/inbox/standing.ts'
import { startListening } from '../../support/listening.ts'

const URL_HERE = 'https://calls.brightline.example/aircall'
const HOUR = 3_600_000

async function useWebhook(revives: boolean) {
  const one = await startListening({ options: { revives, catchUpMs: 0 } })
  const webhook = one.sandbox.webhooks.add(URL_HERE)
  noteFacts(one.listener.settings.stateDir, { webhookUrl: URL_HERE, webhookId: webhook.webhook_id })
  const other = one.sandbox.webhooks.add('https://other.example/hook')
  webhook.active = false
  other.active = false
  return { ...one, webhook, other }
}

it('wakes our webhook within the hour after Aircall has switched it off, and brings what it missed', async () => {
  const { webhook, other, phone, clock, worker, recordsOf } = await useWebhook(true)
  const { id } = phone()
  clock.jump(HOUR)
  await worker.settle()
  expect(webhook.active).toBe(true)
  expect(webhook.events).not.toContain('call.ringing_on_agent')
  expect(recordsOf(id).length).toBeGreaterThan(0)
  expect(other.active).toBe(false)
})

it('only says so with --no-revive', async () => {
  const { webhook, clock, worker, lines } = await useWebhook(false)
  clock.jump(HOUR)
  await worker.settle()
  expect(webhook.active).toBe(false)
  expect(lines.join('\n')).toContain('WEBHOOK_OFF')
})

it('wakes it before a backlog is worked off, which may take hours: what comes meanwhile would come late', async () => {
  const { webhook, phone, clock, worker, say, counting } = await useWebhook(true)
  for (let at = 0; at < 30; at += 1) await say('call.ended', phone().id)
  clock.jump(HOUR)
  const { aircall } = await counting(() => worker.settle())
  const woken = aircall.findIndex((text) => text.startsWith('PUT /v1/webhooks/'))
  const worked = aircall.findIndex((text) => text.startsWith('GET /v1/calls'))
  expect(webhook.active).toBe(true)
  expect(worked).toBeGreaterThan(woken)
})
