import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { createWorkplace, type Workplace } from '../support/command.ts'
import { differences, expectedRecords } from './oracle.ts'
import { explainShape, indexShape, lookupShape, type SummaryBody, summaryShape } from './shapes.ts'

const COLUMNS =
  'decision,action,reason,call_id,record,external_id,date,direction,outcome,duration_s,agent,number,' +
  'matched_by,enduser,enduser_id,company,company_id,candidates,candidate_names,calls_of_number,' +
  'subject,excerpt,changes,row_digest'

const HOUR = 3600
const nowSeconds = Math.floor(Date.now() / 1000)
const range = { since: nowSeconds - 30 * 24 * HOUR, until: nowSeconds - HOUR }
const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
const span = ['--since', iso(range.since), '--until', iso(range.until)]

/** The steps of one journey: each test is the next step, so they run in order and share what they leave. */
describe('a backfill from an empty folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-journey-'))
  let sandbox: Sandbox
  let place: Workplace

  beforeAll(async () => {
    sandbox = await startSandbox({
      seed: 11,
      calls: 300,
      endUsers: 200,
      days: 31,
      nowMs: Date.now(),
      aircallRpm: null,
      planhatRpm: null,
    })
    sandbox.aircall.addCall({ started_at: range.until - HOUR, ended_at: null, answered_at: null })
    place = createWorkplace(folder, sandbox.env)
  })
  afterAll(async () => {
    await sandbox.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const summaryOf = (body: unknown): SummaryBody => summaryShape.parse(body)
  const rowsOf = (path: string) =>
    parse(readFileSync(path), { bom: true, columns: true }) as Record<string, string>[]
  const changesSent = (from: number) =>
    sandbox.log
      .slice(from)
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`)

  it('pulls the index', async () => {
    const { exitCode, body, stderr } = await place.json('index', 'pull')
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
    const index = indexShape.parse(body)
    expect(index.endUsers).toBe([...sandbox.planhat.endUsers.values()].filter((one) => !one.archived).length)
  })

  it('answers a lookup with the End User whose number it is', async () => {
    const caller = sandbox.world.callers.known[0]
    const { body, exitCode } = await place.json('index', 'lookup', String(caller?.e164), '--reveal')
    expect(exitCode).toBe(0)
    const found = lookupShape.parse(body)
    expect(found).toMatchObject({ e164: caller?.e164, decision: 'matched' })
    expect(found.endUsers.map(({ id }) => id)).toEqual([caller?.truth.endUserId])
  })

  it('plans without a write, one bucket a call as the world has it', async () => {
    const before = sandbox.log.length
    const { exitCode, body } = await place.json('backfill', ...span, '--dry-run', '--output', 'plan.csv')
    expect(exitCode).toBe(0)
    const summary = summaryOf(body)
    expect(changesSent(before)).toEqual([])
    expect(summary.run).toMatchObject({
      command: 'backfill',
      mode: 'plan',
      since: iso(range.since),
      exitCode: 0,
    })
    const wanted: Record<string, number> = {}
    for (const call of sandbox.aircall.calls()) {
      if (call.started_at < range.since || call.started_at >= range.until) continue
      const { bucket } = sandbox.truth(call.id)
      wanted[bucket] = (wanted[bucket] ?? 0) + 1
    }
    expect(Object.fromEntries(Object.entries(summary.calls.buckets).filter(([, n]) => n !== 0))).toEqual(
      wanted,
    )
    expect(summary.applied).toBeUndefined()
    expect(JSON.parse(readFileSync(summary.files.summary, 'utf8'))).toEqual(body)
    const { eligible, ready, pending, none, denied } = summary.transcripts
    expect(ready + pending + none + denied).toBe(eligible)
  })

  it('writes a review CSV as docs/contract.md section 4 has it', () => {
    const bytes = readFileSync(place.path('plan.csv'), 'utf8')
    expect(bytes.slice(0, COLUMNS.length + 3)).toBe(`\uFEFF${COLUMNS}\r\n`)
    expect(statSync(place.path('plan.csv')).mode & 0o777).toBe(0o600)
    const rows = rowsOf(place.path('plan.csv'))
    const calls = new Map([...sandbox.aircall.calls()].map((call) => [String(call.id), call]))
    const order = rows.map((row) => {
      const call = calls.get(String(row['call_id']))
      return [call?.started_at ?? 0, Number(row['call_id']), row['record'] === 'call' ? 0 : 1] as const
    })
    expect(order).toEqual([...order].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]))
    for (const row of rows) expectRow(row, sandbox)
    const expected = expectedRecords(sandbox, range)
    const planned = rows.filter(({ action }) => action === 'create').map((row) => row['external_id'])
    expect(planned.sort()).toEqual([...expected.keys()].sort())
  })

  it('applies the reviewed file: Planhat then has what the contract says, field by field, and no more', async () => {
    const before = sandbox.log.length
    const expected = expectedRecords(sandbox, range)
    const { exitCode, body } = await place.json('apply', 'plan.csv', '--yes')
    expect(exitCode).toBe(0)
    expect(summaryOf(body).applied).toEqual({
      created: expected.size,
      updated: 0,
      unchanged: 0,
      deleted: 0,
      held: 0,
      failed: 0,
    })
    const remote = [...sandbox.planhat.conversations.values()]
    expect(remote.map(({ externalId }) => externalId).sort()).toEqual([...expected.keys()].sort())
    const wrong = remote.flatMap((record) => {
      const wanted = expected.get(record.externalId ?? '')
      return wanted === undefined ? [] : differences(record, wanted)
    })
    expect(wrong).toEqual([])
    expect(remote.every((record) => !Object.values(record).includes(null))).toBe(true)
    expect([...new Set(changesSent(before).map((line) => line.split('/')[1]))]).toEqual(['conversations'])
  })

  it('changes nothing when the same file is applied once more, under its other name', async () => {
    const before = sandbox.log.length
    const { exitCode, body } = await place.json('import', 'plan.csv', '--yes')
    expect(exitCode).toBe(0)
    expect(summaryOf(body).applied).toMatchObject({ created: 0, updated: 0, failed: 0, held: 0 })
    expect(changesSent(before)).toEqual([])
  })

  it('plans nothing on a second backfill, writes nothing and asks for no transcript it has', async () => {
    const before = sandbox.log.length
    const { exitCode, body } = await place.json('backfill', ...span, '--apply')
    expect(exitCode).toBe(0)
    const summary = summaryOf(body)
    expect(summary.records).toMatchObject({ create: 0, update: 0 })
    expect(summary.applied).toMatchObject({ created: 0, updated: 0, failed: 0 })
    expect(changesSent(before)).toEqual([])
    const asked = sandbox.log.slice(before).filter(({ path }) => path.endsWith('/transcription'))
    const had = asked.map(({ path }) => `${path.split('/').at(-2)}-transcript`)
    expect(had.filter((id) => sandbox.planhat.conversations.byExternalId(id).length > 0)).toEqual([])
    expect(asked.length).toBeLessThanOrEqual(summary.transcripts.pending)
  })

  it('applies a plan by the id of its run', async () => {
    sandbox.planhat.conversations.clear()
    rmSync(place.path('state'), { recursive: true })
    await place.json('index', 'pull')
    const plan = summaryOf((await place.json('backfill', ...span, '--no-transcripts')).body)
    expect(plan.run.mode).toBe('plan')
    expect(plan.requests.aircall.transcripts).toBe(0)
    const { exitCode, body } = await place.json('apply', plan.run.id, '--yes', '--limit', '7')
    expect(exitCode).toBe(0)
    expect(summaryOf(body).applied).toMatchObject({ created: 7 })
    expect(sandbox.planhat.conversations.size).toBe(7)
  })

  it('explains one call', async () => {
    const [externalId] = [...sandbox.planhat.conversations.values()].map((one) => one.externalId ?? '')
    const callId = String(externalId).split('-')[0] ?? ''
    const { exitCode, body } = await place.json('explain', callId)
    expect(exitCode).toBe(0)
    const explained = explainShape.parse(body)
    expect(explained.records.map((record) => record.externalId)).toContain(`${callId}-cold call`)
  })

  it('asks for --yes where nobody can be asked', async () => {
    const { exitCode, stderr, stdout } = await place.run('apply', 'plan.csv')
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/--yes/)
  })
})

/** What one row may hold, by its reason (docs/contract.md section 4). */
function expectRow(row: Record<string, string>, sandbox: Sandbox): void {
  const { bucket, endUserId, companyId } = sandbox.truth(row['call_id'] ?? '')
  const writable = bucket === 'matched' || bucket === 'shared-line'
  const held = bucket === 'ambiguous' || bucket === 'proposed' || bucket === 'unmatched'
  expect(row).toMatchObject({
    reason: bucket,
    action: writable ? 'create' : held ? 'hold' : 'skip',
    decision: writable ? 'apply' : 'skip',
    row_digest: expect.stringMatching(/^r[0-9a-f]{35}$/),
    outcome: expect.stringMatching(/^(answered|missed|voicemail)$/),
    direction: expect.stringMatching(/^(inbound|outbound)$/),
    duration_s: expect.stringMatching(/^\d+$/),
  })
  if (writable) {
    expect(row).toMatchObject({ company_id: companyId, enduser_id: bucket === 'matched' ? endUserId : '' })
    expect(row['matched_by']).toMatch(/^(phone|Phone 2|custom\.\S.*)\b.*[12]/)
    expect(row['date']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  }
  if (bucket === 'ambiguous' || bucket === 'proposed')
    expect(row['candidates']).toMatch(/^[0-9a-f]{24}@[0-9a-f]{24}( [0-9a-f]{24}@[0-9a-f]{24})*$/)
  expect((row['excerpt'] ?? '').length).toBeLessThanOrEqual(200)
}
