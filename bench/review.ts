/**
 * 100,000 rows from the state into the review CSV, against csv-stringify alone for the same rows.
 * Aim: at most 3 times, with flat memory. `node bench/review.ts [--json] [rows]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'csv-stringify'
import type { Call, Match } from '../src/domain.ts'
import type { StoredRow } from '../src/records.ts'
import { COLUMNS, toStoredRow } from '../src/review/columns.ts'
import { writeReviewCsv } from '../src/review/write.ts'
import { openStore } from '../src/store/store.ts'

const ROWS = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 100_000)
const RUN = '20260601-120000-be9c'

function rowAt(seq: number): StoredRow {
  const id = String(3_000_000_000 + seq)
  const startedAt = 1_780_000_000 + seq
  const number = `+1202555${String(100 + (seq % 100)).padStart(4, '0')}`
  const call: Call = {
    id,
    direction: 'inbound',
    status: 'done',
    startedAt,
    answeredAt: startedAt + 5,
    endedAt: startedAt + 200,
    missedReason: null,
    rawDigits: number,
    hasVoicemail: false,
    asset: null,
    agent: { id: '1', name: 'Ana Cruz', email: 'ana.cruz@example.com' },
    line: null,
    participants: [],
    tags: [],
  }
  const person = { id: `eu${seq}`, name: 'Zoë Löwe', email: `zoe${seq}@acme.example`, companyId: 'co1' }
  const endUser = { ...person, companyName: 'Acme, Inc.', country: null, archived: false }
  const match: Match = {
    kind: 'matched',
    number,
    because: '',
    companyId: 'co1',
    companyName: 'Acme, Inc.',
    endUsers: [endUser],
    field: 'phone',
    tier: 1,
    via: 'phone',
  }
  const payload = {
    externalId: `${id}-cold call`,
    type: 'Cold Call',
    subject: `Aircall – inbound call from ${person.email}`,
    description: `<p>Inbound call answered by Ana Cruz. Talk time 3 min 15 s.</p><p>${'More. '.repeat(40)}</p>`,
    date: new Date((startedAt + 200) * 1000).toISOString(),
    companyId: 'co1',
    endusers: [],
    users: [],
  }
  const { externalId } = payload
  const planned = { externalId, action: 'create', payload, heldDigest: null, changes: [] } as const
  return toStoredRow({ runId: RUN, call, match, record: 'call', planned, seq })
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
const store = openStore(dir)
const planMs = await time(async () => {
  for (let from = 0; from < ROWS; from += 500) {
    const size = Math.min(500, ROWS - from)
    store.plans.add(
      RUN,
      Array.from({ length: size }, (_, i) => rowAt(from + i)),
    )
  }
})
const before = process.memoryUsage.rss()
const write = () => writeReviewCsv(join(dir, 'review.csv'), store.plans.iterate(RUN), { overwrite: true })
const writeMs = Math.min(await time(write), await time(write))
const grownMb = Math.round((process.memoryUsage.rss() - before) / 1e6)
const rows = Array.from(store.plans.iterate(RUN), ({ cells, rowDigest }) => [...cells, rowDigest])
const alone = () => stringifyAlone(join(dir, 'alone.csv'), rows)
const aloneMs = Math.min(await time(alone), await time(alone))
store.close()
rmSync(dir, { recursive: true })

const result = {
  rows: ROWS,
  planAndStoreMs: planMs,
  writeMs,
  aloneMs,
  ratio: +(writeMs / aloneMs).toFixed(2),
  aim: 3,
  grownMb,
}
if (process.argv.includes('--json')) console.log(JSON.stringify(result))
else console.table([result])
