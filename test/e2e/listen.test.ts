import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { systemClock } from '../../src/http/clock.ts'
import { useWorkplace } from '../support/command.ts'
import { useSandbox } from '../support/sandbox.ts'
import { startCommand } from '../support/started-command.ts'

const TOKEN = 'a-token-of-thirty-two-characters'
/** Real processes, on a machine that may be busy. */
const PATIENCE = { timeout: 60_000, interval: 100 }

async function useAccount() {
  const sandbox = await useSandbox({ nowMs: Date.now(), clock: systemClock, calls: 6, endUsers: 20, days: 2 })
  const place = useWorkplace(sandbox.env)
  place.write('.env', `AIRCALL_WEBHOOK_TOKEN=${TOKEN}\n`)
  const start = async (...more: string[]) => {
    const args = ['listen', '--port', '0', '--log-format', 'json', ...more]
    const command = startCommand(args, { cwd: place.folder, env: place.env })
    await command.until('"url"')
    const line = command.output.stderr.split('\n').find((text) => text.includes('"url"')) ?? ''
    return { ...command, url: (JSON.parse(line) as { url: string }).url }
  }
  const known = sandbox.world.callers.known.find(({ truth }) => truth.bucket === 'matched')
  const phone = () => sandbox.aircall.addCall({ raw_digits: known?.raw ?? '' }, known?.truth)
  const recordsOf = (id: number) =>
    [...sandbox.planhat.conversations.values()].filter(({ externalId }) => externalId?.startsWith(`${id}-`))
  return { sandbox, place, start, phone, recordsOf }
}

function deliver(url: string, callId: number, o: { event?: string; token?: string } = {}): Promise<Response> {
  const { event = 'call.ended', token = TOKEN } = o
  return fetch(url, { method: 'POST', body: JSON.stringify({ event, token, data: { id: callId } }) })
}

describe('a listener by the built command', () => {
  it('says on stderr where it listens, with --json too', async () => {
    const { place } = await useAccount()
    const args = ['listen', '--port', '0', '--path', '/ev', '--json']
    const { child, until, ended } = startCommand(args, { cwd: place.folder, env: place.env })
    await until(/^Listening on http:\/\/127\.0\.0\.1:\d+\/ev$/m)
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ exitCode: 0, stdout: '' })
  })

  it('writes a call that it acknowledged just before it was killed, once, after its next start', async () => {
    const { place, start, phone, recordsOf } = await useAccount()
    const first = await start()
    const { id } = phone()
    const answers = [
      await deliver(first.url, id),
      await deliver(first.url, id),
      await deliver(first.url, 1, { token: 'x' }),
    ]
    first.child.kill('SIGKILL')
    await first.ended
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401])
    expect(await answers[0]?.json()).toEqual({ ok: true })
    expect(recordsOf(id)).toEqual([])
    const dead = await place.json('listen', 'status', '--exit-code')
    expect(dead).toMatchObject({ exitCode: 4, body: { listening: false, url: '', open: 1 } })

    const second = await start()
    await vi.waitFor(() => expect(recordsOf(id)).toHaveLength(1), PATIENCE)
    const status = await place.json('listen', 'status', '--exit-code')
    expect(status).toMatchObject({ exitCode: 0, body: { listening: true, url: second.url, dead: 0 } })
    second.child.kill('SIGTERM')
    const end = await second.ended
    expect([end.exitCode, end.stdout]).toEqual([0, ''])
    expect(end.stderr).not.toContain(TOKEN)
    const { body } = await place.json('runs')
    const { runs } = body as { runs: { command: string }[] }
    expect(runs.filter(({ command }) => command === 'listen')).toHaveLength(1)
    expect(recordsOf(id)).toHaveLength(1)
  })

  it('answers whoever asks how it stands, but nobody who comes through a proxy', async () => {
    const { start } = await useAccount()
    const { url } = await start()
    const at = (path: string, headers = {}) => fetch(new URL(path, url), { headers })
    await vi.waitFor(async () => {
      expect(await (await at('/readyz')).json()).toEqual({ ready: true, working: true, reasons: [] })
    }, PATIENCE)
    expect((await at('/healthz')).status).toBe(200)
    expect(await (await at('/metrics')).text()).toContain('aircall_sync_listen_working 1')
    expect((await at('/metrics', { 'x-forwarded-for': '192.0.2.1' })).status).toBe(404)
  })

  it('ends with 2, 7 and 11 where the contract says so, before anything is received', async () => {
    const { place, start } = await useAccount()
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    expect((await place.run('listen', '--host', '0.0.0.0', '--port', '0')).exitCode).toBe(2)
    expect((await place.run('listen', '--catch-up', '15 minutes')).exitCode).toBe(2)
    expect((await place.run('listen', '--path', 'aircall')).exitCode).toBe(2)
    expect((await place.run('listen', '--port', String(port))).exitCode).toBe(7)
    await start()
    expect((await place.run('listen', '--port', '0')).exitCode).toBe(11)
    place.write('.env', '')
    expect((await place.run('listen', '--port', '0')).exitCode).toBe(7)
  })

  it('lets a command that writes go on as soon as the work in hand is done', async () => {
    const { place, start, phone, recordsOf } = await useAccount()
    const { url } = await start()
    const calls = Array.from({ length: 5 }, phone)
    const answers = await Promise.all(calls.map(({ id }) => deliver(url, id)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    const night = await place.run('reconcile', '--since', '2d', '--fix')
    expect(night.exitCode).toBe(0)
    await vi.waitFor(() => {
      for (const { id } of calls) expect(recordsOf(id)).toHaveLength(1)
    }, PATIENCE)
  })
})

it('ends with 0 while a server lets it wait, and holds nothing against the call that it had in hand', async () => {
  const { sandbox, start, phone, recordsOf } = await useAccount()
  const first = await start('--catch-up', '0')
  await vi.waitFor(() => expect(sandbox.log.some(({ path }) => path === '/v1/webhooks')).toBe(true), PATIENCE)
  let isAsked = false
  sandbox.faults.set({ slowMs: 25_000 })
  sandbox.faults.order('slow', ({ path }) => {
    isAsked ||= /^\/v1\/calls\/\d+$/.test(path)
    return isAsked
  })
  const { id } = phone()
  expect((await deliver(first.url, id)).status).toBe(200)
  await vi.waitFor(() => expect(isAsked).toBe(true), PATIENCE)
  first.child.kill('SIGTERM')
  expect((await first.ended).exitCode).toBe(0)
  await start()
  await vi.waitFor(() => expect(recordsOf(id)).toHaveLength(1), PATIENCE)
})
