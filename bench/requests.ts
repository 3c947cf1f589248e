/**
 * How many requests a tenant pays, and how much of the allowed rate is used, under a simulated clock: the whole
 * pipeline against the sandbox, every answer taking 0.8 s of that clock. `node bench/requests.ts [--json]`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSettings } from '../src/config/settings.ts'
import { backfill } from '../src/pipeline/backfill.ts'
import { pullIndex } from '../src/pipeline/phone-index/build.ts'
import type { Surroundings } from '../src/pipeline/run/surroundings.ts'
import { type Sandbox, startSandbox } from '../src/sandbox/sandbox.ts'
import { FakeClock } from '../test/http/support/fake-clock.ts'
import { ratio } from './support/child.ts'

const DAY = 86_400
const NOW_MS = Date.UTC(2026, 8, 29, 12)
const ANSWER_MS = 800

interface Shape {
  readonly calls: number
  readonly perMinute: number
  readonly isLimited: boolean
}

/** Runs `work` with a sandbox and a state folder of its own. */
async function withTenant<T>(
  shape: Shape,
  work: (sandbox: Sandbox, run: (mode: 'dry-run' | 'apply') => ReturnType<typeof backfill>) => Promise<T>,
): Promise<T> {
  const clock = new FakeClock(NOW_MS)
  const sandbox = await startSandbox({
    calls: shape.calls,
    endUsers: 400,
    days: 60,
    nowMs: NOW_MS,
    clock,
    aircallRpm: shape.isLimited ? shape.perMinute : null,
    planhatRpm: null,
    switches: { matureCalls: false, rateWindow: 'block' },
    faults: shape.isLimited ? { rates: { slow: 1 }, only: 'aircall', slowMs: ANSWER_MS } : {},
  })
  sandbox.aircall.ripen()
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-bench-'))
  const limits = { aircallPerMinute: shape.perMinute, planhatPerMinute: 60_000 }
  writeFileSync(join(folder, 'aircall-sync.config.json'), JSON.stringify({ limits }))
  const env = { ...sandbox.env, AIRCALL_SYNC_STATE_DIR: join(folder, 'state') }
  const world: Surroundings = {
    settings: loadSettings({ flags: {}, env, cwd: folder }),
    clock,
    signal: new AbortController().signal,
    log: { info() {}, warn() {}, error() {}, debug() {} },
    progress: { start() {}, update() {}, stop() {}, line() {} },
    allow: new Set(),
  }
  const until = NOW_MS / 1000
  const request = { filter: {}, transcripts: true, refresh: false, overwrite: true }
  try {
    await pullIndex(world)
    return await work(sandbox, (mode) =>
      backfill(world, { ...request, mode, range: { since: until - 61 * DAY, until } }),
    )
  } finally {
    await sandbox.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const paid = await withTenant({ calls: 8_000, perMinute: 60_000, isLimited: false }, async (sandbox, run) => {
  const first = await run('apply')
  const pages = Math.ceil(8_000 / 50)
  const needed = pages + first.transcripts.ready
  const mark = sandbox.log.length
  await run('apply')
  const second = sandbox.log.slice(mark).filter(({ api }) => api === 'aircall')
  const written = (first.applied?.created ?? 0) + (first.applied?.updated ?? 0)
  return {
    firstUsed: first.requests.aircall.total,
    firstNeeded: needed,
    firstRatio: ratio(first.requests.aircall.total, needed),
    secondPages: second.filter(({ path }) => path === '/v1/calls').length,
    secondTranscripts: second.filter(({ path }) => path.endsWith('/transcription')).length,
    records: written,
    writes: first.requests.planhat.writes,
    writesPer10k: Math.ceil((first.requests.planhat.writes * 10_000) / written),
  }
})

const rate = await withTenant({ calls: 1_000, perMinute: 60, isLimited: true }, async (sandbox, run) => {
  const mark = sandbox.log.length
  const { requests } = await run('dry-run')
  const asked = sandbox.log.slice(mark).filter(({ api }) => api === 'aircall')
  const minutes = ((asked.at(-1)?.atMs ?? 0) - (asked[0]?.atMs ?? 0)) / 60_000
  return {
    requests: asked.length,
    minutes: Math.round(minutes * 10) / 10,
    share: Math.round(((asked.length - 1) / minutes / 60) * 1000) / 1000,
    throttled: requests.aircall.throttled,
  }
})

if (process.argv.includes('--json')) console.log(JSON.stringify({ paid, rate }))
else console.table([{ ...paid, ...rate }])
