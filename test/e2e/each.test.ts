import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { environmentOfTenant } from '../../src/config/tenant-environment.ts'
import type { EachResult } from '../../src/pipeline/each.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { useWorkplace } from '../support/command.ts'
import { useSandbox } from '../support/sandbox.ts'
import { startCommand } from '../support/started-command.ts'

const NAMES = [
  'AIRCALL_API_ID',
  'AIRCALL_API_TOKEN',
  'PLANHAT_API_TOKEN',
  'AIRCALL_BASE_URL',
  'PLANHAT_BASE_URL',
] as const

function envOf(profile: string, sandbox: Sandbox): Record<string, string> {
  const prefix = `${profile.toUpperCase().replaceAll('-', '_')}_`
  return Object.fromEntries(NAMES.map((name) => [prefix + name, sandbox.env[name]]))
}

const SMALL = { calls: 20, endUsers: 20 }

describe('each', () => {
  it('runs a command for every profile with its own tenant, and one that fails stops no other', async () => {
    const [acme, globex] = [await useSandbox({ ...SMALL, seed: 1 }), await useSandbox({ ...SMALL, seed: 2 })]
    const place = useWorkplace(
      { ...envOf('acme', acme), ...envOf('globex', globex), GLOBEX_PLANHAT_API_TOKEN: 'wrong' },
      { profiles: { acme: {}, globex: {}, empty: { timezone: 'UTC' } } },
    )
    const { exitCode, stdout, stderr } = await place.run(
      'each',
      '--jobs',
      '2',
      '--json',
      '--',
      'index',
      'pull',
    )
    const results = JSON.parse(stdout) as EachResult[]
    expect(results.map(({ profile, exitCode: code }) => [profile, code])).toEqual([
      ['acme', 0],
      ['globex', 7],
      ['empty', 7],
    ])
    expect(exitCode).toBe(7)
    expect(results[0]?.result).toMatchObject({ endUsers: expect.any(Number), source: expect.any(String) })
    expect(results[2]?.result).toMatchObject({ error: { code: 'PLANHAT_CREDENTIALS' } })
    expect(stderr).toContain('globex ended with 7')
    expect(existsSync(place.path('state/profiles/acme/state.sqlite'))).toBe(true)
  })

  it('puts the profile before every line, and into arguments', async () => {
    const place = useWorkplace({}, { profiles: { acme: {}, globex: {} } })
    const { exitCode, stdout, stderr } = await place.run(
      'each',
      '--only',
      'globex',
      '--',
      'backfill',
      '--since',
      '{profile}',
    )
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    const lines = stderr.trim().split('\n')
    expect(lines.slice(0, -1).every((line) => line.startsWith('[globex] '))).toBe(true)
    expect(stderr).toContain('"globex"')
  })

  it('names a slip in one profile as 7 before anything starts, and carries out the others', async () => {
    const acme = await useSandbox(SMALL)
    const place = useWorkplace(
      { ...envOf('acme', acme), BROKEN_PLANHAT_BASE_URL: 'ftp://nowhere' },
      { profiles: { broken: {}, acme: {} } },
    )
    const { exitCode, stderr } = await place.run('each', '--', 'index', 'pull')
    expect(exitCode).toBe(7)
    expect(stderr.indexOf('[broken] Error: ')).toBeGreaterThanOrEqual(0)
    expect(existsSync(place.path('state/profiles/acme/state.sqlite'))).toBe(true)
  })

  it('is 2 without profiles, with an unknown name, and without a command', async () => {
    const none = useWorkplace()
    expect((await none.run('each', '--', 'doctor')).exitCode).toBe(2)
    const place = useWorkplace({}, { profiles: { acme: {} } })
    const unknown = await place.run('each', '--only', 'acne', '--', 'doctor')
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean acme?')])
    for (const nothing of ['', ' ,']) {
      const empty = await place.run('each', '--only', nothing, '--', 'runs')
      expect([empty.exitCode, empty.stderr]).toEqual([2, expect.stringContaining('names no profile')])
    }
    expect((await place.run('each')).exitCode).toBe(2)
    expect((await place.run('each', '--', 'each', '--', 'doctor')).exitCode).toBe(2)
  })

  it('hands a stop on to all, and ends when they have', async () => {
    const acme = await useSandbox({ ...SMALL, calls: 200 })
    const place = useWorkplace(
      { ...envOf('acme', acme), ...envOf('globex', acme) },
      { limits: { aircallPerMinute: 60, planhatPerMinute: 6000 }, profiles: { acme: {}, globex: {} } },
    )
    await place.run('each', '--', 'index', 'pull')
    const running = startCommand(['each', '--jobs', '2', '--', 'backfill', '--since', '26w', '--dry-run'], {
      cwd: place.folder,
      env: place.env,
    })
    await running.until(/\[acme\] .*transcripts? (is|are) to be asked for/)
    running.child.kill('SIGTERM')
    const end = await running.ended
    expect(end.exitCode).toBe(143)
    expect(end.stderr).toContain('[acme] Stopping')
  })

  it('says nothing of an error where all ended well by being stopped', async () => {
    const acme = await useSandbox(SMALL)
    const tokens = { ACME_AIRCALL_WEBHOOK_TOKEN: 'a-token-of-thirty-two-characters' }
    const place = useWorkplace({ ...envOf('acme', acme), ...tokens }, { profiles: { acme: {} } })
    const listeners = ['each', '--json', '--', 'listen', '--port', '0', '--reconcile', '0']
    const running = startCommand(listeners, { cwd: place.folder, env: place.env })
    await running.until(/^\[acme\] Listening on /m)
    running.child.kill('SIGTERM')
    const { exitCode, stdout, stderr } = await running.ended
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject([{ profile: 'acme', exitCode: 0, result: null }])
    expect(stderr).not.toContain('Error')
  })
})

describe('the environment of one tenant', () => {
  const all = {
    PATH: '/bin',
    AIRCALL_API_ID: 'shared',
    AIRCALL_API_TOKEN: 'shared',
    PLANHAT_API_TOKEN: 'shared',
    ACME_AIRCALL_API_ID: 'a',
    ACME_AIRCALL_API_TOKEN: 'a',
    ACME_PLANHAT_API_TOKEN: 'a',
    ACME_EU_AIRCALL_API_ID: 'b',
    ACME_EU_PLANHAT_API_TOKEN: 'b',
    ACME_EU_AIRCALL_WEBHOOK_TOKEN: 'b',
  }

  it('holds its own keys and no other’s', () => {
    const env = environmentOfTenant(all, '/nonexistent/.env', 'acme')
    expect(Object.keys(env).sort()).toEqual(
      [
        'ACME_AIRCALL_API_ID',
        'ACME_AIRCALL_API_TOKEN',
        'ACME_PLANHAT_API_TOKEN',
        'AIRCALL_SYNC_WITHOUT_DOT_ENV',
        'PATH',
      ].sort(),
    )
  })

  it('holds the keys without a prefix where it has none of its own', () => {
    const env = environmentOfTenant(all, '/nonexistent/.env', 'globex')
    expect(Object.values(env).sort()).toEqual(['/bin', '1', 'shared', 'shared', 'shared'])
  })
})
