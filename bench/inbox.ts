/**
 * One event, from its first byte to its 200, on disk: beside a bare node:http that syncs
 * one insert a request; and at 100 a second. `node bench/inbox.ts [--events N] [--json]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { systemClock } from '../src/http/clock.ts'
import { Inbox } from '../src/inbox/inbox.ts'
import { startInboxServer } from '../src/inbox/server.ts'
import { createTokenCheck } from '../src/inbox/tokens.ts'

const { values } = parseArgs({ options: { events: { type: 'string' }, json: { type: 'boolean' } } })
const EVENTS = Number(values.events ?? 1_000)
const TOKEN = 'a-token-of-thirty-two-characters'
const agent = new Agent({ keepAlive: true, maxSockets: 50 })

const bodyOf = (id: number) =>
  JSON.stringify({
    resource: 'call',
    event: 'call.ended',
    timestamp: 1_764_234_000,
    token: TOKEN,
    data: { id, status: 'done', comments: [], tags: [], note: 'x'.repeat(3_000) },
  })

/** Milliseconds from the first byte sent to the last one received. */
function send(url: string, id: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const body = bodyOf(id)
    const startMs = performance.now()
    const sent = request(
      url,
      { method: 'POST', agent, headers: { 'content-length': Buffer.byteLength(body) } },
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`))
        response.resume().on('end', () => resolve(performance.now() - startMs))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const at = (times: readonly number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0

async function oneByOne(url: string): Promise<number> {
  const times: number[] = []
  for (let id = 1; id <= EVENTS; id++) times.push(await send(url, id))
  return at(times, 0.5)
}

/** A hundred a second, whatever the answers take. */
async function steadily(url: string, seconds: number): Promise<number[]> {
  const sent: Promise<number>[] = []
  const startMs = performance.now()
  for (let n = 0; n < seconds * 100; n++) {
    const waitMs = startMs + n * 10 - performance.now()
    if (waitMs > 0) await systemClock.sleep(waitMs)
    sent.push(send(url, 1_000_000 + n))
  }
  return Promise.all(sent)
}

async function bare(dir: string): Promise<number> {
  const db = new DatabaseSync(join(dir, 'bare.sqlite'))
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE calls (id INTEGER, at INTEGER)')
  const insert = db.prepare('INSERT INTO calls VALUES (?, ?)')
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const { data } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
      insert.run(data.id, Date.now())
      response.end('{"ok":true}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const median = await oneByOne(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  server.closeAllConnections()
  server.close()
  db.close()
  return median
}

async function ours(dir: string): Promise<{ median: number; p99: number; rssMb: number }> {
  const inbox = new Inbox({ dir, clock: systemClock })
  const server = await startInboxServer({
    host: '127.0.0.1',
    port: 0,
    path: '/aircall',
    isToken: createTokenCheck([TOKEN]),
    accept: (hint) => inbox.accept(hint),
    readiness: () => ({ ready: true, working: true, reasons: [] }),
    metrics: () => '',
  })
  const median = await oneByOne(server.url)
  const p99 = at(await steadily(server.url, 10), 0.99)
  await server.close()
  inbox.close()
  return { median, p99, rssMb: Math.round(process.memoryUsage().rss / 1024 / 1024) }
}

const dir = mkdtempSync(join(tmpdir(), 'aircall-sync-bench-'))
try {
  const [bareMs, { median, p99, rssMb }] = [await bare(dir), await ours(dir)]
  const round = (value: number) => Math.round(value * 100) / 100
  const figures = {
    bareMs: round(bareMs),
    ourMs: round(median),
    ratio: round(median / bareMs),
    p99Ms: round(p99),
    rssMb,
  }
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : `${JSON.stringify(figures, null, 2)}\n`)
} finally {
  agent.destroy()
  rmSync(dir, { recursive: true, force: true })
}
