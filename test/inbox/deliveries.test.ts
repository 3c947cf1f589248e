import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Hint } from '../../src/inbox/event.ts'
import { Inbox } from '../../src/inbox/inbox.ts'
import { startInboxServer } from '../../src/inbox/server.ts'
import { createTokenCheck } from '../../src/inbox/tokens.ts'
import { createManualClock, useSandbox } from '../support/sandbox.ts'

/** The receiver as a listener has it, before a sandbox whose calls come in. */
async function useReceiver() {
  const clock = createManualClock()
  const sandbox = await useSandbox({
    clock,
    calls: 40,
    switches: {
      arrivalsPerMinute: 20,
      deliveryDoubles: 0.5,
      deliveryJitterSeconds: 20,
      disableAfterFailures: 5,
    },
  })
  const dir = mkdtempSync(join(tmpdir(), 'aircall-sync-inbox-'))
  const inbox = new Inbox({ dir, clock })
  let tokens: readonly string[] = []
  const hints: Hint[] = []
  const server = await startInboxServer({
    host: '127.0.0.1',
    port: 0,
    path: '/aircall',
    isToken: (candidate) => createTokenCheck(tokens)(candidate),
    accept: (hint) => inbox.accept(hint),
    readiness: () => ({ ready: true, working: true, reasons: [] }),
    metrics: () => '',
    onAnswer: ({ hint }) => {
      if (hint !== null) hints.push(hint)
    },
  })
  onTestFinished(async () => {
    await server.close()
    inbox.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const webhook = sandbox.webhooks.add(server.url)
  await sandbox.deliveries.tick()
  const pass = async (seconds: number) => {
    for (let at = 0; at < seconds; at += 5) {
      clock.advance(5_000)
      await sandbox.deliveries.tick()
    }
  }
  return { clock, sandbox, inbox, webhook, hints, pass, accept: (...now: string[]) => (tokens = now) }
}

it('has every call that the sandbox told of once, however often and in whatever order it did', async () => {
  const { clock, sandbox, inbox, webhook, hints, pass, accept } = await useReceiver()
  accept(webhook.token)
  await pass(300)
  const told = new Set(sandbox.deliveries.log.map(({ callId }) => callId))
  expect(told.size).toBeGreaterThan(50)
  expect(sandbox.deliveries.log.filter(({ status }) => status !== 200)).toEqual([])
  expect(hints.every(({ callId, event }) => callId !== null && event !== 'other')).toBe(true)
  expect(inbox.counts().open).toBe(told.size)
  clock.advance(60_000)
  const taken = await inbox.take(1_000)
  expect(new Set(taken.map(({ callId }) => callId))).toEqual(told)
})

it('is switched off by a wrong token, and loses nothing that is tried again with the right one', async () => {
  const { clock, sandbox, inbox, webhook, pass, accept } = await useReceiver()
  accept('the-token-of-another-webhook')
  await pass(60)
  expect(webhook.active).toBe(false)
  expect(inbox.counts().open).toBe(0)
  const refused = new Set(sandbox.deliveries.log.map(({ callId }) => callId))
  accept('the-token-of-another-webhook', webhook.token)
  await pass(120)
  expect(webhook.active).toBe(true)
  clock.advance(60_000)
  const open = new Set((await inbox.take(1_000)).map(({ callId }) => callId))
  for (const callId of refused) expect(open.has(callId)).toBe(true)
})
