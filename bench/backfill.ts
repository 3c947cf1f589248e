/**
 * A whole backfill (plan and review CSV, transcripts off) against an unlimited
 * sandbox in a process of its own, beside a bare undici loop over the same pages; and
 * its peak memory. `node bench/backfill.ts [--large] [--json]` (--large: 1 M calls)
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measure, ratio, startSandboxProcess } from './support/child.ts'

const SIZES = process.argv.includes('--large') ? [10_000, 100_000, 1_000_000] : [10_000, 100_000]
const DAY = 86_400

async function measureSize(calls: number) {
  const sandbox = await startSandboxProcess(calls)
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-bench-'))
  try {
    const until = Math.floor(Date.now() / 1000)
    const since = until - 61 * DAY
    const config = join(folder, 'config.json')
    writeFileSync(config, JSON.stringify({ limits: { aircallPerMinute: 60_000, planhatPerMinute: 60_000 } }))
    const env = { ...sandbox.env, AIRCALL_SYNC_STATE_DIR: join(folder, 'state'), AIRCALL_SYNC_CONFIG: config }
    await measure(['bin/run.js', 'index', 'pull'], env)
    const bare = await measure(
      ['bench/support/bare-loop.ts', String(since), String(until), String(calls)],
      env,
    )
    const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
    const range = ['--since', iso(since), '--until', iso(until)]
    const ours = await measure(
      ['bin/run.js', 'backfill', ...range, '--dry-run', '--no-transcripts', '--json'],
      env,
    )
    const { read } = JSON.parse(ours.stdout).calls
    if (read !== calls || Number(bare.stdout) !== calls)
      throw new Error(`${calls} calls, but ${read} and ${bare.stdout} were read`)
    return {
      calls,
      bareMs: bare.ms,
      backfillMs: ours.ms,
      ratio: ratio(ours.ms, bare.ms),
      cpuMs: ours.cpuMs,
      peakMb: ours.peakMb,
    }
  } finally {
    sandbox.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A short run is measured five times, and the middle one counts: the machine has other things to do. */
async function measureMiddle(calls: number) {
  const runs = [await measureSize(calls)]
  while (calls <= 10_000 && runs.length < 5) runs.push(await measureSize(calls))
  const inOrder = runs.toSorted((a, b) => a.ratio - b.ratio)
  return inOrder[Math.floor(runs.length / 2)] as (typeof runs)[0]
}

const rows: Awaited<ReturnType<typeof measureSize>>[] = []
for (const calls of SIZES) rows.push(await measureMiddle(calls))
const [small, large] = [rows[0], rows.at(-1)]
const memory = small === undefined || large === undefined ? 0 : ratio(large.peakMb, small.peakMb)
if (process.argv.includes('--json')) console.log(JSON.stringify({ rows, memory }))
else {
  console.table(rows)
  console.log(`peak memory at ${large?.calls} / at ${small?.calls} calls: ${memory}`)
}
