import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawCall } from '../../src/sandbox/aircall/types.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { createWorkplace, useWorkplace, type Workplace } from '../support/command.ts'
import { errorShape, indexShape, lookupShape, summaryShape } from './shapes.ts'

const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-flags-'))
const since = Math.floor(Date.now() / 1000) - 20 * 86_400
const until = Math.floor(Date.now() / 1000) - 3600
const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
const span = ['--since', iso(since), '--until', iso(until)]
let sandbox: Sandbox
let place: Workplace

beforeAll(async () => {
  const world = { seed: 3, calls: 150, endUsers: 80, days: 21, nowMs: Date.now() }
  sandbox = await startSandbox({ ...world, aircallRpm: null, planhatRpm: null })
  place = createWorkplace(folder, sandbox.env)
})
afterAll(async () => {
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface ExportRow {
  readonly _id: string
  readonly name: string
  readonly email: string
  readonly phone: string
  readonly companyId: string
  readonly companyName: string
}

const people: readonly ExportRow[] = [
  {
    _id: '5e26e38abf07307b89e48d01',
    name: 'Zoë "Z" Quartz; Ltd',
    email: 'zoe@example.com',
    phone: '+33 6 12 34 56 78',
    companyId: '5e15901391025d870eec1201',
    companyName: 'Quartz, Sons',
  },
  {
    _id: '5e26e38abf07307b89e48d02',
    name: 'Ben Amber',
    email: 'ben@example.com',
    phone: '(202) 555-0134',
    companyId: '5e15901391025d870eec1202',
    companyName: 'Amber',
  },
]
const headers = ['_id', 'name', 'email', 'phone', 'companyId', 'companyName'] as const
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
const csv = (separator: string, names: readonly string[]) =>
  [names, ...people.map((row) => headers.map((key) => row[key]))]
    .map((cells) => cells.map(quoted).join(separator))
    .join('\r\n')

describe('index import', () => {
  it.each([
    ['comma.csv', csv(',', headers), []],
    [
      'semicolon-bom.csv',
      `\uFEFF${csv(';', ['Id', 'Full Name', 'E-mail', 'Phone', 'Company Id', 'Company'])}`,
      [],
    ],
    [
      'tabs.csv',
      csv('\t', ['End User Id', 'Name', 'Email', 'Phone Number', 'Company Id', 'Company Name']),
      [],
    ],
    ['array.json', JSON.stringify(people), []],
    ['lines.ndjson', people.map((row) => JSON.stringify(row)).join('\n'), []],
    [
      'mapped.csv',
      csv(',', ['Key', 'Who', 'Mail', 'Tel. no.', 'Account', 'Firm']),
      ['id=Key', 'name=Who', 'email=Mail', 'phone=Tel. no.', 'companyId=Account', 'companyName=Firm'],
    ],
  ])('reads %s', async (name, text, map) => {
    const own = useWorkplace()
    own.write(name, text)
    const flags = map.flatMap((one) => ['--map', one])
    const { exitCode, body } = await own.json('index', 'import', name, ...flags)
    expect(exitCode).toBe(0)
    expect(indexShape.parse(body)).toMatchObject({
      endUsers: 2,
      withPhone: 2,
      numbers: 2,
      shared: 0,
      source: name,
    })
    const found = lookupShape.parse((await own.json('index', 'lookup', '+33612345678', '--reveal')).body)
    const { _id: id, name: who, companyId, companyName } = people[0] as ExportRow
    expect(found).toMatchObject({ decision: 'matched', e164: '+33612345678' })
    expect(found.endUsers).toMatchObject([{ id, name: who, companyId, companyName, field: 'phone' }])
    expect(String(found.tier)).toMatch(/1/)
    const national = lookupShape.parse((await own.json('index', 'lookup', '202-555-0134', '--reveal')).body)
    expect(national.endUsers.map((one) => one.id)).toEqual([people[1]?._id])
  })

  it('keeps the index in force when a new one is empty or breaks off', async () => {
    const own = useWorkplace()
    own.write('good.json', JSON.stringify(people))
    await own.run('index', 'import', 'good.json')
    own.write('half.ndjson', `${JSON.stringify(people[0])}\n{"_id":`)
    expect((await own.run('index', 'import', 'half.ndjson')).exitCode).not.toBe(0)
    expect(indexShape.parse((await own.json('index', 'stats')).body).endUsers).toBe(2)
  })

  it('keeps its state to its owner', async () => {
    const own = useWorkplace()
    own.write('good.json', JSON.stringify(people))
    await own.run('index', 'import', 'good.json')
    expect(statSync(own.path('state')).mode & 0o777).toBe(0o700)
    expect(statSync(own.path('state/state.sqlite')).mode & 0o777).toBe(0o600)
  })
})

describe('flags of a backfill', () => {
  const talk = (call: RawCall) =>
    call.answered_at === null || call.ended_at === null ? 0 : call.ended_at - call.answered_at
  const callsIn = () => [...sandbox.aircall.calls()].filter(({ started_at: at }) => at >= since && at < until)

  async function plan(...flags: string[]) {
    await place.run('index', 'pull')
    const { body, exitCode } = await place.json(
      'backfill',
      ...span,
      '--dry-run',
      '--no-transcripts',
      ...flags,
    )
    expect(exitCode).toBe(0)
    return summaryShape.parse(body)
  }

  it.each<[string, (call: RawCall) => boolean, () => string[]]>([
    ['--direction', (call) => call.direction === 'inbound', () => ['--direction', 'inbound']],
    [
      '--user',
      (call) => call.user?.email === sandbox.world.agents[0]?.email,
      () => ['--user', String(sandbox.world.agents[0]?.email).toUpperCase()],
    ],
    [
      '--number',
      (call) => call.number?.digits === sandbox.world.lines[0]?.digits,
      () => ['--number', String(sandbox.world.lines[0]?.digits)],
    ],
    ['--min-duration', (call) => talk(call) >= 120, () => ['--min-duration', '120']],
  ])('%s filters, and every call read is still counted', async (_, keeps, flags) => {
    const { calls } = await plan(...flags())
    const ended = callsIn().filter((call) => call.ended_at !== null)
    expect(calls.read).toBe(callsIn().length)
    expect(calls.buckets['filtered']).toBe(ended.filter((call) => !keeps(call)).length)
    expect(calls.buckets['filtered']).toBeGreaterThan(0)
  })

  it('--limit plans the first matched calls and no more', async () => {
    const { calls, records } = await plan('--limit', '3')
    const matched = Number(calls.buckets['matched']) + Number(calls.buckets['shared-line'])
    expect(matched).toBe(3)
    expect(records.create).toBe(3)
    const first = callsIn().filter(({ id }) => /^(matched|shared-line)$/.test(sandbox.truth(id).bucket))
    const rows = parse(readFileSync((await plan('--limit', '3')).files.review), { bom: true, columns: true })
    const planned = (rows as Record<string, string>[]).filter(({ action }) => action === 'create')
    expect(planned.map((row) => row['call_id'])).toEqual(first.slice(0, 3).map(({ id }) => String(id)))
  })

  it('--output keeps what is there unless --overwrite is given', async () => {
    place.write('mine.csv', 'precious')
    const kept = await place.json('backfill', ...span, '--dry-run', '--output', 'mine.csv')
    expect(errorShape.parse(kept.body).error.exitCode).toBe(2)
    expect(readFileSync(place.path('mine.csv'), 'utf8')).toBe('precious')
    const summary = await plan('--output', 'mine.csv', '--overwrite')
    expect(summary.files.review).toBe(place.path('mine.csv'))
    expect(readFileSync(place.path('mine.csv'), 'utf8')).toMatch(/^\uFEFFdecision,/)
  })

  it('without a terminal and without --apply stops at the plan, and says so', async () => {
    const before = sandbox.log.length
    const { exitCode, stdout } = await place.run('backfill', ...span, '--no-transcripts')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/PLAN ONLY: nothing was sent to Planhat\./)
    expect(sandbox.log.slice(before).every(({ method }) => method === 'GET')).toBe(true)
  })

  it('--apply writes at once, and puts nothing but the result on stdout', async () => {
    const { exitCode, stdout } = await place.run('backfill', ...span, '--apply', '--json')
    expect(exitCode).toBe(0)
    const { applied, run } = summaryShape.parse(JSON.parse(stdout))
    expect(run.mode).toBe('apply')
    expect(applied?.created).toBe(sandbox.planhat.conversations.size)
    expect(applied?.created).toBeGreaterThan(0)
  })
})
