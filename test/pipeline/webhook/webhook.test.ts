import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadSettings } from '../../../src/config/settings.ts'
import type { Surroundings } from '../../../src/pipeline/run/surroundings.ts'
import { listWebhooks } from '../../../src/pipeline/webhook/list.ts'
import { registerWebhook } from '../../../src/pipeline/webhook/register.ts'
import { removeWebhook } from '../../../src/pipeline/webhook/remove.ts'
import { finishRotation, rotateWebhook } from '../../../src/pipeline/webhook/rotate.ts'
import { isDifferent, webhookStatus } from '../../../src/pipeline/webhook/status.ts'
import { wantedEvents } from '../../../src/pipeline/webhook/wanted.ts'
import { ALL_EVENTS } from '../../../src/sandbox/webhooks/events.ts'
import { createManualClock, useSandbox } from '../../support/sandbox.ts'

const URL_HERE = 'https://calls.brightline.example/aircall'
const NAME = 'AIRCALL_WEBHOOK_TOKEN'
const WANTED = wantedEvents([])

/** An account, a folder with an env file, and what was said. */
async function useAccount(o: { env?: Record<string, string> } = {}) {
  const sandbox = await useSandbox({ calls: 10, endUsers: 10 })
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-webhook-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const envFile = join(folder, '.env')
  const said: string[] = []
  const log = {
    info: (text: string) => said.push(text),
    warn: (code: string, text: string) => said.push(`${code}: ${text}`),
    error: (text: string) => said.push(text),
    debug: () => {},
  }
  const config = join(folder, 'aircall-sync.config.json')
  writeFileSync(config, JSON.stringify({ limits: { aircallPerMinute: 100_000 } }))
  /** As the next process would see it. */
  const world = (more: Partial<Surroundings> = {}) =>
    ({
      settings: loadSettings({
        flags: { 'state-dir': join(folder, 'state'), config },
        env: { ...sandbox.env, ...o.env },
        cwd: folder,
      }),
      clock: createManualClock(),
      signal: new AbortController().signal,
      log,
      progress: { line: () => {} },
      allow: new Set<string>(),
      ...more,
    }) as unknown as Surroundings
  const posts = () => sandbox.log.filter(({ method }) => method === 'POST').length
  const writes = () => sandbox.log.filter(({ method }) => method !== 'GET').length
  const change = { envFile, yes: true, url: null }
  const register = (more: Partial<Surroundings> = {}, url = URL_HERE) =>
    registerWebhook(world(more), { ...change, url })
  const tokens = () =>
    readFileSync(envFile, 'utf8')
      .match(new RegExp(`^${NAME}=(.*)$`, 'm'))?.[1]
      ?.split(',') ?? []
  return { sandbox, folder, envFile, said, world, posts, writes, change, register, tokens }
}

const lose = (account: Awaited<ReturnType<typeof useAccount>>, method: string, times = 1) => {
  for (let at = 0; at < times; at++)
    account.sandbox.faults.order('lost', (subject) => subject.method === method)
}

describe('webhook register', () => {
  it('makes one with every event that is wanted and puts its token into the env file alone', async () => {
    const account = await useAccount()
    writeFileSync(account.envFile, 'OTHER=1\n')
    const result = await account.register()
    const [webhook] = account.sandbox.webhooks.all()
    expect(result).toMatchObject({ action: 'created', url: URL_HERE, active: true, events: WANTED })
    expect(webhook).toMatchObject({ url: URL_HERE, events: WANTED })
    expect(readFileSync(account.envFile, 'utf8')).toBe(`OTHER=1\n${NAME}=${webhook?.token}\n`)
    const elsewhere = readdirSync(join(account.folder, 'state')).map((name) =>
      readFileSync(join(account.folder, 'state', name), 'latin1'),
    )
    expect([JSON.stringify(result), ...account.said, ...elsewhere].join()).not.toContain(webhook?.token)
    expect(account.said[0]).toContain(`Would create a webhook to ${URL_HERE}`)
  })

  it('changes nothing where nobody confirms', async () => {
    const account = await useAccount()
    const request = { url: URL_HERE, envFile: account.envFile, yes: false }
    await expect(registerWebhook(account.world(), request)).rejects.toMatchObject({
      code: 'NEEDS_YES',
      exitCode: 2,
    })
    const no = registerWebhook(account.world({ confirm: async () => false }), request)
    await expect(no).rejects.toMatchObject({ code: 'NOT_CONFIRMED', exitCode: 6 })
    expect(account.writes()).toBe(0)
    expect(existsSync(account.envFile)).toBe(false)
    expect(await registerWebhook(account.world({ confirm: async () => true }), request)).toMatchObject({
      action: 'created',
    })
  })

  it.each([
    'http://calls.brightline.example/aircall',
    'calls.brightline.example',
    '',
    'https://a:b@calls.brightline.example',
    'https://x.example/#a',
  ])('refuses the address %j', async (url) => {
    const account = await useAccount()
    await expect(account.register({}, url)).rejects.toMatchObject({ code: 'WEBHOOK_URL', exitCode: 2 })
    expect(account.sandbox.log).toEqual([])
  })

  it('adopts the one with this address, however it is spelt, and says who knows its token', async () => {
    const account = await useAccount()
    const webhook = account.sandbox.webhooks.add('https://CALLS.brightline.example:443/aircall/')
    webhook.active = false
    expect(await account.register()).toMatchObject({
      action: 'adopted',
      id: webhook.webhook_id,
      active: true,
    })
    expect(account.posts()).toBe(0)
    expect(webhook).toMatchObject({ active: true, url: URL_HERE, events: WANTED })
    expect(account.tokens()).toEqual([webhook.token])
    expect(account.said.join('\n')).toMatch(/make it active.*\n.*WEBHOOK_ADOPTED.*webhook rotate/)
  })

  it('has nothing to do, and nothing to ask, the second time', async () => {
    const account = await useAccount()
    await account.register()
    const before = account.writes()
    const again = await registerWebhook(account.world(), {
      url: URL_HERE,
      envFile: account.envFile,
      yes: false,
    })
    expect(again.action).toBe('unchanged')
    expect(account.writes()).toBe(before)
  })

  it('refuses several with this address, and changes nothing', async () => {
    const account = await useAccount()
    for (let at = 0; at < 2; at++) account.sandbox.webhooks.add(URL_HERE)
    await expect(account.register()).rejects.toMatchObject({ code: 'WEBHOOK_SEVERAL', exitCode: 6 })
    expect(account.writes()).toBe(0)
  })

  it('refuses the hundred and first', async () => {
    const account = await useAccount()
    for (let at = 0; at < 100; at++) account.sandbox.webhooks.add(`${URL_HERE}/${at}`)
    await expect(account.register()).rejects.toMatchObject({ code: 'WEBHOOK_LIMIT', exitCode: 6 })
    expect(account.writes()).toBe(0)
  })

  it.each([1, 2])('makes no second one when %i answers are lost', async (times) => {
    const account = await useAccount()
    lose(account, 'POST', times)
    await account.register()
    const all = account.sandbox.webhooks.all()
    expect(all).toHaveLength(1)
    expect(account.tokens()).toEqual([all[0]?.token])
  })

  it('makes a lost one anew where Aircall shows no token, and leaves only that', async () => {
    const account = await useAccount()
    account.sandbox.switches.webhookTokens = 'hidden'
    lose(account, 'POST')
    const made = registerWebhook(account.world(), { url: URL_HERE, envFile: account.envFile, yes: true })
    await expect(made).resolves.toMatchObject({ action: 'created' })
    const all = account.sandbox.webhooks.all()
    expect(account.tokens()).toEqual([all[0]?.token])
    expect(all).toHaveLength(1)
  })

  it('adopts none whose token nobody here knows', async () => {
    const account = await useAccount()
    account.sandbox.switches.webhookTokens = 'hidden'
    account.sandbox.webhooks.add(URL_HERE)
    await expect(account.register()).rejects.toMatchObject({ code: 'WEBHOOK_TOKEN_HIDDEN', exitCode: 6 })
    expect(account.writes()).toBe(0)
  })

  it('makes nothing where the env file cannot be written', async () => {
    const account = await useAccount()
    const bad = { url: URL_HERE, envFile: join(account.folder, 'nowhere', '.env'), yes: true }
    await expect(registerWebhook(account.world(), bad)).rejects.toMatchObject({
      code: 'ENV_FILE_UNWRITABLE',
      exitCode: 7,
    })
    expect(account.sandbox.log).toEqual([])
  })

  it('deletes the new one again where storing its token fails after all', async () => {
    const account = await useAccount()
    const confirm = async () => {
      mkdirSync(account.envFile)
      return true
    }
    const request = { url: URL_HERE, envFile: account.envFile, yes: false }
    await expect(registerWebhook(account.world({ confirm }), request)).rejects.toMatchObject({ exitCode: 7 })
    expect(account.posts()).toBe(1)
    expect(account.sandbox.webhooks.all()).toEqual([])
  })

  it('leaves one at another address alone, also the one that was ours', async () => {
    const account = await useAccount()
    const other = account.sandbox.webhooks.add('https://hooks.planhat.com/automations/1')
    await account.register()
    const before = structuredClone(account.sandbox.webhooks.all())
    await account.register({}, `${URL_HERE}/new`)
    expect(account.sandbox.webhooks.all().slice(0, 2)).toEqual(before)
    expect(account.said.join('\n')).toContain(`WEBHOOK_FORMER: Webhook ${before[1]?.webhook_id}`)
    expect(account.said.join('\n')).toContain(
      `WEBHOOK_PLANHAT: Another webhook of this account goes to Planhat (${other.webhook_id})`,
    )
  })

  it('says that the environment wins over the env file', async () => {
    const account = await useAccount({ env: { [NAME]: 'a-token-of-the-environment' } })
    await account.register()
    expect(account.said.join('\n')).toContain('WEBHOOK_ENVIRONMENT')
  })
})

describe('webhook list and status', () => {
  it('show all, never a token, and which is ours', async () => {
    const account = await useAccount()
    const other = account.sandbox.webhooks.add('https://elsewhere.example/hook')
    await account.register()
    const listed = await listWebhooks(account.world(), account.change)
    expect(listed.map(({ url, ours }) => [url, ours])).toEqual([
      [other.url, false],
      [URL_HERE, true],
    ])
    expect(Object.keys(listed[0]!)).toEqual(['id', 'url', 'active', 'events', 'createdAt', 'ours'])
    expect(JSON.stringify(listed)).not.toContain(other.token)
  })

  it('say how ours stands', async () => {
    const account = await useAccount()
    const status = () => webhookStatus(account.world(), account.change)
    expect(await status()).toMatchObject({
      url: '',
      found: false,
      active: false,
      missingEvents: WANTED,
      tokenKnown: false,
    })
    await account.register()
    expect(await status()).toMatchObject({
      url: URL_HERE,
      found: true,
      active: true,
      missingEvents: [],
      tokenKnown: true,
    })
    const [webhook] = account.sandbox.webhooks.all()
    webhook!.active = false
    webhook!.events = WANTED.slice(1)
    writeFileSync(account.envFile, `${NAME}=another-token-than-that\n`)
    const now = await status()
    expect(now).toMatchObject({ found: true, active: false, missingEvents: [WANTED[0]], tokenKnown: false })
    expect(isDifferent(now)).toBe(true)
    account.sandbox.webhooks.remove(webhook!.webhook_id)
    expect(await status()).toMatchObject({ url: URL_HERE, found: false })
  })

  it('know ours by its token where the state was lost, and not where its address is another', async () => {
    const account = await useAccount()
    await account.register()
    rmSync(join(account.folder, 'state'), { recursive: true })
    expect(await webhookStatus(account.world(), account.change)).toMatchObject({
      found: true,
      tokenKnown: true,
    })
    await account.register()
    account.sandbox.webhooks.all()[0]!.url = 'https://elsewhere.example/hook'
    expect(await webhookStatus(account.world(), account.change)).toMatchObject({
      url: URL_HERE,
      found: false,
    })
  })

  it('do not mind more events than are wanted', async () => {
    const account = await useAccount()
    await account.register()
    account.sandbox.webhooks.all()[0]!.events = [...ALL_EVENTS]
    expect(isDifferent(await webhookStatus(account.world(), account.change))).toBe(false)
  })
})

describe('webhook rotate', () => {
  it('accepts both tokens until it is finished, then the new one alone', async () => {
    const account = await useAccount()
    await account.register()
    const [old] = account.sandbox.webhooks.all()
    expect(await rotateWebhook(account.world(), account.change)).toMatchObject({
      action: 'rotated',
      url: URL_HERE,
    })
    const [, made] = account.sandbox.webhooks.all()
    expect(account.tokens()).toEqual([old?.token, made?.token])
    expect(await webhookStatus(account.world(), account.change)).toMatchObject({
      id: made?.webhook_id,
      isRotating: true,
    })
    await expect(rotateWebhook(account.world(), account.change)).rejects.toMatchObject({
      code: 'WEBHOOK_ROTATING',
      exitCode: 6,
    })

    expect(await finishRotation(account.world(), account.change)).toMatchObject({
      action: 'finished',
      id: made?.webhook_id,
    })
    expect(account.sandbox.webhooks.all()).toEqual([made])
    expect(account.tokens()).toEqual([made?.token])
    expect(await finishRotation(account.world(), account.change)).toMatchObject({ action: 'unchanged' })
  })

  it('works where Aircall shows tokens at their creation alone', async () => {
    const account = await useAccount()
    account.sandbox.switches.webhookTokens = 'hidden'
    await account.register()
    const [old] = account.sandbox.webhooks.all()
    await rotateWebhook(account.world(), account.change)
    const [, made] = account.sandbox.webhooks.all()
    expect(account.tokens()).toEqual([old?.token, made?.token])
    await finishRotation(account.world(), account.change)
    expect(account.tokens()).toEqual([made?.token])
  })

  it('is finished also where somebody deleted the old one, or an answer is lost', async () => {
    const account = await useAccount()
    await account.register()
    lose(account, 'POST')
    await rotateWebhook(account.world(), account.change)
    const [old, made] = account.sandbox.webhooks.all()
    account.sandbox.webhooks.remove(old!.webhook_id)
    expect(await finishRotation(account.world(), account.change)).toMatchObject({ action: 'finished' })
    expect(account.tokens()).toEqual([made?.token])
    await rotateWebhook(account.world(), account.change)
    lose(account, 'DELETE')
    await finishRotation(account.world(), account.change)
    expect(account.sandbox.webhooks.all()).toHaveLength(1)
  })

  it('deletes the new one again where its token cannot be kept', async () => {
    const account = await useAccount()
    await account.register()
    const before = account.tokens()
    const spoil = async () => {
      rmSync(account.envFile)
      mkdirSync(account.envFile)
      return true
    }
    const request = { ...account.change, yes: false }
    await expect(rotateWebhook(account.world({ confirm: spoil }), request)).rejects.toMatchObject({
      exitCode: 7,
    })
    expect(account.sandbox.webhooks.all().map(({ token }) => token)).toEqual(before)
  })

  it('needs a webhook of ours', async () => {
    const account = await useAccount()
    account.sandbox.webhooks.add('https://elsewhere.example/hook')
    for (const verb of [rotateWebhook, finishRotation]) {
      await expect(verb(account.world(), account.change)).rejects.toMatchObject({
        code: 'WEBHOOK_UNKNOWN',
        exitCode: 6,
      })
    }
  })
})

describe('webhook remove', () => {
  it('deletes ours with its line in the env file, and no other', async () => {
    const account = await useAccount()
    const other = account.sandbox.webhooks.add('https://elsewhere.example/hook')
    writeFileSync(account.envFile, 'OTHER=1\n')
    const { id } = await account.register()
    expect(await removeWebhook(account.world(), account.change)).toMatchObject({
      action: 'removed',
      ids: [id],
    })
    expect(account.sandbox.webhooks.all()).toEqual([other])
    expect(readFileSync(account.envFile, 'utf8')).toBe('OTHER=1\n')
    expect(await removeWebhook(account.world(), { ...account.change, yes: false })).toMatchObject({
      action: 'unchanged',
      ids: [],
    })
  })

  it('is done where it was gone already, and takes the line out all the same', async () => {
    const account = await useAccount()
    await account.register()
    account.sandbox.webhooks.remove(account.sandbox.webhooks.all()[0]!.webhook_id)
    expect(await removeWebhook(account.world(), account.change)).toMatchObject({ action: 'removed', ids: [] })
    expect(account.tokens()).toEqual([])
  })

  it('deletes both while a token is being replaced, asks first, and survives a lost answer', async () => {
    const account = await useAccount()
    await account.register()
    await rotateWebhook(account.world(), account.change)
    await expect(removeWebhook(account.world(), { ...account.change, yes: false })).rejects.toMatchObject({
      code: 'NEEDS_YES',
    })
    lose(account, 'DELETE')
    await removeWebhook(account.world(), account.change)
    expect(account.sandbox.webhooks.all()).toEqual([])
  })

  it('deletes the one that the person names, where the state does not know it', async () => {
    const account = await useAccount()
    account.sandbox.switches.webhookTokens = 'hidden'
    await account.register()
    rmSync(join(account.folder, 'state'), { recursive: true })
    expect(await removeWebhook(account.world(), { ...account.change, url: URL_HERE })).toMatchObject({
      action: 'removed',
    })
    expect(account.sandbox.webhooks.all()).toEqual([])
  })
})
