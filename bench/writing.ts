/**
 * Writing to Planhat: requests and time for a plan of about 10,000 records, calls and transcripts, under Planhat's real
 * limit and a simulated clock; and the peak memory of the built `apply` at two sizes. `node bench/writing.ts [--json]`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSettings } from '../src/config/settings.ts'
import { apply } from '../src/pipeline/apply.ts'
import { backfill } from '../src/pipeline/backfill.ts'
import { pullIndex } from '../src/pipeline/phone-index/build.ts'
import type { Surroundings } from '../src/pipeline/run/surroundings.ts'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { FakeClock } from '../test/http/support/fake-clock.ts'
import { measure, ratio, startSandboxProcess } from './support/child.ts'

const DAY = 86_400
const NOW_MS = Date.UTC(2026, 8, 29, 12)
/**
 * Documented: 200 requests a minute (docs/reference/planhat-api.md section 1); the default of `limits.planhatPerMinute`
 * stays below.
 */
const PLANHAT_RPM = 200
/** Gives about 10,000 records, half of the calls having a transcript that is there. */
const CALLS = 8_000
const SIZES = [1_500, 12_000]

/** Plans without a limit, then applies under Planhat's. */
async function measureSpeed() {
  const clock = new FakeClock(NOW_MS)
  const sandbox = await startSandbox({
    calls: CALLS,
    endUsers: 400,
    days: 60,
    nowMs: NOW_MS,
    clock,
    aircallRpm: null,
    planhatRpm: PLANHAT_RPM,
    switches: { matureCalls: false, rateWindow: 'block' },
  })
  sandbox.aircall.ripen()
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-bench-'))
  try {
    writeFileSync(
      join(folder, 'aircall-sync.config.json'),
      JSON.stringify({ limits: { aircallPerMinute: 60_000 } }),
    )
    const env = { ...sandbox.env, AIRCALL_SYNC_STATE_DIR: join(folder, 'state') }
    const world: Surroundings = {
      settings: loadSettings({ flags: {}, env, cwd: folder }),
      clock,
      signal: new AbortController().signal,
      log: { info() {}, warn() {}, error() {}, debug() {} },
      progress: { start() {}, update() {}, stop() {}, line() {} },
      allow: new Set(),
    }
    const until = NOW_MS / 1000 + DAY
    const request = { filter: {}, transcripts: true, refresh: false, overwrite: true } as const
    await pullIndex(world)
    const range = { since: until - 62 * DAY, until }
    const plan = await backfill(world, { ...request, mode: 'dry-run', range })
    const startedMs = clock.nowMs()
    const { applied, requests } = await apply(world, { plan: plan.run.id, yes: true })
    const seconds = (clock.nowMs() - startedMs) / 1000
    const records = applied?.created ?? 0
    if (records !== plan.records.create) throw new Error(`${records} of ${plan.records.create} were written`)
    return {
      records,
      writes: requests.planhat.writes,
      reads: requests.planhat.reads,
      throttled: requests.planhat.throttled,
      writesPer10k: Math.ceil((requests.planhat.writes * 10_000) / records),
      simulatedSeconds: Math.round(seconds),
      recordsPerMinute: Math.round((records * 60) / seconds),
    }
  } finally {
    await sandbox.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The built command, its sandbox in another process. */
async function measureMemory(calls: number) {
  const sandbox = await startSandboxProcess(calls)
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-bench-'))
  try {
    const config = join(folder, 'config.json')
    writeFileSync(config, JSON.stringify({ limits: { aircallPerMinute: 60_000, planhatPerMinute: 60_000 } }))
    const env = { ...sandbox.env, AIRCALL_SYNC_STATE_DIR: join(folder, 'state'), AIRCALL_SYNC_CONFIG: config }
    await measure(['bin/run.js', 'index', 'pull'], env)
    const planned = await measure(['bin/run.js', 'backfill', '--since', '61d', '--dry-run', '--json'], env)
    const { run, records } = JSON.parse(planned.stdout)
    const ours = await measure(['bin/run.js', 'apply', run.id, '--yes', '--json'], env)
    const { created } = JSON.parse(ours.stdout).applied
    if (created !== records.create) throw new Error(`${created} of ${records.create} were written`)
    return { records: created, ms: ours.ms, cpuMs: ours.cpuMs, peakMb: ours.peakMb }
  } finally {
    sandbox.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const speed = await measureSpeed()
const rows = []
for (const calls of SIZES) rows.push(await measureMemory(calls))
const [small, large] = [rows[0], rows.at(-1)]
const memory = small === undefined || large === undefined ? 0 : ratio(large.peakMb, small.peakMb)
if (process.argv.includes('--json')) console.log(JSON.stringify({ speed, rows, memory }))
else {
  console.table([speed])
  console.table(rows)
  console.log(`peak memory of apply at ${large?.records} / at ${small?.records} records: ${memory}`)
}
