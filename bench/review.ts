/**
 * 100,000 records planned from the state and written to the review CSV, beside csv-stringify alone for the same rows.
 * Aim: at most 3 times, with flat memory. `node bench/review.ts [--json] [records]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'csv-stringify'
import { loadSettings } from '../src/config/settings.ts'
import type { Call, EndUser } from '../src/domain.ts'
import { createMatcher } from '../src/pipeline/planning/matcher.ts'
import { planCalls } from '../src/pipeline/planning/plan-calls.ts'
import { publishReview } from '../src/pipeline/planning/plan-rows.ts'
import { withRun } from '../src/pipeline/run/run.ts'
import { COLUMNS, lineOf } from '../src/review/columns.ts'
import { openStore } from '../src/store/store.ts'

const RECORDS = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 100_000)
const ROUNDS = 5
/** Distinct callers: most calls of a company come from numbers that called before. */
const END_USERS = 5_000
const SINCE = 1_780_000_000
/** The first number of the range: all of them are valid where numbers are checked. */
const numberOf = (i: number) => `+1415${2_000_000 + i}`

function endUserAt(i: number): EndUser {
  const person = {
    id: `5e${String(i).padStart(22, '0')}`,
    name: `Zoë Löwe ${i}`,
    email: `zoe${i}@acme.example`,
  }
  const company = {
    companyId: `5d${String(i % 900).padStart(22, '0')}`,
    companyName: `Acme ${i % 900}, Inc.`,
  }
  return {
    ...person,
    ...company,
    country: null,
    archived: false,
    phones: [{ field: 'phone', raw: numberOf(i) }],
  }
}

function callAt(i: number): Call {
  const id = String(3_000_000_000 + i)
  const startedAt = SINCE + i
  return {
    id,
    direction: i % 3 === 0 ? 'outbound' : 'inbound',
    status: 'done',
    startedAt,
    answeredAt: startedAt + 5,
    endedAt: startedAt + 200 + (i % 900),
    missedReason: null,
    rawDigits: numberOf((i * 7919) % END_USERS),
    hasVoicemail: false,
    asset: `https://assets.aircall.io/calls/${id}/recording`,
    agent: { id: '1', name: 'Ana Cruz', email: 'ana.cruz@example.com' },
    line: { id: '9', name: 'London office', digits: '+44 20 7946 0000', country: 'GB' },
    participants: [],
    tags: ['renewal'],
    comments: [],
    teams: [],
    transferredBy: null,
    transferredTo: null,
  }
}

async function fillState(dir: string): Promise<void> {
  const store = openStore(dir)
  await store.index.replaceAll(
    { name: 'bench', kind: 'file', builtAtMs: 0, defaultCountry: 'US' },
    ({ add }) => {
      for (let i = 0; i < END_USERS; i++) add(endUserAt(i))
    },
  )
  for (let from = 0; from < RECORDS; from += 500) {
    const size = Math.min(500, RECORDS - from)
    store.calls.savePage(
      1,
      Array.from({ length: size }, (_, i) => callAt(from + i)),
      0,
    )
  }
  store.close()
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return Math.round(performance.now() - start)
}

/** The library as its documentation shows it: its stream, into a file, nothing else. */
async function stringifyAlone(path: string, rows: readonly string[][]): Promise<void> {
  const stream = stringify({ header: true, columns: [...COLUMNS], bom: true, record_delimiter: '\r\n' })
  const file = await open(path, 'w')
  const written = new Promise<void>((resolve, reject) =>
    stream
      .pipe(file.createWriteStream())
      .on('finish', () => resolve())
      .on('error', reject),
  )
  for (const row of rows)
    if (!stream.write(row)) await new Promise((resolve) => stream.once('drain', resolve))
  stream.end()
  await written
}

const dir = mkdtempSync(join(tmpdir(), 'aircall-sync-bench-'))
const quiet = { info() {}, warn() {}, error() {}, debug() {} }
const world = {
  settings: loadSettings({ flags: {}, env: { AIRCALL_SYNC_STATE_DIR: dir }, cwd: dir }),
  clock: { nowMs: () => (SINCE + RECORDS) * 1000, sleep: () => Promise.resolve() },
  signal: new AbortController().signal,
  log: quiet,
  progress: { start() {}, update() {}, stop() {}, line() {} },
  allow: new Set<string>(),
}

/**
 * From the calls in the state to the CSV under its name: read, matched, shaped,
 * compared, digested, stored, written.
 */
async function planOnce(): Promise<{ ms: number; runId: string; created: number }> {
  const request = { command: 'backfill', mode: 'plan', range: null, request: {} } as const
  let ms = 0
  const { run, records } = await withRun(world, request, async (session) => {
    const matcher = createMatcher(session)
    ms = await time(() =>
      publishReview(session, { overwrite: true }, (rows) =>
        planCalls(session, rows, {
          calls: session.store.calls.iterate(null),
          matcher,
          users: new Map(),
          transcripts: false,
          heldCalls: new Map(),
        }),
      ),
    )
  })
  return { ms, runId: run.id, created: records.create }
}

await fillState(dir)
const planMs: number[] = []
const aloneMs: number[] = []
const rssMb: number[] = []
// In turns, and the middle of five: the machine is not equally fast all the time.
for (let round = 0; round < ROUNDS; round += 1) {
  const plan = await planOnce()
  if (plan.created !== RECORDS) throw new Error(`${RECORDS} records, but ${plan.created} were planned`)
  planMs.push(plan.ms)
  rssMb.push(Math.round(process.memoryUsage.rss() / 1e6))
  const store = openStore(dir)
  const rows = Array.from(store.plans.iterate(plan.runId), lineOf)
  store.close()
  aloneMs.push(await time(() => stringifyAlone(join(dir, 'alone.csv'), rows)))
}
rmSync(dir, { recursive: true })

const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0
const result = {
  records: RECORDS,
  planMs: middle(planMs),
  aloneMs: middle(aloneMs),
  ratio: +(middle(planMs) / middle(aloneMs)).toFixed(2),
  aim: 3,
  firstPlanMb: rssMb[0],
}
if (process.argv.includes('--json')) console.log(JSON.stringify(result))
else console.table([result])
