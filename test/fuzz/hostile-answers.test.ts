/**
 * Servers that answer with as much as they can, against the built command in a small heap: nothing ends the process
 * (exit 134), nothing is a defect (exit 1), and a run that began leaves its summary.
 */
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { useWorkplace } from '../support/command.ts'

/** Of megabytes; what Node has on a machine of one gigabyte. */
const HEAP_MB = 384
const MB = 1024 * 1024

interface Body {
  readonly status?: number
  readonly parts: () => Iterable<string>
}

const fill = (head: string, one: string, bytes: number, tail: string): Body => ({
  *parts() {
    yield head
    const block = one.repeat(Math.max(1, Math.floor(MB / one.length)))
    for (let sent = 0; sent < bytes; sent += block.length) yield block
    yield tail
  },
})
const whole = (text: string, status = 200): Body => ({ status, parts: () => [text] })

const META = '"meta":{"total":1,"current_page":1,"per_page":50,"next_page_link":null}'
const call = (over: object) => ({
  id: 1,
  direction: 'inbound',
  status: 'done',
  started_at: 1_780_000_000,
  ...over,
})
const page = (calls: readonly object[]) =>
  whole(JSON.stringify({ meta: { total: calls.length, next_page_link: null }, calls }))
const ENDUSERS =
  '[{"_id":"6a6a6a6a6a6a6a6a6a6a6a6a","companyId":"7b7b7b7b7b7b7b7b7b7b7b7b","phone":"+12025550143"}]'
const SLASHES = ' / '.repeat(34_000)

/** What every list answers: Aircall's calls, Planhat's End Users. */
const HOSTILE: readonly (readonly [string, Body])[] = [
  ['61 MB of empty objects in a page', fill(`{${META},"calls":[{}`, ',{}', 61 * MB, ']}')],
  ['61 MB of empty lists', fill('[[]', ',[]', 61 * MB, ']')],
  ['60 MB of keys', fill('{"a":1', ',"b":1', 60 * MB, '}')],
  ['one text of 60 MB', fill(`{${META},"calls":[{"id":1,"raw_digits":"`, '1 / ', 60 * MB, '"}]}')],
  ['more than 64 MB', fill('[', '          ', 70 * MB, ']')],
  ['lists in lists', fill('', '[', 2 * MB, '')],
  ['a refusal of objects in objects', { ...fill('', '{"a":', 2 * MB, ''), status: 400 }],
  ['a refusal of 200 kB of addresses', whole(JSON.stringify({ message: 'http://'.repeat(28_000) }), 422)],
  ['a refusal of 60 MB', { ...fill('{"error":"', '+1 202 555 0143 ', 60 * MB, '"}'), status: 400 }],
  ['20,000 rows that are none', page(Array.from({ length: 20_000 }, (_, at) => ({ id: at + 1, x: 1 })))],
  [
    'numbers of 100 kB',
    page([call({ raw_digits: SLASHES }), call({ id: 2, raw_digits: '1'.repeat(100_000) })]),
  ],
  [
    'End Users with numbers of 100 kB',
    whole(JSON.stringify([{ _id: '6'.repeat(24), companyId: '7'.repeat(24), phone: SLASHES, custom: {} }])),
  ],
  ['ids that are paths', whole(JSON.stringify([{ _id: '..', companyId: '.', phone: '+12025550143' }]))],
]

async function serve(body: Body): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(body.status ?? 200, { 'content-type': 'application/json' })
    // A client that has had enough closes the connection.
    pipeline(Readable.from(body.parts()), response).catch(() => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('an answer as large or as odd as a server can make it', () => {
  it.each(HOSTILE)(
    '%s ends in an error with a code, or in none, with little memory',
    async (_name, body) => {
      const url = await serve(body)
      const place = useWorkplace({
        AIRCALL_API_ID: 'id',
        AIRCALL_API_TOKEN: 'token',
        PLANHAT_API_TOKEN: 'token',
        AIRCALL_BASE_URL: url,
        PLANHAT_BASE_URL: url,
        NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
      })
      const results = [await place.run('index', 'pull', '--json')]
      await place.run('index', 'import', place.write('endusers.json', ENDUSERS), '--allow', 'index-shrink')
      results.push(
        await place.run('backfill', '--since', '2026-05-01', '--dry-run', '--json', '--no-transcripts'),
      )
      for (const { exitCode, stdout, stderr } of results) {
        expect([0, 2, 3, 5, 6, 7], stderr.slice(-400)).toContain(exitCode)
        expect(stdout.length + stderr.length).toBeLessThan(40_000)
      }
      const runs = place.path('state/runs')
      const [id = ''] = existsSync(runs) ? readdirSync(runs) : []
      expect(existsSync(place.path(`state/runs/${id}/summary.json`))).toBe(true)
    },
    120_000,
  )
})
