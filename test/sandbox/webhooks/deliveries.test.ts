import { describe, expect, it } from 'vitest'
import { serve } from '../../http/support/server.ts'
import { createManualClock, useSandbox } from '../../support/sandbox.ts'

interface Received {
  readonly event: string
  readonly token: string
  readonly resource: string
  readonly data: Record<string, unknown>
}

/** A receiver that remembers what came and answers as told. */
async function useReceiver(status: () => number = () => 200) {
  const received: Received[] = []
  const { url } = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push(JSON.parse(Buffer.concat(chunks).toString('utf8')))
      response.writeHead(status()).end()
    })
  })
  return { url: `${url}/aircall`, received }
}

async function useDeliveries(status?: () => number, switches = {}) {
  const clock = createManualClock()
  const sandbox = await useSandbox({
    clock,
    switches: { deliveryJitterSeconds: 0, deliveryDoubles: 0, ...switches },
  })
  const receiver = await useReceiver(status)
  const begin = (events?: readonly string[]) => {
    const webhook = sandbox.webhooks.add(receiver.url, events)
    return sandbox.deliveries.tick().then(() => webhook)
  }
  const pass = async (seconds: number, step = 5) => {
    for (let at = 0; at < seconds; at += step) {
      clock.advance(step * 1000)
      await sandbox.deliveries.tick()
    }
  }
  return { clock, sandbox, ...receiver, begin, pass }
}

describe("the sandbox's deliveries", () => {
  it('tell of a call that comes in: begun, ended, recorded, transcribed, tagged and commented on', async () => {
    const { sandbox, begin, received, pass } = await useDeliveries(undefined, { arrivalsPerMinute: 20 })
    const { token } = await begin()
    await pass(600)
    const of = (event: string) => received.filter((one) => one.event === event)
    for (const event of [
      'call.created',
      'call.ended',
      'call.comm_assets_generated',
      'transcription.created',
    ]) {
      expect(of(event).length).toBeGreaterThan(10)
    }
    expect(of('call.tagged').length).toBeGreaterThan(3)
    expect(of('call.commented').length).toBeGreaterThan(3)
    expect(new Set(received.map((one) => one.token))).toEqual(new Set([token]))
    const { data } = of('call.ended')[0]!
    expect(data).toMatchObject({ id: expect.any(Number), call_uuid: expect.any(String), status: 'done' })
    expect(data).not.toHaveProperty('sid')
    // The late note stands in the call itself from then on.
    const noted = of('call.commented')[0]!.data
    expect(sandbox.aircall.get(Number(noted['id']))?.['comments']).toHaveLength(1)
  })

  it('name the call of a text as a string, under another name, and say nothing of it', async () => {
    const { sandbox, begin, received, pass } = await useDeliveries()
    await begin(['transcription.created'])
    const call = sandbox.aircall.addCall()
    sandbox.aircall.ripen(call.id)
    await pass(5)
    expect(received).toMatchObject([
      { resource: 'conversation_intelligence', data: { call_id: String(call.id), type: 'call' } },
    ])
    expect(received[0]?.data['id']).not.toBe(call.id)
    expect(received[0]?.data).not.toHaveProperty('content')
  })

  it('come only for what is subscribed to, and only from then on', async () => {
    const { sandbox, begin, received, pass } = await useDeliveries()
    sandbox.aircall.addCall()
    await pass(60)
    await begin(['call.ended'])
    await pass(60)
    expect(received).toEqual([])
    sandbox.aircall.addCall()
    await pass(60)
    expect(received.map(({ event }) => event)).toEqual(['call.ended'])
  })

  it('come twice and out of order', async () => {
    const { sandbox, begin, received, pass } = await useDeliveries(undefined, {
      deliveryDoubles: 1,
      deliveryJitterSeconds: 30,
    })
    await begin()
    const added = Array.from({ length: 10 }, () => sandbox.aircall.addCall().id)
    await pass(60, 1)
    const created = received
      .filter(({ event, data }) => event === 'call.created' && added.includes(Number(data['id'])))
      .map(({ data }) => data['id'])
    expect(created).toHaveLength(20)
    expect(new Set(created).size).toBe(10)
    expect(created).not.toEqual(created.toSorted())
  })

  it('are tried again until a 200 comes, and then no more', async () => {
    let isDown = true
    const { sandbox, begin, received, pass } = await useDeliveries(() => (isDown ? 503 : 200))
    await begin(['call.ended'])
    sandbox.aircall.addCall()
    await pass(60)
    expect(received.length).toBeGreaterThan(2)
    expect(sandbox.deliveries.waiting).toBe(1)
    isDown = false
    await pass(120)
    const count = received.length
    expect(sandbox.deliveries.waiting).toBe(0)
    await pass(120)
    expect(received).toHaveLength(count)
    expect(sandbox.deliveries.log.at(-1)).toMatchObject({ event: 'call.ended', status: 200 })
  })

  it('switch a webhook off after failures, lose what happens then, and switch it on with a success', async () => {
    let isDown = true
    const { sandbox, begin, received, pass } = await useDeliveries(() => (isDown ? 401 : 200), {
      disableAfterFailures: 3,
    })
    const webhook = await begin(['call.ended'])
    const first = sandbox.aircall.addCall()
    await pass(120)
    expect(webhook.active).toBe(false)
    const lost = sandbox.aircall.addCall()
    await pass(60)
    isDown = false
    await pass(120)
    expect(webhook.active).toBe(true)
    const ids = new Set(received.map(({ data }) => data['id']))
    expect(ids.has(first.id)).toBe(true)
    expect(ids.has(lost.id)).toBe(false)
  })

  it('survive a receiver that is not there, and a webhook that is deleted', async () => {
    const { sandbox, pass } = await useDeliveries()
    const webhook = sandbox.webhooks.add('http://127.0.0.1:1/aircall', ['call.ended'])
    await sandbox.deliveries.tick()
    sandbox.aircall.addCall()
    await pass(60)
    expect(sandbox.deliveries.log[0]).toMatchObject({ status: 0 })
    sandbox.webhooks.remove(webhook.webhook_id)
    await pass(600)
    expect(sandbox.deliveries.waiting).toBe(0)
  })
})
