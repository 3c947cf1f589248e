/**
 * The examples of nginx and Caddy, as they are but for ports, paths of this
 * machine and the certificate, before the built `listen`.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, request } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { useWorkplace } from '../support/command.ts'
import { askSandbox, useSandbox } from '../support/sandbox.ts'
import { startCommand } from '../support/started-command.ts'

const TOKEN = 'a-token-of-thirty-two-characters'
const example = (file: string) =>
  readFileSync(fileURLToPath(new URL(`../../examples/${file}`, import.meta.url)), 'utf8')

interface Proxy {
  /** Starts it in the foreground, its files in this folder. */
  readonly start: (ports: { front: number; back: number }, folder: string) => void
  /** What it may have written of a request. */
  readonly logs: readonly string[]
}

const nginx: Proxy = {
  logs: ['access.log', 'error.log'],
  start({ front, back }, folder) {
    const site = replaceAll(example('nginx/aircall-sync.conf'), {
      'listen 443 ssl;': `listen 127.0.0.1:${front} ssl;`,
      'listen [::]:443 ssl;': '',
      '/etc/letsencrypt/live/calls.example.com/fullchain.pem': join(folder, 'cert.pem'),
      '/etc/letsencrypt/live/calls.example.com/privkey.pem': join(folder, 'key.pem'),
      '/var/log/nginx/aircall-sync.log': join(folder, 'access.log'),
      '127.0.0.1:8787': `127.0.0.1:${back}`,
    })
    const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    const folders = kinds.map((kind) => `${kind}_temp_path ${join(folder, kind)};`).join('\n')
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off;\npid ${join(folder, 'nginx.pid')};\nerror_log ` +
        `${join(folder, 'error.log')} warn;\nevents {}\nhttp {\n${folders}\n${site}\n}\n`,
    )
    const args = ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')]
    execFileSync('nginx', ['-t', ...args], { stdio: 'pipe' })
    startProcess('nginx', args, folder, 'SIGQUIT')
  },
}

const caddy: Proxy = {
  logs: ['process.log'],
  start({ front, back }, folder) {
    const site = replaceAll(example('caddy/Caddyfile'), {
      'calls.example.com {':
        `https://localhost:${front} {\n\tbind 127.0.0.1\n\ttls ` +
        `${join(folder, 'cert.pem')} ${join(folder, 'key.pem')}`,
      '127.0.0.1:8787': `127.0.0.1:${back}`,
    })
    const file = join(folder, 'Caddyfile')
    writeFileSync(file, `{\n\tadmin off\n\tauto_https off\n}\n${site}`)
    startProcess('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], folder, 'SIGTERM')
  },
}

/** @throws where the example no longer has what is to be replaced. */
function replaceAll(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`the example has no "${from}"`)
    return all.replaceAll(from, to)
  }, text)
}

function startProcess(program: string, args: string[], folder: string, stop: NodeJS.Signals): void {
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      said += text
      writeFileSync(join(folder, 'process.log'), said)
    })
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.kill(stop)) await ended
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-proxy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(folder, { recursive: true })
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,DNS:calls.example.com']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...subject, ...files], { stdio: 'pipe' })
  return folder
}

async function startListener() {
  const sandbox = await useSandbox({ nowMs: Date.now(), calls: 20, endUsers: 20, days: 2 })
  const place = useWorkplace({ ...sandbox.env, AIRCALL_WEBHOOK_TOKEN: TOKEN })
  const listener = startCommand(['listen', '--port', '0', '--no-progress'], {
    env: place.env,
    cwd: place.folder,
  })
  await listener.until(/Listening on \S+/)
  const [, back] = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(listener.output.stderr) ?? []
  const { json } = await askSandbox(sandbox, '/v1/calls?per_page=1')
  return { back: Number(back), callId: Number(json.calls[0].id) }
}

/** Asks again while nobody listens there yet. */
async function untilUp(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await ask()
      return
    } catch (error) {
      if (tries >= 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

describe.each(Object.entries({ nginx, caddy }))('listen behind %s', (_name, proxy) => {
  it('takes an event through TLS, hides everything but its path, and leaves no token in a log', async () => {
    const folder = makeFolder()
    const { back, callId } = await startListener()
    const front = await freePort()
    proxy.start({ front, back }, folder)
    const ca = readFileSync(join(folder, 'cert.pem'), 'utf8')
    const dispatcher = new Agent({ connect: { ca } })
    onTestFinished(() => dispatcher.close())
    const ask = async (path: string, body?: string, method = body === undefined ? 'GET' : 'POST') => {
      const sent = { method, dispatcher, ...(body !== undefined && { body }) } as const
      const answer = await request(`https://localhost:${front}${path}`, sent)
      return [answer.statusCode, await answer.body.text()] as const
    }
    await untilUp(() => ask('/'))
    const event = (more: object) =>
      JSON.stringify({ resource: 'call', event: 'call.ended', token: TOKEN, data: { id: callId }, ...more })

    expect(await ask('/aircall', event({}))).toEqual([200, '{"ok":true}'])
    // Large, and still kept in memory.
    expect((await ask('/aircall', event({ note: 'x'.repeat(200 * 1024) })))[0]).toBe(200)
    expect((await ask('/aircall', event({ token: 'wrong-token-of-somebody' })))[0]).toBe(401)
    expect((await ask('/aircall', event({ note: 'x'.repeat(300 * 1024) })))[0]).toBe(413)
    expect((await ask('/aircall'))[0]).toBe(405)
    for (const path of [
      '/',
      '/healthz',
      '/readyz',
      '/metrics',
      '/aircall/../healthz',
      '/aircall/x',
      '//healthz',
    ])
      expect([path, (await ask(path))[0]]).toEqual([path, 404])

    const direct = await request(`http://127.0.0.1:${back}/metrics`)
    expect(await direct.body.text()).toMatch(/aircall_sync_listen_events_total\{answer="200"\} 2$/m)
    for (const file of proxy.logs) {
      const log = readFileSync(join(folder, file), 'utf8')
      expect(log).not.toContain(TOKEN)
      // nginx says so (level warn) when it writes a body to disk.
      expect(log).not.toContain('temporary file')
    }
  })
})
