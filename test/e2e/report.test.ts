import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawCall } from '../../src/sandbox/aircall/types.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { createWorkplace, runCommand, useWorkplace, type Workplace } from '../support/command.ts'
import { errorShape } from './shapes.ts'

const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-report-'))
const now = Math.floor(Date.now() / 1000)
const [since, until] = [now - 16 * 86_400, now - 2 * 86_400]
const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
const span = ['--since', iso(since), '--until', iso(until)]
const zone = 'America/New_York'
let sandbox: Sandbox
/** Has the state that the other one read, and no credentials. */
let place: Workplace

beforeAll(async () => {
  const world = { seed: 7, calls: 200, endUsers: 80, days: 20, nowMs: now * 1000 }
  sandbox = await startSandbox({ ...world, aircallRpm: null, planhatRpm: null })
  const reader = createWorkplace(folder, sandbox.env, { timezone: zone })
  const pulled = await reader.run('index', 'pull')
  const read = await reader.run('backfill', '--since', '20d', '--dry-run', '--no-transcripts')
  expect([pulled.exitCode, read.exitCode]).toEqual([0, 0])
  place = createWorkplace(folder, {}, { timezone: zone })
})
afterAll(async () => {
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Worked out from the made-up world alone; it shares no code with the program. */
const ended = () =>
  [...sandbox.aircall.calls()].filter(
    (call) => call.started_at >= since && call.started_at < until && call.ended_at !== null,
  )
const outcomeOf = (call: RawCall) =>
  call.answered_at === null ? (call.voicemail === null ? 'missed' : 'voicemail') : 'answered'
const talkOf = (call: RawCall) =>
  call.answered_at === null ? 0 : Number(call.ended_at) - Number(call.answered_at)
const dayOf = (call: RawCall) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(call.started_at * 1000)
const count = (calls: readonly RawCall[], of: (call: RawCall) => boolean) => calls.filter(of).length
const isMatched = (call: RawCall) => ['matched', 'shared-line'].includes(sandbox.truth(call.id).bucket)

interface Body {
  readonly since: string
  readonly until: string
  readonly calls: Readonly<Record<string, number>>
  readonly agents: readonly Readonly<Record<string, string | number>>[]
  readonly weeks: readonly Readonly<Record<string, string | number>>[]
  readonly files: { readonly report: string; readonly csv: string }
}

describe('report', () => {
  it('says what the world knows, without a request and without credentials', async () => {
    const asked = sandbox.log.length
    const csv = place.path('calls.csv')
    const result = await place.json('report', ...span, '--csv', csv)
    expect([result.exitCode, sandbox.log.length - asked]).toEqual([0, 0])
    const body = result.body as Body
    const calls = ended()
    expect(body).toMatchObject({ since: iso(since), until: iso(until), files: { csv } })
    expect(body.calls).toMatchObject({
      total: calls.length,
      inbound: count(calls, (call) => call.direction === 'inbound'),
      outbound: count(calls, (call) => call.direction === 'outbound'),
      answered: count(calls, (call) => outcomeOf(call) === 'answered'),
      missed: count(calls, (call) => outcomeOf(call) === 'missed'),
      voicemail: count(calls, (call) => outcomeOf(call) === 'voicemail'),
    })
    const sum = (key: string) => body.weeks.reduce((so, week) => so + Number(week[key]), 0)
    expect(sum('calls')).toBe(calls.length)
    expect(sum('matched')).toBe(count(calls, isMatched))
    expect(sum('talkSeconds')).toBe(calls.reduce((so, call) => so + talkOf(call), 0))
    for (const { week } of body.weeks) expect(week).toMatch(/^\d{4}-W\d{2}$/)
    expect(statSync(body.files.report).mode & 0o777).toBe(0o600)
    expect(readFileSync(body.files.report, 'utf8')).toContain('How the calls went')
  })

  it('counts the calls that continue another one', async () => {
    const { calls } = (await place.json('report', ...span)).body as Body
    const all = [...sandbox.aircall.calls()]
    const passedOn = (earlier: RawCall, later: RawCall) => {
      const [to, by] = [earlier['transferred_to'], later['transferred_by']] as ({ id: number } | null)[]
      const isTo = to != null && to.id === later.user?.id
      return isTo || (by != null && by.id === earlier.user?.id)
    }
    const fits = (earlier: RawCall, later: RawCall) =>
      earlier.id !== later.id &&
      earlier.raw_digits === later.raw_digits &&
      /^\+/.test(earlier.raw_digits ?? '') &&
      earlier.answered_at !== null &&
      earlier.ended_at !== null &&
      later.started_at >= earlier.answered_at &&
      later.started_at <= earlier.ended_at + 30 &&
      passedOn(earlier, later)
    const continuing = ended().filter((later) => {
      const [earlier, ...others] = all.filter((one) => fits(one, later))
      if (earlier === undefined || others.length > 0) return false
      return all.filter((one) => fits(earlier, one)).length === 1
    })
    expect(continuing.length).toBeGreaterThan(0)
    expect(calls['transferred']).toBe(continuing.length)
  })

  it('has a row for each agent, with voicemails among the missed', async () => {
    const { agents } = (await place.json('report', ...span)).body as Body
    const byEmail = Map.groupBy(
      ended().filter(({ user }) => user !== null),
      ({ user }) => String(user?.email),
    )
    expect(agents).toHaveLength(byEmail.size)
    for (const agent of agents) {
      const theirs = byEmail.get(String(agent['email'])) ?? []
      const missed = count(theirs, (call) => outcomeOf(call) !== 'answered')
      expect(agent).toEqual({
        name: theirs[0]?.user?.name,
        email: theirs[0]?.user?.email,
        inbound: count(theirs, (call) => call.direction === 'inbound'),
        outbound: count(theirs, (call) => call.direction === 'outbound'),
        answered: theirs.length - missed,
        missed,
        talkSeconds: theirs.reduce((so, call) => so + talkOf(call), 0),
      })
    }
  })

  it('writes the CSV of the contract: a row for each day, agent and direction that had calls', async () => {
    const path = place.path('rows.csv')
    await place.run('report', ...span, '--csv', path)
    const text = readFileSync(path, 'utf8')
    expect(
      text.startsWith('\uFEFFdate,agent,email,direction,calls,answered,missed,voicemail,talk_s\r\n'),
    ).toBe(true)
    const rows: Record<string, string>[] = parse(text, { bom: true, columns: true })
    const keyOf = (call: RawCall) => [dayOf(call), call.user?.email ?? '', call.direction].join('|')
    const expected = Map.groupBy(ended(), keyOf)
    expect(rows).toHaveLength(expected.size)
    for (const row of rows) {
      const calls = expected.get([row['date'], row['email'], row['direction']].join('|')) ?? []
      const counts = ['answered', 'missed', 'voicemail'].map((outcome) =>
        String(count(calls, (call) => outcomeOf(call) === outcome)),
      )
      expect([row['agent'], row['calls'], row['answered'], row['missed'], row['voicemail']]).toEqual([
        calls[0]?.user?.name ?? '',
        String(calls.length),
        ...counts,
      ])
      expect(Number(row['talk_s'])).toBe(calls.reduce((so, call) => so + talkOf(call), 0))
    }
  })

  it('begins its text with the range, and says where the page is', async () => {
    const { stdout, stderr } = await place.run('report', ...span)
    expect(stdout).toMatch(
      /^Calls from \d{4}-\d\d-\d\d \d\d:\d\d to \d{4}-\d\d-\d\d \d\d:\d\d America\/New_York/,
    )
    const path = /^Report: (.+)$/m.exec(stdout)?.[1] ?? ''
    expect(path.startsWith(place.path('state'))).toBe(true)
    expect(existsSync(path)).toBe(true)
    expect(stderr).toBe('')
  })

  it.each(['--output', '--csv'])('keeps an existing file of %s unless --overwrite', async (flag) => {
    const path = place.path(`kept${flag}`)
    writeFileSync(path, 'mine')
    const refused = await place.json('report', ...span, flag, path)
    expect([refused.exitCode, errorShape.parse(refused.body).error.code]).toEqual([2, 'FILE_EXISTS'])
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect((await place.run('report', ...span, flag, path, '--overwrite')).exitCode).toBe(0)
    expect(readFileSync(path, 'utf8')).not.toBe('mine')
  })

  it('refuses one name for both files, and a folder that is not there', async () => {
    const path = place.path('both')
    const both = await place.run('report', ...span, '--output', path, '--csv', path)
    expect([both.exitCode, both.stderr.includes('OUTPUT_UNWRITABLE'), existsSync(path)]).toEqual([
      2,
      true,
      false,
    ])
    const nowhere = await place.run('report', ...span, '--csv', place.path('no/where.csv'))
    expect([nowhere.exitCode, nowhere.stderr.includes('OUTPUT_UNWRITABLE')]).toEqual([2, true])
  })

  it('ends with 6 and the command that reads the range where it holds no call', async () => {
    const empty = useWorkplace()
    const { exitCode, body } = await empty.json('report', '--since', '2026-06-01', '--until', '2026-07-01')
    const { error } = errorShape.parse(body)
    expect([exitCode, error.code]).toEqual([6, 'REPORT_EMPTY'])
    expect(error.suggestions).toEqual([
      'aircall-sync backfill --since 2026-06-01 --until 2026-07-01 --dry-run',
    ])
  })

  it('says on stderr which part of the range no run has read', async () => {
    const partial = await place.run('report', '--since', '60d')
    expect([partial.exitCode, partial.stderr.includes('REPORT_PARTIAL')]).toEqual([0, true])
  })

  it('needs no home folder of its own for a state that is named', async () => {
    const other = useWorkplace()
    const args = ['report', ...span, '--state-dir', place.path('state'), '--json']
    const { exitCode } = await runCommand(args, { cwd: other.folder })
    expect(exitCode).toBe(0)
  })
})
