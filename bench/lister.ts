/**
 * 9,000 calls matched, planned, in the state and in the CSV, beside the public command line that lists them and does
 * nothing else (github.com/bryanryu1/Aircall-CLI, not on the npm registry): time and peak memory, in turns, the
 * middle of five. `node bench/lister.ts FOLDER [--json]`, FOLDER being a clone of it after `npm install`,
 * `npm run build` and `npx oclif manifest`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { measure, ratio, startSandboxProcess } from './support/child.ts'

const CALLS = 9_000
const ROUNDS = 5
const DAY = 86_400

const folder = process.argv.slice(2).find((word) => !word.startsWith('--'))
if (folder === undefined) throw new Error('Name the folder of the built Aircall-CLI.')
const lister = join(resolve(folder), 'bin/run.js')

interface Round {
  readonly ours: Awaited<ReturnType<typeof measure>>
  readonly lister: Awaited<ReturnType<typeof measure>>
}

async function measureRound(env: Record<string, string>, dir: string, round: number): Promise<Round> {
  const own = { ...env, AIRCALL_SYNC_STATE_DIR: join(dir, `state-${round}`) }
  await measure(['bin/run.js', 'index', 'pull'], own)
  const until = Math.floor(Date.now() / 1000)
  const since = until - 61 * DAY
  const listed = await measure(
    [lister, 'calls', 'list', '--all', '--format', 'json', '--from', String(since), '--to', String(until)],
    { ...own, HOME: dir },
  )
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
  const range = ['--since', iso(since), '--until', iso(until)]
  const ours = await measure(
    ['bin/run.js', 'backfill', ...range, '--dry-run', '--no-transcripts', '--json'],
    own,
  )
  const { read } = JSON.parse(ours.stdout).calls
  // It prints what it is about to do before the list.
  const list = listed.stdout.slice(listed.stdout.indexOf('['), listed.stdout.lastIndexOf(']') + 1)
  const count = (JSON.parse(list) as unknown[]).length
  if (read !== CALLS || count !== CALLS) throw new Error(`${CALLS} calls, but ${read} and ${count} were read`)
  return { ours, lister: listed }
}

const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0

const dir = mkdtempSync(join(tmpdir(), 'aircall-sync-bench-'))
const rounds: Round[] = []
const sandbox = await startSandboxProcess(CALLS)
try {
  const config = join(dir, 'config.json')
  writeFileSync(config, JSON.stringify({ limits: { aircallPerMinute: 60_000, planhatPerMinute: 60_000 } }))
  const env = { ...sandbox.env, AIRCALL_SYNC_CONFIG: config }
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measureRound(env, dir, round))
} finally {
  sandbox.stop()
  rmSync(dir, { recursive: true, force: true })
}
const row = {
  calls: CALLS,
  oursMs: middle(rounds.map(({ ours }) => ours.ms)),
  listerMs: middle(rounds.map((round) => round.lister.ms)),
  oursMb: middle(rounds.map(({ ours }) => ours.peakMb)),
  listerMb: middle(rounds.map((round) => round.lister.peakMb)),
}
const result = { ...row, time: ratio(row.oursMs, row.listerMs), memory: ratio(row.oursMb, row.listerMb) }
if (process.argv.includes('--json')) console.log(JSON.stringify(result))
else console.table([result])
