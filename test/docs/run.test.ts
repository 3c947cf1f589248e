import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { createWorkplace, useWorkplace, type Workplace } from '../support/command.ts'
import { askSandbox, useSandbox } from '../support/sandbox.ts'
import { shownCommandLines } from './command-lines.ts'
import { root } from './pages.ts'

/** They serve until they are stopped; test/sandbox and test/stages/proxies.test.ts run them. */
const serves = ([command = '', sub = '']: readonly string[]) =>
  command === 'sandbox' || (command === 'listen' && !['status', 'retry'].includes(sub))
/** Nobody can be asked in a test. */
const ASKS = [
  'apply',
  'runs undo',
  'purge',
  'erase',
  'init',
  'webhook register',
  'webhook rotate',
  'webhook remove',
]
const PROFILE = { profiles: { acme: { defaultCountry: 'FR' } } }

const lines = new Map(
  shownCommandLines()
    .filter(({ where, words }) => where.includes('.md:') && !serves(words))
    .map(({ words }) => [words.join(' '), words] as const),
)

const starts = (words: readonly string[], ...names: string[]) =>
  names.some((name) => words.slice(0, name.split(' ').length).join(' ') === name)

/** Captured once: sandboxes of the same moment hold the same calls. */
const WORLD = { nowMs: Date.now(), calls: 60, endUsers: 40, days: 20 }

const PLAN = ['backfill', '--since', '30d', '--dry-run', '--output', 'review.csv', '--json']

/** What a reader has done before coming to this line. */
async function prepare(place: Workplace, words: readonly string[]): Promise<Map<string, string>> {
  const known = new Map<string, string>()
  copyFileSync(join(root, 'fixtures/exports/workbook.xlsx'), place.path('end-users.xlsx'))
  place.write('end-users.csv', CONTACTS)
  writeFileSync(place.path('acme.env'), '', { mode: 0o600 })
  if (starts(words, 'init')) rmSync(place.path('aircall-sync.config.json'))
  if (starts(words, 'init', 'index import', 'demo', 'config')) return known
  if (starts(words, 'webhook')) {
    const register = ['webhook', 'register', '--url', 'https://calls.example.com/aircall', '--yes']
    if (!starts(words, 'webhook register')) await done(place, ...register)
    return known
  }
  const profile = words.includes('--profile') ? ['--profile', 'acme'] : []
  const pull = ['index', 'pull', ...profile]
  if (!starts(words, 'apply', 'runs', 'report', 'explain', 'purge', 'erase')) {
    await doneOnce(place, pull)
    return known
  }
  const plan = await doneOnce(place, pull, PLAN)
  // The report is made with the plan.
  if (starts(words, 'runs open')) return known.set('RUN_ID', JSON.parse(plan).run.id)
  if (!starts(words, 'runs')) return known
  const applied = JSON.parse(await done(place, 'apply', 'review.csv', '--limit', '10', '--yes', '--json'))
  return known.set('RUN_ID', applied.run.id)
}

interface Prepared {
  readonly folder: string
  readonly stdout: string
}

const prepared = new Map<string, Prepared>()

/**
 * Commands that write nothing to Planhat, one after the other; what they left for an earlier line is copied.
 * @returns what the last of them printed.
 */
async function doneOnce(place: Workplace, ...commands: readonly string[][]): Promise<string> {
  const key = JSON.stringify(commands)
  const known = prepared.get(key)
  if (known !== undefined) {
    cpSync(known.folder, place.folder, { recursive: true })
    return known.stdout
  }
  const before = commands.slice(0, -1)
  if (before.length > 0) await doneOnce(place, ...before)
  const stdout = await done(place, ...(commands.at(-1) ?? []))
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-docs-'))
  cpSync(place.folder, folder, { recursive: true })
  prepared.set(key, { folder, stdout })
  return stdout
}

afterAll(() => {
  for (const { folder } of prepared.values()) rmSync(folder, { recursive: true, force: true })
})

const CONTACTS = `Id,Name,Account Id,Phone,Mobile
5e26e38abf07307b89e48d51,Ada Example,5e15901391025d870eec1231,+1 202-555-0143,
5e26e38abf07307b89e48d52,Ben Example,5e15901391025d870eec1232,,+1 202-555-0144
`

/** The first with somebody who has an e-mail. */
function companiesToProbe({ planhat }: Sandbox): string[] {
  const someone = [...planhat.endUsers.values()].find(({ email, archived }) => email && !archived)
  const first = someone?.companyId ?? ''
  return [first, ...[...planhat.companies.keys()].filter((id) => id !== first)]
}

async function done(place: Workplace, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await place.run(...args)
  expect({ args, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ args, exitCode: 0, stderr: '' })
  return stdout
}

describe('a command line of the documentation', () => {
  it.each([...lines.keys()])('works as it is shown: %s', async (line) => {
    const words = lines.get(line) ?? []
    const sandbox = await useSandbox(WORLD)
    const { folder } = useWorkplace()
    const place = createWorkplace(folder, sandbox.env, PROFILE)
    const known = await prepare(place, words)
    const { json } = await askSandbox(sandbox, '/v1/calls?per_page=1')
    known.set('CALL_ID', String(json.calls[0].id))
    const [first = '', second = ''] = companiesToProbe(sandbox)
    known.set('ID', first).set('ID2', second)
    const args = words.map(
      (word) =>
        known.get(word) ??
        word.replace('https://monitor.example.com', sandbox.url).replace('/var/lib/node_exporter', folder),
    )
    if (starts(words, ...ASKS)) args.push('--yes')
    await done(place, ...args)
  })
})
