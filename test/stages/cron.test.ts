/**
 * `reconcile` from Debian's own cron every minute, by the job of `examples/crontab`, while calls arrive, end and get
 * their transcripts. AIRCALL_SYNC_CRON_MINUTES says for how long; the stage of `.ci/run` takes two.
 */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import type { Truth } from '../../src/sandbox/world/world-types.ts'
import type { Run } from '../../src/store/runs.ts'
import { openStore } from '../../src/store/store.ts'
import { differences, expectedRecords } from '../e2e/oracle.ts'
import { useWorkplace } from '../support/command.ts'
import { PINNED_NODE } from '../support/started-command.ts'

const MINUTES = Number(process.env['AIRCALL_SYNC_CRON_MINUTES'] ?? 2)
const ARRIVAL_EVERY_MS = 5000
const RIPE_AFTER_MS = 45_000
/** Runs that may still be needed after the last change. */
const LAST_RUNS = 3

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** The first job of the example, word for word but for its hour; PATH and HOME are where this test has put things. */
function crontabOf(home: string): string {
  const lines = readFileSync(join(repository, 'examples/crontab'), 'utf8').split('\n')
  const job = lines.find((line) => line.startsWith('17 3 * * * ')) ?? ''
  return `HOME=${home}\nPATH=${home}/bin:/usr/bin:/bin\n${job.replace('17 3 * * *', '* * * * *')}\n`
}

/** A home as docs/operations.md describes it: a working folder with `.env` and configuration, programs on the path. */
function makeHome(sandbox: Sandbox): string {
  const home = mkdtempSync(join(tmpdir(), 'aircall-sync-cron-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  for (const name of ['aircall-sync', 'bin', 'empty', 'spool']) mkdirSync(join(home, name))
  symlinkSync(join(repository, 'bin/run.js'), join(home, 'bin/aircall-sync'))
  symlinkSync(PINNED_NODE, join(home, 'bin/node'))
  const env = Object.entries(sandbox.env).map(([name, value]) => `${name}=${value}`)
  writeFileSync(join(home, 'aircall-sync/.env'), `${env.join('\n')}\n`, { mode: 0o600 })
  const config = { index: { maxAgeHours: 0 }, limits: { aircallPerMinute: 110, planhatPerMinute: 190 } }
  writeFileSync(join(home, 'aircall-sync/aircall-sync.config.json'), JSON.stringify(config))
  writeFileSync(join(home, 'crontab'), '')
  const crontab = join(home, 'spool', userInfo().username)
  writeFileSync(crontab, crontabOf(home))
  chmodSync(crontab, 0o600)
  return home
}

function startCron(home: string): { said: () => string } {
  const script = join(repository, 'test/stages/cron-daemon.sh')
  const [program, ...args] = process.getuid?.() === 0 ? [script, home] : ['sudo', '-n', script, home]
  const child = spawn(program ?? script, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
  child.on('exit', (code) => (said += `cron ended with ${code}`))
  return { said: () => said }
}

/** One more call; that it ends, and that its transcript ripens, comes later by itself. */
function arrive(sandbox: Sandbox, turn: number): void {
  const { aircall, world } = sandbox
  const now = aircall.nowSeconds
  const callers = turn % 7 === 3 ? world.callers.shared : world.callers.known
  const raw_digits = callers[turn % callers.length]?.raw ?? null
  const direction = turn % 2 === 0 ? 'inbound' : 'outbound'
  if (turn % 11 === 5) {
    aircall.addCall(
      { raw_digits: 'anonymous', started_at: now - 90, ended_at: now - 2 },
      { bucket: 'anonymous' },
    )
  } else if (turn % 5 === 1) {
    aircall.addCall({ raw_digits, started_at: now - 30, ended_at: now - 2, ...MISSED })
  } else if (turn % 5 === 2) {
    const { id } = aircall.addCall({
      raw_digits,
      direction,
      started_at: now - 30,
      ended_at: null,
      asset: null,
    })
    const end = () => aircall.patchCall(id, { ended_at: aircall.nowSeconds, status: 'done', duration: 50 })
    setTimeout(end, 20_000).unref()
    setTimeout(() => aircall.ripen(id), RIPE_AFTER_MS).unref()
  } else {
    const { id } = aircall.addCall({ raw_digits, direction, started_at: now - 90, ended_at: now - 2 })
    setTimeout(() => aircall.ripen(id), RIPE_AFTER_MS).unref()
  }
}

const MISSED = {
  direction: 'inbound',
  answered_at: null,
  recording: null,
  asset: null,
  missed_call_reason: 'agents_did_not_answer',
} as const

/** A caller nobody knew when they called; `introduce` gives their number to an End User. */
function callOfStranger({ aircall, planhat }: Sandbox): { introduce(): void } {
  const truth: { bucket: Truth['bucket']; endUserId?: string; companyId?: string } = { bucket: 'unmatched' }
  const now = aircall.nowSeconds
  const { id } = aircall.addCall(
    { raw_digits: '+1 202-555-0143', started_at: now - 90, ended_at: now - 2 },
    truth,
  )
  aircall.ripen(id)
  return {
    introduce() {
      const person = [...planhat.endUsers.values()].find((one) => one.phone === '' && !one.archived)
      if (person === undefined) throw new Error('everybody has a number')
      planhat.endUsers.set(person._id, { ...person, phone: '+12025550143' })
      Object.assign(truth, { bucket: 'matched', endUserId: person._id, companyId: person.companyId })
    },
  }
}

/** What keeps Planhat from being equal to the truth; empty when nothing does. */
function untrue(sandbox: Sandbox): string[] {
  const until = sandbox.aircall.nowSeconds + 1
  const expected = expectedRecords(sandbox, { since: until - 6 * 86_400, until })
  const remote = [...sandbox.planhat.conversations.values()]
  const surplus = remote.filter(({ externalId }) => !expected.has(externalId ?? ''))
  const wrong = [...expected.values()].flatMap((one) => {
    const copies = remote.filter(({ externalId }) => externalId === one.externalId)
    const [copy] = copies
    if (copy === undefined || copies.length > 1) return [`${one.externalId} is held ${copies.length} times`]
    return differences(copy, one)
  })
  return [...wrong, ...surplus.map(({ externalId }) => `${externalId} should not be there`)]
}

function runsIn(home: string): Run[] {
  const store = openStore(join(home, '.local/state/aircall-sync'), { readOnly: true })
  try {
    return store.runs.list(1000)
  } finally {
    store.close()
  }
}

const readLog = (home: string) => readFileSync(join(home, 'aircall-sync/reconcile.log'), 'utf8')

describe.skipIf(process.env['AIRCALL_SYNC_STAGE'] !== 'cron')('reconcile under cron', () => {
  it('writes metrics that promtool finds nothing wrong with', async () => {
    const sandbox = await startSandbox({
      calls: 20,
      endUsers: 40,
      days: 2,
      nowMs: Date.now(),
      aircallRpm: null,
    })
    onTestFinished(() => sandbox.stop())
    const place = useWorkplace(sandbox.env)
    const metrics = place.path('aircall_sync.prom')
    expect((await place.run('reconcile', '--metrics-file', metrics)).exitCode).toBe(0)
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: readFileSync(metrics) })
    expect({ status: checked.status, said: String(checked.stderr) }).toEqual({ status: 0, said: '' })
  })

  it('keeps Planhat equal to the truth while calls arrive and transcripts ripen', {
    timeout: (MINUTES + LAST_RUNS + 3) * 60_000,
  }, async () => {
    const sandbox = await startSandbox({
      calls: 60,
      endUsers: 80,
      days: 4,
      nowMs: Date.now(),
      faults: { rates: { '5xx': 0.02, lost: 0.02, reset: 0.01 } },
    })
    onTestFinished(() => sandbox.stop())
    const home = makeHome(sandbox)
    const cron = startCron(home)
    const stranger = callOfStranger(sandbox)
    const turns = Math.ceil((MINUTES * 60_000) / ARRIVAL_EVERY_MS)
    for (let turn = 0; turn < turns; turn += 1) {
      arrive(sandbox, turn)
      if (turn === Math.floor(turns / 2)) stranger.introduce()
      await sleep(ARRIVAL_EVERY_MS)
    }
    await sleep(RIPE_AFTER_MS)
    for (let tries = 0; tries < LAST_RUNS * 12 && untrue(sandbox).length > 0; tries += 1) await sleep(5000)

    expect(cron.said()).toBe('')
    expect(untrue(sandbox)).toEqual([])
    const runs = runsIn(home)
    const codes = runs.filter(({ endedAtMs }) => endedAtMs !== null).map(({ exitCode }) => exitCode)
    expect(codes.length).toBeGreaterThanOrEqual(MINUTES)
    expect(codes.filter((code) => code !== 0)).toEqual([])
    const log = readLog(home)
    const { conversations } = sandbox.planhat
    process.stdout.write(
      `# ${runs.length} runs by cron, ${sandbox.aircall.size} ` +
        `calls, ${conversations.size} records equal to the truth\n`,
    )
    // Appended for years: each night says when it was, of what, and which run has the rest.
    const ended = runs.filter(({ endedAtMs }) => endedAtMs !== null)
    expect(ended.filter(({ id }) => !log.includes(id)).map(({ id }) => id)).toEqual([])
    expect(log).not.toMatch(/Error|stack|undefined/)
  })
})
