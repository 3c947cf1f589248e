import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { acquireLock } from '../../src/store/lock.ts'
import { runCommand, useWorkplace } from '../support/command.ts'
import { useMonitor } from '../support/monitor.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({
    calls: 60,
    endUsers: 60,
    days: 4,
    nowMs: Date.now(),
    aircallRpm: null,
    planhatRpm: null,
    switches: { matureCalls: false },
  })
  sandbox.aircall.ripen()
})
afterAll(() => sandbox.stop())

const LINE =
  /^Calls from [-\d]+ [:\d]+ to [-\d]+ [:\d]+ UTC: nothing to do\. \d+ calls, \d+ records in sync; (?:.* left as they are; )?\d+ held \(\S+held\.csv\) \(\d+ Aircall and \d+ Planhat requests, \d+ s; run \S+\)\.\n$/

it('says what it did in a first night, and one line on stdout with nothing on stderr in a clean one', async () => {
  const place = useWorkplace(sandbox.env)
  const first = await place.run('reconcile', '--fix')
  expect(first.exitCode).toBe(0)
  expect(first.stderr).toBe('')
  expect(first.stdout).toMatch(/^ {2}\+ missing +\d+ /m)
  expect(first.stdout).toMatch(/^ {2}= in sync +\d+$/m)
  expect(first.stdout).toMatch(/^ {2}Aircall +\d+/m)
  const clean = await place.run('reconcile', '--fix', '--exit-code')
  expect(clean).toMatchObject({ exitCode: 0, stderr: '' })
  expect(clean.stdout).toMatch(LINE)
  const verbose = await place.run('reconcile', '--verbose')
  expect(verbose.stderr).toMatch(/Aircall reports \d+ calls: \d+ pages?/)
})

it('needs of its environment only PATH and HOME, no terminal and no locale', async () => {
  const place = useWorkplace()
  const env = Object.entries(sandbox.env).map(([name, value]) => `${name}=${value}`)
  place.write('.env', `${env.join('\n')}\n`)
  const shell = ['/bin/sh', '-c', `cd ${place.folder} && exec "$@"`, 'sh']
  const under = ['/usr/bin/env', '-i', 'PATH=/usr/bin:/bin', `HOME=${place.folder}`, ...shell]
  const night = () => runCommand(['reconcile', '--fix', '--exit-code'], { cwd: '/', under })
  expect(await night()).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await night()).stdout).toMatch(LINE)
  const state = `${place.folder}/.local/state/aircall-sync/state.sqlite`
  expect(readFileSync(state).subarray(0, 15).toString()).toBe('SQLite format 3')
})

it('is exit 4 while drift remains and 0 once --fix healed it all', async () => {
  const place = useWorkplace(sandbox.env)
  await place.run('reconcile', '--fix')
  const [remote] = sandbox.planhat.conversations.values()
  if (remote === undefined) throw new Error('nothing was written')
  sandbox.planhat.conversations.set(remote._id, { ...remote, description: 'Call attempt logged.' })
  expect((await place.run('reconcile')).exitCode).toBe(0)
  expect((await place.run('reconcile', '--exit-code')).exitCode).toBe(4)
  const drift = await place.json('reconcile', '--exit-code', '--output', place.path('drift.csv'))
  expect(drift.exitCode).toBe(4)
  expect(drift.body).toMatchObject({ drift: { changed: 1 }, run: { exitCode: 4 } })
  const csv = readFileSync(place.path('drift.csv'), 'utf8').split('\r\n')
  expect(csv[0]).toMatch(/row_digest,class,sign,planhat_id,before,after$/)
  expect(csv).toHaveLength(3)
  expect(csv[1]).toContain('description=Call attempt logged.')
  expect(csv[1]).toMatch(new RegExp(`,changed,\\*,'?${remote._id},`))
  expect((await place.run('reconcile', '--fix', '--exit-code')).exitCode).toBe(0)
})

it('logs JSON lines only, without a secret, a whole number or a word that was spoken', async () => {
  const place = useWorkplace(sandbox.env, { limits: { aircallPerMinute: 6000, planhatPerMinute: 6000 } })
  const log = ['--log-format', 'json', '--verbose']
  const good = await place.run('reconcile', '--fix', ...log)
  const denied = await runCommand(['reconcile', ...log], {
    cwd: place.folder,
    env: { ...place.env, PLANHAT_API_TOKEN: 'wrong-token-of-nobody' },
  })
  expect(good.exitCode).toBe(0)
  expect(denied.exitCode).toBe(7)
  const lines = [good, denied].flatMap(({ stderr }) => stderr.split('\n').filter((line) => line !== ''))
  expect(lines.length).toBeGreaterThan(2)
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({
      time: expect.any(String),
      level: expect.any(String),
      message: expect.any(String),
    })
  }
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: 'error', code: 'PLANHAT_AUTH', exitCode: 7 }),
  )
  const all = [good, denied].map(({ stderr }) => stderr).join('\n')
  for (const secret of [
    ...Object.values(sandbox.env).filter((value) => !value.startsWith('http')),
    'wrong-token-of-nobody',
  ])
    expect(all).not.toContain(secret)
  const callers = Object.values(sandbox.world.callers).flat()
  expect(callers.length).toBeGreaterThan(20)
  for (const { raw, e164 } of callers)
    for (const number of [raw, e164 ?? raw]) expect(all).not.toContain(number)
  const spoken = [...sandbox.aircall.calls()].flatMap(({ id }) => {
    const answer = sandbox.aircall.transcript(id)
    return answer.kind === 'ready' ? answer.transcription.content.utterances.map(({ text }) => text) : []
  })
  expect(spoken.length).toBeGreaterThan(20)
  for (const text of new Set(spoken)) expect(all).not.toContain(text)
})

it('ends quietly with 11 when another run holds the lock, and the monitor hears of it', async () => {
  const place = useWorkplace(sandbox.env)
  await place.run('reconcile', '--fix')
  const { url, pings } = await useMonitor()
  const lock = acquireLock(place.path('state'), { command: 'backfill', nowMs: Date.now() })
  const second = await place.run('reconcile', '--fix', '--ping-url', url)
  lock.release()
  expect(second).toMatchObject({ exitCode: 11, stdout: '' })
  expect(second.stderr).toMatch(/^[^\n]*backfill[^\n]*\(LOCKED\)\n$/)
  expect(pings).toEqual(['GET /start', 'GET /11'])
})

it('tells the monitor of settings that are wrong', async () => {
  const place = useWorkplace(sandbox.env)
  const { url, pings } = await useMonitor()
  place.write('aircall-sync.config.json', '{"timezon": "UTC"}')
  const wrong = await place.run('reconcile', '--ping-url', url)
  expect(wrong.exitCode).toBe(7)
  expect(pings).toEqual(['GET /start', 'GET /7'])
})

it('takes the monitor from the environment or .env, where no list of processes shows it', async () => {
  const place = useWorkplace(sandbox.env)
  const { url, pings } = await useMonitor()
  place.write('.env', `AIRCALL_SYNC_PING_URL=${url}/from-env-file\n`)
  expect((await place.run('reconcile')).exitCode).toBe(0)
  expect(pings).toEqual(['GET /from-env-file/start', 'GET /from-env-file'])
  const shown = await place.run('config', 'show')
  expect(shown.stdout).toMatch(/AIRCALL_SYNC_PING_URL +environment +\[hidden\]/)
  place.write('.env', '')
  place.write('aircall-sync.config.json', '{"timezon": "UTC"}')
  const env = { ...place.env, AIRCALL_SYNC_PING_URL: `${url}/from-environment` }
  const wrong = await runCommand(['reconcile'], { cwd: place.folder, env })
  expect(wrong.exitCode).toBe(7)
  expect(pings.slice(2)).toEqual(['GET /from-environment/start', 'GET /from-environment/7'])
})

it('survives a kill that nobody can catch, and the next night ends as if nothing had been', async () => {
  const place = useWorkplace(sandbox.env)
  sandbox.planhat.conversations.clear()
  for (const after of [0.3, 0.6, 0.9]) {
    const under = ['timeout', '--signal=KILL', String(after + 0.5)]
    const killed = await runCommand(['reconcile', '--fix'], { cwd: place.folder, env: place.env, under })
    expect([0, 137, null]).toContain(killed.exitCode)
  }
  expect((await place.run('reconcile', '--fix', '--exit-code')).exitCode).toBe(0)
  const clean = await place.run('reconcile', '--exit-code')
  expect(clean.stdout).toMatch(LINE)
  const ids = [...sandbox.planhat.conversations.values()].map(({ externalId }) => externalId)
  expect(new Set(ids).size).toBe(ids.length)
})
