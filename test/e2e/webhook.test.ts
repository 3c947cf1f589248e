import { readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { useWorkplace } from '../support/command.ts'
import { useSandbox } from '../support/sandbox.ts'

const URL_HERE = 'https://calls.brightline.example/aircall'

async function useAccount() {
  const sandbox = await useSandbox({ nowMs: Date.now(), calls: 10, endUsers: 10 })
  return { sandbox, place: useWorkplace(sandbox.env) }
}

describe('the webhook by the built command', () => {
  it('is registered, checked, rotated and removed without its token ever being shown', async () => {
    const { sandbox, place } = await useAccount()
    place.write('.env', 'OTHER=1\n')
    const without = await place.run('webhook', 'register', '--url', URL_HERE)
    expect([without.exitCode, without.stdout]).toEqual([2, ''])
    expect(without.stderr).toContain(`Would create a webhook to ${URL_HERE}`)
    expect(sandbox.webhooks.all()).toEqual([])

    const registered = await place.json('webhook', 'register', '--url', URL_HERE, '--yes')
    const [webhook] = sandbox.webhooks.all()
    expect(registered).toMatchObject({
      exitCode: 0,
      body: { action: 'created', id: webhook?.webhook_id, url: URL_HERE },
    })
    const listed = await place.json('webhook', 'list')
    expect(listed.body).toEqual([
      {
        id: webhook?.webhook_id,
        url: URL_HERE,
        active: true,
        events: webhook?.events,
        createdAt: new Date(webhook?.created_at ?? 0).toISOString(),
        ours: true,
      },
    ])
    const status = await place.json('webhook', 'status', '--exit-code')
    expect(status).toMatchObject({
      exitCode: 0,
      body: { url: URL_HERE, found: true, active: true, missingEvents: [], tokenKnown: true },
    })
    const rotated = await place.run('webhook', 'rotate', '--yes', '--verbose')
    const tokens = sandbox.webhooks.all().map(({ token }) => token)
    expect(readFileSync(place.path('.env'), 'utf8')).toBe(
      `OTHER=1\nAIRCALL_WEBHOOK_TOKEN=${tokens.join(',')}\n`,
    )
    const finished = await place.run('webhook', 'rotate', '--finish', '--yes')
    expect(statSync(place.path('.env')).mode & 0o777).toBe(0o600)
    const shown = await place.run('config', 'show')
    const removed = await place.run('webhook', 'remove', '--yes')
    expect(readFileSync(place.path('.env'), 'utf8')).toBe('OTHER=1\n')
    expect(sandbox.webhooks.all()).toEqual([])
    const results = [without, registered, listed, status, rotated, finished, shown, removed]
    expect(results.slice(1).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 0, 0])
    const said = results.map(({ stdout, stderr }) => stdout + stderr).join('\n')
    for (const token of tokens) expect(said).not.toContain(token)
  })

  it('ends with 4, 6 and 7 where the contract says so', async () => {
    const { sandbox, place } = await useAccount()
    expect((await place.run('webhook', 'status', '--exit-code')).exitCode).toBe(4)
    expect((await place.run('webhook', 'status')).exitCode).toBe(0)
    const odd = place.write('odd.env', 'A="a text\nAIRCALL_WEBHOOK_TOKEN=in it\n"\n')
    expect(
      (await place.run('webhook', 'register', '--url', URL_HERE, '--yes', '--env-file', odd)).exitCode,
    ).toBe(7)
    expect(sandbox.webhooks.all()).toEqual([])
    for (let at = 0; at < 2; at++) sandbox.webhooks.add(URL_HERE)
    expect((await place.run('webhook', 'register', '--url', URL_HERE, '--yes')).exitCode).toBe(6)
    for (let at = 0; at < 98; at++) sandbox.webhooks.add(`${URL_HERE}/${at}`)
    expect((await place.run('webhook', 'register', '--url', `${URL_HERE}/new`, '--yes')).exitCode).toBe(6)
    expect(
      (await place.run('webhook', 'register', '--url', 'http://calls.brightline.example', '--yes')).exitCode,
    ).toBe(2)
    expect((await place.run('webhook', 'register')).exitCode).toBe(2)
  })
})
