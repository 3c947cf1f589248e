import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { type CommandResult, runCommand, useWorkplace, type Workplace } from '../support/command.ts'
import { useSandbox } from '../support/sandbox.ts'

/** Real time: the commands are processes of their own. */
const world = () => useSandbox({ calls: 120, endUsers: 80, days: 20, nowMs: Date.now() })
const NO_STACK = /\n\s+at [\w.<>]+ ?\(|node:internal|UNEXPECTED/

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((e) => join(e.parentPath, e.name))
}

/** Everything below the folder as it stands there, and what is compressed in SQLite cells as it was before. */
function everyByte(place: Workplace): string {
  const plain = files(place.folder)
    .filter((path) => lstatSync(path).isFile() && !path.endsWith('.env'))
    .map((path) => readFileSync(path, 'latin1'))
  const store = openStore(join(place.folder, 'state'), { readOnly: true })
  try {
    const kept = [...store.ledger.iterate()].map((entry) => JSON.stringify(entry))
    const held = [...store.snapshot.iterate()].map((one) => JSON.stringify(one))
    const rows = store.runs
      .list(100)
      .flatMap(({ id }) => [
        ...[...store.plans.iterate(id)].map((row) => JSON.stringify(row)),
        ...[...store.runs.writes(id)].map((write) => JSON.stringify(write)),
      ])
    return [...plain, ...kept, ...held, ...rows].join('\n')
  } finally {
    store.close()
  }
}

/** A credential in every form in which it travels or might be written. */
function formsOf(secrets: readonly string[]): string[] {
  const [id = '', token = ''] = secrets
  const texts = [...secrets, `${id}:${token}`]
  return texts.flatMap((text) => [
    text,
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
    Buffer.from(text).toString('hex'),
    encodeURIComponent(text),
    text.split('').reverse().join(''),
  ])
}

describe('every byte that a full journey writes', () => {
  it('holds no credential in any form: not in state, files, stdout, stderr, arguments or errors', async () => {
    const sandbox = await world()
    const { AIRCALL_API_ID, AIRCALL_API_TOKEN, PLANHAT_API_TOKEN } = sandbox.env
    const secrets = [AIRCALL_API_ID, AIRCALL_API_TOKEN, PLANHAT_API_TOKEN]
    // From .env, as most people keep them; the addresses from the environment.
    const { AIRCALL_BASE_URL, PLANHAT_BASE_URL } = sandbox.env
    const place = useWorkplace({ AIRCALL_BASE_URL, PLANHAT_BASE_URL })
    place.write(
      '.env',
      `AIRCALL_API_ID=${AIRCALL_API_ID}\nAIRCALL_API_TOKEN=${AIRCALL_API_TOKEN}\n` +
        `PLANHAT_API_TOKEN=${PLANHAT_API_TOKEN}\n`,
    )
    const said: CommandResult[] = []
    const run = async (...args: string[]) => {
      const result = await place.run(...args)
      said.push(result)
      return result
    }
    expect((await run('index', 'pull')).exitCode).toBe(0)
    const companies = [...sandbox.planhat.companies.keys()].slice(0, 2).flatMap((id) => ['--company', id])
    expect([0, 3]).toContain((await run('doctor', '--write-probe', ...companies, '--json')).exitCode)
    expect((await run('backfill', '--since', '20d', '--apply', '--verbose')).exitCode).toBe(0)
    expect((await run('reconcile', '--since', '20d', '--fix', '--log-format', 'json')).exitCode).toBe(0)
    await run('config', 'show', '--json')
    await run('runs')
    await run('backfill', '--since', 'nonsense', '--verbose')
    // The servers turn against us, and answer with what we sent them.
    sandbox.faults.set({ rates: { '5xx': 0.2 } })
    await run('backfill', '--since', '19d', '--dry-run', '--verbose', '--json')
    await sandbox.stop()
    await run('doctor', '--verbose')

    const text = everyByte(place) + said.map(({ stdout, stderr }) => stdout + stderr).join('\n')
    expect(text.length).toBeGreaterThan(100_000)
    for (const form of formsOf(secrets)) expect(text).not.toContain(form)
  }, 120_000)

  it('is struck out where a server sends it back, in an error and a log line', async () => {
    const server = createServer((request, response) => {
      response.writeHead(403, { 'content-type': 'application/json' })
      const { authorization = '' } = request.headers
      const plain = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString()
      response.end(JSON.stringify({ message: `no: ${authorization} ${plain}` }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const env = {
      AIRCALL_API_ID: 'id-4f1c9a77',
      AIRCALL_API_TOKEN: 'token-8d20b6e1',
      PLANHAT_API_TOKEN: 'planhat-77aa10cf',
    }
    const place = useWorkplace({ ...env, AIRCALL_BASE_URL: url, PLANHAT_BASE_URL: url })
    for (const args of [
      ['doctor'],
      ['doctor', '--json'],
      ['index', 'pull', '--verbose'],
      ['index', 'pull', '--json'],
    ]) {
      const { exitCode, stdout, stderr } = await place.run(...args)
      expect(exitCode).toBe(7)
      for (const form of formsOf(Object.values(env))) expect(stdout + stderr).not.toContain(form)
    }
  })
})

describe('what the state folder is made of', () => {
  for (const umask of ['000', '077']) {
    it(`is 0700 and 0600 throughout, under a umask of ${umask}`, async () => {
      const sandbox = await world()
      const place = useWorkplace(sandbox.env)
      const under = ['bash', '-c', `umask ${umask}; exec "$@"`, 'bash']
      const run = (...args: string[]) => runCommand(args, { cwd: place.folder, env: place.env, under })
      expect((await run('index', 'pull', '--profile', 'acme')).exitCode).toBe(0)
      expect((await run('backfill', '--since', '20d', '--apply', '--profile', 'acme')).exitCode).toBe(0)
      const [person] = [...sandbox.planhat.endUsers.values()]
      const erased = await run(
        'erase',
        String(person?._id),
        '--yes',
        '--max-deletes',
        '99',
        '--profile',
        'acme',
      )
      expect(erased.exitCode).toBe(0)
      const state = join(place.folder, 'state')
      const modes = [state, ...files(state)].map((path) => {
        const { mode } = lstatSync(path)
        return {
          path,
          mode: (mode & 0o777).toString(8),
          wanted: lstatSync(path).isDirectory() ? '700' : '600',
        }
      })
      expect(modes.length).toBeGreaterThan(6)
      expect(modes.filter(({ mode, wanted }) => mode !== wanted)).toEqual([])
    }, 60_000)
  }
})

describe('names that try to leave their folder', () => {
  it('a profile, a run id, a plan: none becomes a path elsewhere', async () => {
    const place = useWorkplace()
    for (const args of [
      ['runs', '--profile', '../../outside'],
      ['runs', '../../../etc/passwd'],
      ['runs', 'open', '../state.sqlite'],
      ['runs', 'undo', '../../x', '--yes'],
      ['explain', '../../etc/passwd'],
    ]) {
      const { exitCode, stderr } = await place.run(...args)
      expect([2, 6, 7], args.join(' ')).toContain(exitCode)
      expect(stderr).not.toMatch(NO_STACK)
    }
    expect(files(place.folder).filter((path) => path.includes('outside'))).toEqual([])
  })

  it('a link in the folder of runs is not followed by purge or erase', async () => {
    const sandbox = await world()
    const place = useWorkplace(sandbox.env)
    await place.run('index', 'pull')
    const plan = await place.json('backfill', '--since', '20d', '--dry-run')
    expect(plan.exitCode).toBe(0)
    const outside = join(place.folder, 'outside')
    mkdirSync(outside)
    const [person] = [...sandbox.planhat.endUsers.values()]
    writeFileSync(join(outside, 'mine.txt'), String(person?._id))
    symlinkSync(outside, join(place.folder, 'state', 'runs', '20200101-000000-abcd'))
    await place.run('erase', String(person?._id), '--yes', '--max-deletes', '9')
    await place.run('purge', '--older-than', '1m', '--yes')
    expect(readFileSync(join(outside, 'mine.txt'), 'utf8')).toBe(String(person?._id))
  })
})

describe('an answer that never ends, or is nested without end', () => {
  async function serve(body: () => string): Promise<Workplace> {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.on('error', () => {})
      const more = () => {
        if (!response.writable || response.destroyed) return
        response.write(body()) ? setImmediate(more) : response.once('drain', more)
      }
      more()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return useWorkplace({
      PLANHAT_API_TOKEN: 'planhat-77aa10cf',
      PLANHAT_BASE_URL: url,
      AIRCALL_BASE_URL: url,
    })
  }

  it('is cut off, named, and no defect', async () => {
    const chunk = '['.repeat(1024 * 1024)
    const place = await serve(() => chunk)
    const { exitCode, stderr, stdout } = await place.run('doctor')
    expect(exitCode).toBe(7)
    expect(stdout).toContain('planhat credentials')
    expect(stdout + stderr).not.toMatch(NO_STACK)
  }, 60_000)
})
