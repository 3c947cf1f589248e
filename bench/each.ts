/**
 * What many tenants cost one machine: `each --jobs N -- reconcile --since 7d --fix` over as many sandboxes,
 * as built, on Linux. `npm run build && node bench/each.ts [--tenants 20] [--jobs 4] [--calls 1400] [--json]`
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { root } from './support/child.ts'
import { type TreeUse, treeUse } from './support/process-tree.ts'

const { values } = parseArgs({
  options: {
    tenants: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '4' },
    calls: { type: 'string', default: '1400' },
    json: { type: 'boolean' },
  },
})
const LOOK_MS = 100
const unlimited = { aircallRpm: null, planhatRpm: null }

async function startTenants(count: number, calls: number) {
  const tenants = []
  for (let seed = 1; seed <= count; seed += 1) {
    const sandbox = await startSandbox({
      nowMs: Date.now(),
      seed,
      calls,
      endUsers: 400,
      days: 7,
      ...unlimited,
    })
    tenants.push({ profile: `tenant${seed}`, sandbox })
  }
  return tenants
}

type Tenants = Awaited<ReturnType<typeof startTenants>>

function environmentOf(tenants: Tenants, folder: string): Record<string, string> {
  const keys = tenants.flatMap(({ profile, sandbox }) =>
    Object.entries(sandbox.env).map(([name, value]) => [`${profile.toUpperCase()}_${name}`, value]),
  )
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    AIRCALL_SYNC_STATE_DIR: join(folder, 'state'),
    ...Object.fromEntries(keys),
  }
}

/** @throws when it does not end with 0. */
async function runEach(folder: string, env: Record<string, string>, command: readonly string[]) {
  const startMs = performance.now()
  const child = spawn(
    process.execPath,
    [join(root, 'bin/run.js'), 'each', '--jobs', values.jobs, '--', ...command],
    { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const peak = { processes: 0, memoryMb: 0, cpuSeconds: 0 }
  const look = setInterval(() => raise(peak, treeUse(child.pid ?? 0)), LOOK_MS)
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  clearInterval(look)
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${said.slice(-2_000)}`)
  return { ...peak, seconds: (performance.now() - startMs) / 1000 }
}

function raise(peak: { -readonly [K in keyof TreeUse]: TreeUse[K] }, use: TreeUse): void {
  for (const key of ['processes', 'memoryMb', 'cpuSeconds'] as const)
    peak[key] = Math.max(peak[key], use[key])
}

const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-each-'))
const tenants = await startTenants(Number(values.tenants), Number(values.calls))
try {
  const limits = { aircallPerMinute: 60_000, planhatPerMinute: 60_000 }
  const profiles = Object.fromEntries(tenants.map(({ profile }) => [profile, {}]))
  writeFileSync(join(folder, 'aircall-sync.config.json'), JSON.stringify({ limits, profiles }))
  const env = environmentOf(tenants, folder)
  const reconcile = ['reconcile', '--since', '7d', '--fix']
  await runEach(folder, env, ['index', 'pull'])
  const rows = {
    'first night (everything is written)': await runEach(folder, env, reconcile),
    'a quiet night (nothing to do)': await runEach(folder, env, reconcile),
  }
  if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else for (const [name, row] of Object.entries(rows)) process.stdout.write(`${sentence(name, row)}\n`)
} finally {
  await Promise.all(tenants.map(({ sandbox }) => sandbox.stop()))
  rmSync(folder, { recursive: true, force: true })
}

function sentence(name: string, row: TreeUse & { seconds: number }): string {
  const { processes, memoryMb, cpuSeconds, seconds } = row
  const each = (cpuSeconds / Number(values.tenants)).toFixed(1)
  return (
    `${name}: ${seconds.toFixed(0)} s, at most ${processes} processes with ${memoryMb.toFixed(0)} ` +
    `MB together, ${cpuSeconds.toFixed(0)} s of processor (${each} s a tenant)`
  )
}
