import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { createWorkplace, runCommand, useWorkplace, type Workplace } from '../support/command.ts'
import { errorShape, summaryShape } from './shapes.ts'

const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-bad-'))
const plan = 'plan.csv'
let sandbox: Sandbox
let place: Workplace

beforeAll(async () => {
  sandbox = await startSandbox({
    calls: 120,
    endUsers: 60,
    days: 20,
    nowMs: Date.now(),
    aircallRpm: null,
    planhatRpm: null,
  })
  place = createWorkplace(folder, sandbox.env)
  await place.run('index', 'pull')
  await place.run('backfill', '--since', '10d', '--dry-run', '--output', plan)
})
afterAll(async () => {
  await sandbox.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Refusal {
  readonly says: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly exitCode: number
  readonly code: string
  readonly message: RegExp
  /** The next thing to do must name this. */
  readonly next: RegExp
}

async function expectRefusal(refusal: Refusal): Promise<void> {
  const env = { ...place.env, ...refusal.env }
  const run = (...more: string[]) => runCommand([...refusal.args, ...more], { cwd: folder, env })
  const spoken = await run()
  expect(spoken.stderr).toMatch(refusal.message)
  expect(spoken.stderr).toMatch(refusal.next)
  expect(spoken.stderr).toContain(`Code: ${refusal.code}`)
  expect(spoken).toMatchObject({ exitCode: refusal.exitCode, stdout: '' })
  const { stdout, exitCode } = await run('--json')
  const { error } = errorShape.parse(JSON.parse(stdout))
  expect(error).toMatchObject({ code: refusal.code, exitCode: refusal.exitCode })
  expect(error.suggestions.length).toBeGreaterThan(0)
  expect(exitCode).toBe(refusal.exitCode)
}

const backfill = (...more: string[]) => ['backfill', '--since', '3d', ...more]

describe('credentials', () => {
  it.each<Refusal>([
    {
      says: 'no Aircall key',
      args: backfill(),
      env: { AIRCALL_API_TOKEN: '' },
      exitCode: 7,
      code: 'AIRCALL_CREDENTIALS',
      message: /AIRCALL_API_ID and AIRCALL_API_TOKEN/,
      next: /API keys[\s\S]*\.env/,
    },
    {
      says: 'no Planhat token',
      args: backfill(),
      env: { PLANHAT_API_TOKEN: '' },
      exitCode: 7,
      code: 'PLANHAT_CREDENTIALS',
      message: /PLANHAT_API_TOKEN/,
      next: /Private Apps/,
    },
    {
      says: 'a wrong Aircall key',
      args: backfill(),
      env: { AIRCALL_API_TOKEN: 'wrong' },
      exitCode: 7,
      code: 'AIRCALL_AUTH',
      message: /refused the credentials.*403/,
      next: /AIRCALL_API_ID[\s\S]*API keys/,
    },
    {
      says: 'a wrong Planhat token',
      args: backfill(),
      env: { PLANHAT_API_TOKEN: 'wrong' },
      exitCode: 7,
      code: 'PLANHAT_AUTH',
      message: /not accepted.*401/,
      next: /PLANHAT_API_TOKEN[\s\S]*Private Apps/,
    },
    {
      says: 'a token with a line break in it',
      args: ['index', 'pull'],
      env: { PLANHAT_API_TOKEN: 'half\nhalf' },
      exitCode: 7,
      code: 'CREDENTIAL_CHARACTERS',
      message: /PLANHAT_API_TOKEN/,
      next: /copy the value again/,
    },
    {
      says: 'plain http to another machine',
      args: backfill(),
      env: { AIRCALL_BASE_URL: 'http://api.example.com' },
      exitCode: 7,
      code: 'CONFIG_INSECURE_URL',
      message: /plain http/,
      next: /https:/,
    },
  ])('$says is exit $exitCode and says what to set', expectRefusal)

  it('refuses a wrong Planhat token before it reads a single call', async () => {
    const before = sandbox.log.length
    await runCommand(backfill(), { cwd: folder, env: { ...place.env, PLANHAT_API_TOKEN: 'wrong' } })
    expect(sandbox.log.slice(before).filter(({ path }) => path === '/v1/calls')).toEqual([])
  })

  it('are read from .env and trimmed', async () => {
    const own = useWorkplace({
      AIRCALL_BASE_URL: sandbox.url,
      PLANHAT_BASE_URL: sandbox.url,
    })
    own.write('.env', `\uFEFFPLANHAT_API_TOKEN="${sandbox.env.PLANHAT_API_TOKEN}  "\n`)
    expect((await own.run('index', 'pull')).exitCode).toBe(0)
  })
})

describe('times and flags', () => {
  const usage = (says: string, args: string[], code: string, message: RegExp, next: RegExp): Refusal => {
    return { says, args, exitCode: 2, code, message, next }
  }
  it.each<Refusal>([
    usage(
      '--since in the future',
      ['backfill', '--since', '2031-01-01'],
      'TIME_RANGE',
      /future/,
      /--since 30d/,
    ),
    usage(
      '--since that is no time',
      ['backfill', '--since', 'yesterday'],
      'TIME_FORMAT',
      /2026-06-01/,
      /--since/,
    ),
    usage(
      '--since after --until',
      ['backfill', '--since', '2026-09-30', '--until', '2026-09-01'],
      'TIME_RANGE',
      /not before/,
      /--until/,
    ),
    usage(
      'an empty range of another command',
      ['report', '--since', '1d', '--until', '1d'],
      'TIME_RANGE',
      /not before/,
      /aircall-sync report --since/,
    ),
    usage('an empty --number', backfill('--number', ''), 'USAGE', /DIGITS but received: nothing/, /--help/),
    usage('an empty --user', backfill('--user', ''), 'USAGE', /EMAIL but received: nothing/, /--help/),
    usage('no --since', ['backfill'], 'USAGE', /since/, /backfill --help/),
    usage('an unknown flag', backfill('--frobnicate'), 'USAGE', /frobnicate/, /--help/),
    usage('--apply and --dry-run', backfill('--apply', '--dry-run'), 'USAGE', /--dry-run/, /--help/),
    usage('another direction', backfill('--direction', 'up'), 'USAGE', /inbound, outbound/, /--help/),
    usage('an output that is there', backfill('--output', plan), 'FILE_EXISTS', /kept/, /--overwrite/),
    usage(
      'an output in no folder',
      backfill('--output', 'no/p.csv'),
      'OUTPUT_UNWRITABLE',
      /no folder/,
      /mkdir/,
    ),
    usage(
      'a plan that is not there',
      ['apply', 'no.csv', '--yes'],
      'PLAN_UNKNOWN',
      /no file and no run/,
      /runs/,
    ),
    usage('a plan that is a folder', ['apply', '.', '--yes'], 'CSV_UNREADABLE', /folder/, /runs/),
    usage(
      'an export that is not there',
      ['index', 'import', 'no.csv'],
      'FILE_NOT_FOUND',
      /no\.csv/,
      /index pull/,
    ),
    usage('a run that is not there', ['runs', 'nope'], 'RUN_UNKNOWN', /nope/, /runs/),
  ])('$says is exit 2 with an example', expectRefusal)
})

describe('files that are something else', () => {
  it('names the columns of an export it does not know and the --map to use', async () => {
    place.write('odd.csv', 'Foo;Bar;Phone\n1;2;3\n')
    await expectRefusal({
      says: '',
      args: ['index', 'import', 'odd.csv'],
      exitCode: 2,
      code: 'COLUMNS_UNKNOWN',
      message: /companyId/,
      next: /Foo, Bar, Phone[\s\S]*--map "companyId=/,
    })
  })

  it.each([
    ['broken.json', '[{"a":1}'],
    ['broken.ndjson', '{"a":1}\n{"b"\n'],
    ['picture.csv', '\u0000\u0001\u0002\u0003'],
  ])('refuses %s and leaves the index as it was', async (name, text) => {
    place.write(name, text)
    const before = await place.json('index', 'stats')
    const { exitCode, body } = await place.json('index', 'import', name)
    expect([2, 7]).toContain(exitCode)
    expect(errorShape.parse(body).error.suggestions.length).toBeGreaterThan(0)
    expect((await place.json('index', 'stats')).body).toEqual(before.body)
  })

  it('refuses an export without anybody in it: exit 6', async () => {
    place.write('head.csv', 'Id,Name,Phone,Company Id\n')
    const { exitCode, body } = await place.json('index', 'import', 'head.csv')
    expect(exitCode).toBe(6)
    expect(errorShape.parse(body).error.code).toBe('INDEX_EMPTY')
  })

  it.each(['a,b\n1,2\n', ''])('says that a CSV is no plan: %j', async (text) => {
    place.write('other.csv', text)
    await expectRefusal({
      says: '',
      args: ['apply', 'other.csv', '--yes'],
      exitCode: 2,
      code: 'CSV_NOT_A_PLAN',
      message: /missing decision/,
      next: /new plan/,
    })
  })

  it('refuses the plan of another profile: exit 6, nothing sent', async () => {
    const before = sandbox.log.length
    await expectRefusal({
      says: '',
      args: ['apply', plan, '--yes', '--profile', 'other'],
      env: {
        OTHER_AIRCALL_API_ID: sandbox.env.AIRCALL_API_ID,
        OTHER_AIRCALL_API_TOKEN: sandbox.env.AIRCALL_API_TOKEN,
        OTHER_PLANHAT_API_TOKEN: sandbox.env.PLANHAT_API_TOKEN,
      },
      exitCode: 6,
      code: 'PLAN_FOREIGN',
      message: /belongs to a plan/,
      next: /--profile/,
    })
    expect(sandbox.log.slice(before).filter(({ method }) => method !== 'GET')).toEqual([])
  })
})

describe('the state folder', () => {
  it('refuses to work without an index: exit 6 and how to build one', async () => {
    const env = { AIRCALL_SYNC_STATE_DIR: join(folder, 'fresh') }
    const refusal = { says: '', env, exitCode: 6, code: 'INDEX_EMPTY', message: /index/, next: /index pull/ }
    await expectRefusal({ ...refusal, args: backfill() })
    await expectRefusal({ ...refusal, args: ['index', 'lookup', '+1 202-555-0134'] })
  })

  it('says so when it cannot be written: exit 7', async () => {
    place.write('a-file', '')
    await expectRefusal({
      says: '',
      args: backfill(),
      env: { AIRCALL_SYNC_STATE_DIR: join(folder, 'a-file', 'state') },
      exitCode: 7,
      code: 'STATE_UNWRITABLE',
      message: /cannot be read or written/,
      next: /--state-dir/,
    })
  })

  it('loses nothing when the disk fills up: exit 7, and the same command goes on afterwards', async () => {
    const own = useWorkplace(sandbox.env)
    mkdirSync(own.path('state'))
    expect((await own.run('index', 'pull')).exitCode).toBe(0)
    // Blocks of 1 KiB; a file that would grow beyond it fails to be written as on a full disk.
    const under = ['bash', '-c', 'trap \'\' XFSZ; ulimit -f 160; exec "$@"', 'bash']
    const args = ['backfill', '--since', '15d', '--apply', '--json']
    const stopped = await runCommand(args, { cwd: own.folder, env: own.env, under })
    expect(errorShape.parse(JSON.parse(stopped.stdout)).error.code).toMatch(/DISK_FULL|STATE_UNWRITABLE/)
    expect(stopped.exitCode).toBe(7)
    const { exitCode, body } = await own.json('backfill', '--since', '15d', '--apply')
    expect(exitCode).toBe(0)
    const held = [...sandbox.planhat.conversations.values()].map(({ externalId }) => externalId)
    expect(new Set(held).size).toBe(held.length)
    expect(held.length).toBeGreaterThan(0)
    expect(summaryShape.parse(body).applied?.failed).toBe(0)
  })

  it('leaves a summary also after a failure', async () => {
    const own = useWorkplace({ ...sandbox.env, AIRCALL_API_TOKEN: 'wrong' })
    await own.run('index', 'pull')
    expect((await own.run('backfill', '--since', '3d')).exitCode).toBe(7)
    const { stdout } = await own.run('runs', '--json')
    const [run] =
      (JSON.parse(stdout) as { runs?: { id: string }[] }).runs ?? (JSON.parse(stdout) as { id: string }[])
    const path = own.path(`state/runs/${run?.id}/summary.json`)
    expect(existsSync(path)).toBe(true)
  })
})
