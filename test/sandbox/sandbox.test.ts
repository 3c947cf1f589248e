import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { createFaults, parseFaults } from '../../src/sandbox/faults.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { askSandbox, createManualClock, SANDBOX_NOW_MS, useSandbox } from '../support/sandbox.ts'

describe('a stranger', () => {
  it.each(['/conversations', '/v1/calls'])(
    'is refused at %s before a byte of what they send is read',
    async (path) => {
      const sandbox = await useSandbox()
      const headers = { 'content-length': '1000000', authorization: 'Bearer guessed' }
      const asking = request(sandbox.url + path, { method: 'POST', headers })
      asking.on('error', () => undefined)
      asking.flushHeaders()
      const [answer] = (await once(asking, 'response')) as [IncomingMessage]
      expect([401, 403]).toContain(answer.statusCode)
      asking.destroy()
    },
  )
})

describe('faults', () => {
  it('are read from a compact line, and a bad part is named', () => {
    expect(parseFaults('5xx=0.05, lost=0.02')).toEqual({ rates: { '5xx': 0.05, lost: 0.02 } })
    expect(parseFaults('')).toEqual({ rates: {} })
    for (const bad of ['5xx', 'flood=0.1', 'reset=2']) expect(() => parseFaults(bad)).toThrow(UsageError)
  })

  it('come in the same order for the same seed', () => {
    const draw = (seed: number) => {
      const plan = createFaults(seed, { rates: { '5xx': 0.2, reset: 0.2 } })
      return Array.from({ length: 50 }, () => plan.draw({ api: 'aircall', method: 'GET', path: '/' }))
    }
    expect(draw(3)).toEqual(draw(3))
    expect(draw(3)).not.toEqual(draw(4))
    expect(new Set(draw(3))).toEqual(new Set([null, '5xx', 'reset']))
  })

  it('break the connection before or after a write, cut bodies, and delay by the given clock', async () => {
    const clock = createManualClock()
    const sandbox = await useSandbox({ clock })
    const body = { companyId: sandbox.world.companies[0]?._id, externalId: 'lost' }
    sandbox.faults.order('reset')
    await expect(askSandbox(sandbox, '/conversations', { method: 'POST', body })).rejects.toThrow()
    expect(sandbox.planhat.conversations.size).toBe(0)
    sandbox.faults.order('lost', (request) => request.method === 'POST')
    expect((await askSandbox(sandbox, '/users')).status).toBe(200)
    await expect(askSandbox(sandbox, '/conversations', { method: 'POST', body })).rejects.toThrow()
    expect(sandbox.planhat.conversations.byExternalId('lost')).toHaveLength(1)
    sandbox.faults.order('truncate')
    await expect(askSandbox(sandbox, '/v1/calls')).rejects.toThrow()
    sandbox.faults.order('5xx')
    expect((await askSandbox(sandbox, '/v1/calls')).status).toBeGreaterThanOrEqual(500)
    sandbox.faults.order('html')
    expect((await askSandbox(sandbox, '/v1/calls')).text).toContain('<!doctype html>')
    sandbox.faults.order('slow')
    await askSandbox(sandbox, '/v1/calls')
    expect(clock.nowMs()).toBe(SANDBOX_NOW_MS + 1500)
    expect(sandbox.log.map((entry) => entry.fault)).toEqual([
      'reset',
      null,
      'lost',
      'truncate',
      '5xx',
      'html',
      'slow',
    ])
  })
})

describe('listening', () => {
  it('refuses a port that is taken, naming it and the way out', async () => {
    const first = await useSandbox()
    const port = Number(new URL(first.url).port)
    const second = startSandbox({ nowMs: SANDBOX_NOW_MS, calls: 1, endUsers: 1, port })
    await expect(second).rejects.toThrow(`port ${port} cannot be listened on`)
  })

  it('answers 429 to more requests in flight than Planhat takes', async () => {
    let open: () => void = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const clock = { nowMs: () => SANDBOX_NOW_MS, sleep: () => gate }
    const sandbox = await useSandbox({ clock, switches: { planhatParallel: 1 } })
    sandbox.faults.order('slow', (request) => request.path === '/users')
    const slow = askSandbox(sandbox, '/users')
    let second = await askSandbox(sandbox, '/companies')
    while (second.status !== 429) second = await askSandbox(sandbox, '/companies')
    expect((await askSandbox(sandbox, '/v1/ping')).status).toBe(200)
    open()
    expect((await slow).status).toBe(200)
    expect((await askSandbox(sandbox, '/users')).status).toBe(200)
  })
})

describe('the log and the Date header', () => {
  it('keep what was asked, and tell the time of the clock with its skew', async () => {
    const sandbox = await useSandbox({ switches: { dateSkewMs: 90_000 } })
    const { headers } = await askSandbox(sandbox, '/v1/calls?page=2')
    expect(Date.parse(headers.get('date') ?? '')).toBe(SANDBOX_NOW_MS + 90_000)
    expect(sandbox.log).toEqual([
      {
        api: 'aircall',
        method: 'GET',
        path: '/v1/calls',
        query: { page: '2' },
        status: 200,
        fault: null,
        atMs: SANDBOX_NOW_MS,
      },
    ])
  })
})

describe('a tenant where the live automation ran', () => {
  it('holds its records with the documented defects', async () => {
    const sandbox = await useSandbox({ calls: 1500, endUsers: 400, automation: true })
    const records = [...sandbox.planhat.conversations.values()]
    const having = (end: string) => records.filter((one) => one.externalId?.endsWith(end))
    const calls = having('-cold call')
    expect(calls.length).toBeGreaterThan(1000)
    expect(new Set(calls.map((one) => one.description))).toEqual(new Set(['Call attempt logged.']))
    expect(calls.every((one) => one.date.startsWith('1970-'))).toBe(true)
    expect(calls.every((one) => Object.keys(one.custom).length === 0)).toBe(true)
    expect(having('-transcript').some((one) => one.description?.includes('<b>Access denied</b>'))).toBe(true)
    expect(having('-notranscript').every((one) => one.description === 'Transcript not available yet.')).toBe(
      true,
    )
    expect(having('-notranscript').length).toBeGreaterThan(10)
    const fallback = [...sandbox.planhat.endUsers.values()].find(
      (person) => person.name === 'Default Contact',
    )
    expect(calls.filter((one) => one.contactId === fallback?._id).length).toBeGreaterThan(100)
    const ids = calls.map((one) => one.externalId)
    expect(ids.length - new Set(ids).size).toBeGreaterThan(5)
    expect(sandbox.automation.filter((trace) => trace.lost).length).toBeGreaterThan(20)
  })

  it('is not there unless asked for', async () => {
    const sandbox = await useSandbox()
    expect([sandbox.planhat.conversations.size, sandbox.automation.length]).toEqual([0, 0])
  })
})

describe('the command', () => {
  it('prints the environment and stays until it is stopped', async () => {
    const { spawn } = await import('node:child_process')
    const script = `
      const { default: Sandbox } = await import('./src/commands/sandbox.ts')
      await Sandbox.run(['--calls', '20', '--end-users', '10', '--json'])
    `
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const line = await new Promise<string>((resolve) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()))
    })
    const env = JSON.parse(line)
    expect(Object.keys(env).sort()).toEqual([
      'AIRCALL_API_ID',
      'AIRCALL_API_TOKEN',
      'AIRCALL_BASE_URL',
      'PLANHAT_API_TOKEN',
      'PLANHAT_BASE_URL',
    ])
    const users = await fetch(`${env.PLANHAT_BASE_URL}/users`, {
      headers: { authorization: `Bearer ${env.PLANHAT_API_TOKEN}` },
    })
    expect(users.status).toBe(200)
    child.kill('SIGTERM')
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
  })
})
