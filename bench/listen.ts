/**
 * What a call costs through `listen`, and how long it takes: the worker against the
 * sandbox under a simulated clock, at 60 Aircall and 180 Planhat requests a minute; and
 * the memory of the built listener after 10,000 events. `node bench/listen.ts [--json]`
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSettings } from '../src/config/settings.ts'
import type { EventName } from '../src/inbox/event.ts'
import { Inbox } from '../src/inbox/inbox.ts'
import { emptyMemory, type Listener } from '../src/pipeline/listen/listener.ts'
import { createWorker } from '../src/pipeline/listen.ts'
import { pullIndex } from '../src/pipeline/phone-index/build.ts'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { FakeClock } from '../test/http/support/fake-clock.ts'
import { root, startSandboxProcess } from './support/child.ts'

const NOW_MS = Date.UTC(2026, 8, 29, 12)
const DAY_MS = 86_400_000
/** src/inbox/schedule.ts: how long a hint of this kind waits for others of its call. */
const DEBOUNCE_MS = 3_000
const STEP_MS = 100
const TOKEN = 'bench-token-0123456789'

async function startTenant() {
  const clock = new FakeClock(NOW_MS)
  const sandbox = await startSandbox({
    calls: 40,
    endUsers: 400,
    days: 4,
    nowMs: NOW_MS,
    clock,
    aircallRpm: null,
    planhatRpm: null,
    switches: { matureCalls: false },
  })
  sandbox.aircall.ripen()
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-bench-'))
  writeFileSync(join(folder, 'aircall-sync.config.json'), '{}', { mode: 0o600 })
  const env = { ...sandbox.env, AIRCALL_SYNC_STATE_DIR: join(folder, 'state') }
  const world = {
    settings: loadSettings({ flags: {}, env, cwd: folder }),
    clock,
    signal: new AbortController().signal,
    log: { info() {}, warn() {}, error() {}, debug() {} },
    progress: { start() {}, update() {}, stop() {}, line() {} },
    allow: new Set<string>(),
  }
  await pullIndex(world)
  const inbox = new Inbox({ dir: world.settings.stateDir, clock, graceMs: 0 })
  const options = {
    host: '127.0.0.1',
    port: 0,
    path: '/aircall',
    catchUpMs: 0,
    reconcileMs: 0,
    windowMs: 7 * DAY_MS,
    graceMs: 0,
    envFile: join(folder, '.env'),
    revives: false,
  }
  const listener: Listener = { ...world, options, inbox, memory: emptyMemory() }
  const worker = createWorker(listener)
  await worker.settle()
  clock.jump(6 * 3_600_000)
  await worker.settle()
  const stop = async () => {
    inbox.close()
    await sandbox.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { clock, sandbox, worker, inbox, stop }
}

type Tenant = Awaited<ReturnType<typeof startTenant>>

/** Somebody who is known phones; the call is over, and its transcript is there. */
function phone({ sandbox }: Tenant, turn: number): string {
  const matched = sandbox.world.callers.known.filter(({ truth }) => truth.bucket === 'matched')
  const caller = matched[turn % matched.length]
  if (caller === undefined) throw new Error('nobody is known')
  const startedAt = sandbox.aircall.nowSeconds - 120
  const times = { started_at: startedAt, answered_at: startedAt + 5, ended_at: startedAt + 90 }
  const { id } = sandbox.aircall.addCall({ raw_digits: caller.raw, ...times } as never, caller.truth)
  sandbox.aircall.ripen(id)
  return String(id)
}

const isThere = ({ sandbox }: Tenant, externalId: string) =>
  sandbox.planhat.conversations.byExternalId(externalId).length > 0

/** @returns milliseconds of the simulated clock until the record is in Planhat. */
async function until(tenant: Tenant, externalId: string): Promise<number> {
  const sinceMs = tenant.clock.nowMs()
  while (!isThere(tenant, externalId)) {
    if (tenant.clock.nowMs() - sinceMs > 5 * 60_000) throw new Error(`${externalId} never came`)
    tenant.clock.jump(STEP_MS)
    await tenant.worker.settle()
  }
  return tenant.clock.nowMs() - sinceMs
}

const say = ({ inbox }: Tenant, event: EventName, callId: string) => inbox.accept({ event, callId })

/** Past the last mark of every text's clock: then no other call is due. */
async function beAlone({ clock, worker, inbox }: Tenant): Promise<void> {
  while (inbox.counts().open > 0) {
    clock.jump(7 * 3_600_000)
    await worker.settle()
  }
}

/**
 * Calls of quiet minutes, in turn with their transcript there already and half a minute later, as it usually comes.
 * What is paid once (the account, lines, users, the index) and once an hour (the webhook) is no call's.
 */
async function measureAlone(calls: number) {
  const tenant = await startTenant()
  await beAlone(tenant)
  const delays: number[] = []
  const sent = { aircall: 0, planhat: 0 }
  for (let turn = 0; turn < calls; turn += 1) {
    const isWhole = turn % 2 === 0
    const before = tenant.sandbox.log.length
    const id = phone(tenant, turn)
    await say(tenant, 'call.ended', id)
    if (isWhole) await say(tenant, 'transcription.created', id)
    delays.push((await until(tenant, `${id}-cold call`)) - DEBOUNCE_MS)
    if (!isWhole) {
      tenant.clock.jump(30_000)
      await say(tenant, 'transcription.created', id)
    }
    await until(tenant, `${id}-transcript`)
    const requests = tenant.sandbox.log.slice(before).filter(({ path }) => !path.includes('/webhooks'))
    if (isWhole) {
      sent.aircall = Math.max(sent.aircall, requests.filter(({ api }) => api === 'aircall').length)
      sent.planhat = Math.max(sent.planhat, requests.filter(({ api }) => api === 'planhat').length)
    }
    tenant.clock.jump(60_000)
  }
  await tenant.stop()
  const inOrder = delays.toSorted((a, b) => a - b)
  return { ...sent, medianMs: inOrder[Math.floor(calls / 2)] ?? 0, longestMs: inOrder.at(-1) ?? 0 }
}

async function measureTogether(calls: number) {
  const tenant = await startTenant()
  const ids = Array.from({ length: calls }, (_, turn) => phone(tenant, turn))
  const before = tenant.sandbox.log.length
  for (const id of ids) await say(tenant, 'call.ended', id)
  for (const id of ids) await until(tenant, `${id}-cold call`)
  const requests = tenant.sandbox.log.slice(before)
  const aircall = requests.filter(
    ({ api, path }) => api === 'aircall' && !path.includes('transcription'),
  ).length
  const planhat = requests.filter(({ api }) => api === 'planhat').length
  await tenant.stop()
  return { calls, aircall, planhat, aircallPerCall: aircall / calls, planhatPerCall: planhat / calls }
}

function rssMb(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Math.round(Number(found?.[1] ?? 0) / 1024)
}

/** The built listener, idle before and after so many events of calls that it knows. */
async function measureMemory(events: number) {
  const sandbox = await startSandboxProcess(100)
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-bench-'))
  const limits = { aircallPerMinute: 60_000, planhatPerMinute: 60_000 }
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ limits }), { mode: 0o600 })
  const child = spawn(process.execPath, [join(root, 'bin/run.js'), 'listen', '--port', '0', '--no-revive'], {
    cwd: folder,
    env: {
      ...process.env,
      ...sandbox.env,
      AIRCALL_WEBHOOK_TOKEN: TOKEN,
      AIRCALL_SYNC_STATE_DIR: join(folder, 'state'),
      AIRCALL_SYNC_CONFIG: join(folder, 'config.json'),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let text = ''
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        const found = /Listening on (\S+)/.exec(text)
        if (found?.[1] !== undefined) resolve(found[1])
      })
      child.on('exit', () => reject(new Error(`the listener did not start: ${text}`)))
    })
    const pid = child.pid ?? 0
    await idle(url)
    const beforeMb = rssMb(pid)
    for (let sent = 0; sent < events; sent += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, at) => deliver(url, 4_300_000_000 + ((sent + at) % 100))),
      )
    }
    await idle(url)
    return { events, beforeMb, afterMb: rssMb(pid) }
  } finally {
    child.kill('SIGTERM')
    sandbox.stop()
    await new Promise((resolve) => child.once('close', resolve))
    rmSync(folder, { recursive: true, force: true })
  }
}

async function deliver(url: string, id: number): Promise<void> {
  const body = JSON.stringify({ event: 'call.ended', token: TOKEN, data: { id } })
  const { status } = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  })
  if (status !== 200) throw new Error(`a delivery was answered with ${status}`)
}

/** No call waits for work any more; its late texts may. */
async function idle(url: string): Promise<void> {
  for (let look = 0; look < 600; look += 1) {
    const text = await (await fetch(new URL('/metrics', url))).text()
    if (/^aircall_sync_listen_open_calls 0$/m.test(text)) return
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
  throw new Error('the listener did not become idle')
}

const result = {
  alone: await measureAlone(30),
  together: await measureTogether(200),
  memory: await measureMemory(10_000),
}
if (process.argv.includes('--json')) console.log(JSON.stringify(result))
else {
  console.table([result.alone])
  console.table([result.together])
  console.table([result.memory])
}
