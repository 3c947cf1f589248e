import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts'
import { PINNED_NODE, runCommand, startCommand } from '../support/started-command.ts'

const DAY_MS = 86_400_000
/** A Node that cannot run the program itself: it re-starts it under the pinned one. */
const OLD_NODE = '/usr/bin/node'
const oldNode = existsSync(OLD_NODE) ? OLD_NODE : PINNED_NODE

interface Place {
  readonly sandbox: Sandbox
  readonly options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }
  setLimit(aircallPerMinute: number): void
}

/** A sandbox at the present time and a folder of its own, with the index pulled. */
async function usePlace(sandboxOptions: Partial<SandboxOptions> = {}): Promise<Place> {
  const limits = { aircallRpm: null, planhatRpm: null }
  const sandbox = await startSandbox({ nowMs: Date.now(), ...limits, ...sandboxOptions })
  onTestFinished(() => sandbox.stop())
  const cwd = mkdtempSync(join(tmpdir(), 'aircall-sync-e2e-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  const setLimit = (aircallPerMinute: number) =>
    writeFileSync(
      join(cwd, 'aircall-sync.config.json'),
      JSON.stringify({ limits: { aircallPerMinute, planhatPerMinute: 60_000 } }),
    )
  setLimit(60_000)
  const options = { cwd, env: { ...sandbox.env, AIRCALL_SYNC_STATE_DIR: join(cwd, 'state') } }
  expect((await runCommand(['index', 'pull'], options)).exitCode).toBe(0)
  return { sandbox, options, setLimit }
}

const pagesAsked = ({ sandbox }: Place) => sandbox.log.filter(({ path }) => path === '/v1/calls')

describe.each([
  ['the pinned Node', PINNED_NODE],
  ['an old Node, which re-starts the program', oldNode],
])('stopping a backfill under %s', (_name, node) => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s keeps what is here, prints the command that goes on, and exits %i',
    async (signal, code) => {
      const place = await usePlace({ calls: 1_500, endUsers: 50 })
      place.setLimit(300)
      const args = ['backfill', '--since', '60d', '--dry-run', '--no-transcripts']
      const run = startCommand(args, { ...place.options, node })
      await run.until(/Aircall reports/)
      run.child.kill(signal)
      const { exitCode, stderr } = await run.ended
      expect(exitCode).toBe(code)
      expect(stderr).toContain(`Stopped by ${signal}. The state is saved; running again continues.`)
      expect(stderr).toContain('Try this: aircall-sync backfill --since 60d --dry-run --no-transcripts')
      const had = pagesAsked(place).length
      place.setLimit(60_000)
      const again = await runCommand([...args, '--json'], { ...place.options, node })
      expect(again.exitCode).toBe(0)
      expect(again.stderr).toContain('Continuing the read that began')
      expect(JSON.parse(again.stdout).calls.read).toBe(1_500)
      expect(pagesAsked(place).length).toBeLessThanOrEqual(30 + 3)
      expect(had).toBeLessThan(30)
    },
    60_000,
  )
})

describe('a second Ctrl-C', () => {
  it('stops at once, also while an answer is being waited for', async () => {
    const place = await usePlace({
      calls: 500,
      endUsers: 50,
      faults: { rates: { slow: 1 }, only: 'aircall', slowMs: 20_000 },
    })
    const run = startCommand(['backfill', '--since', '60d', '--dry-run'], place.options)
    await run.until('PLAN ONLY')
    await new Promise((resolve) => setTimeout(resolve, 500))
    run.child.kill('SIGINT')
    await run.until('Stopping after the request in flight')
    await new Promise((resolve) => setTimeout(resolve, 600))
    const pressed = performance.now()
    run.child.kill('SIGINT')
    expect((await run.ended).exitCode).toBe(130)
    expect(performance.now() - pressed).toBeLessThan(10_000)
  }, 60_000)
})

describe('the lock', () => {
  it('lets one run in at a time, says who and since when, and is free after kill -9', async () => {
    const place = await usePlace({ calls: 1_500, endUsers: 50 })
    // Slow enough to be still at it when the other two have started, also on a busy machine.
    place.setLimit(40)
    const args = ['backfill', '--since', '60d', '--dry-run', '--no-transcripts']
    const first = startCommand(args, place.options)
    await first.until('Aircall reports')
    const refused = await runCommand(args, place.options)
    expect(refused.exitCode).toBe(11)
    expect(refused.stderr).toMatch(
      new RegExp(`held by pid ${first.child.pid} \\(backfill\\) since 20\\d\\d-`),
    )
    const json = await runCommand([...args, '--json'], { ...place.options, node: oldNode })
    expect(json.exitCode).toBe(11)
    expect(JSON.parse(json.stdout).error).toMatchObject({ code: 'LOCKED', exitCode: 11 })
    first.child.kill('SIGKILL')
    await first.ended
    place.setLimit(60_000)
    expect((await runCommand(args, place.options)).exitCode).toBe(0)
  }, 60_000)
})

describe('kill -9', () => {
  it('at random points, then one run to the end, leaves Planhat as an undisturbed run does', async () => {
    const world = { calls: 400, endUsers: 80, nowMs: Date.now(), switches: { matureCalls: false } }
    const range = [
      '--since',
      new Date(world.nowMs - 61 * DAY_MS).toISOString(),
      '--until',
      new Date(world.nowMs).toISOString(),
    ]
    const args = ['backfill', ...range, '--apply', '--allow', 'one-end-user', '--json']
    const calm = await usePlace(world)
    const whole = await runCommand(args, calm.options)
    expect(whole.exitCode).toBe(0)

    const broken = await usePlace(world)
    for (const [limit, afterMs] of [
      [600, 1_500],
      [2_400, 2_500],
      [6_000, 3_500],
    ] as const) {
      broken.setLimit(limit)
      const run = startCommand(args, broken.options)
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      run.child.kill('SIGKILL')
      await run.ended
    }
    broken.setLimit(60_000)
    const last = await runCommand(args, broken.options)
    expect(last.exitCode).toBe(0)
    expect(JSON.parse(last.stdout).calls).toEqual(JSON.parse(whole.stdout).calls)
    expect(recordsOf(calm).length).toBeGreaterThan(200)
    expect(recordsOf(broken)).toEqual(recordsOf(calm))
    const ready = broken.sandbox.log.filter(
      ({ path, status }) => path.endsWith('/transcription') && status === 200,
    )
    const twice = ready.length - new Set(ready.map(({ path }) => path)).size
    expect(twice).toBeLessThanOrEqual(3 * 8 + JSON.parse(last.stdout).transcripts.none * 3)
    // At each kill one page and the four in flight, and what was too young to be settled: never the whole list again.
    expect(pagesAsked(broken).length).toBeLessThanOrEqual(8 + 3 * (1 + 4) + 3)
  }, 90_000)
})

/** Without what differs by the moment of the write. */
function recordsOf({ sandbox }: Place) {
  return [...sandbox.planhat.conversations.values()]
    .map(({ _id, createDate, updatedAt, ...rest }: Record<string, unknown>) => rest)
    .sort((a, b) => String(a['externalId']).localeCompare(String(b['externalId'])))
}
