import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { BIN, useWorkplace, type Workplace } from '../support/command.ts'
import { useSandbox } from '../support/sandbox.ts'
import { PINNED_NODE } from '../support/started-command.ts'

const SCRIPT = '/usr/bin/script'
const ESCAPE = '\u001b'

/** Runs the built command on a pseudo-terminal of 80 columns; `react` sees all that was printed so far. */
async function onTerminal(
  { folder, env }: Workplace,
  args: readonly string[],
  react: (screen: string, type: (keys: string) => void) => void = () => {},
): Promise<{ screen: string; exitCode: number | null }> {
  const command = ['stty cols 80 rows 24;', 'exec', PINNED_NODE, BIN, ...args].join(' ')
  const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    stdio: 'pipe',
  })
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    react(screen, (keys) => void child.stdin.write(keys))
  })
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { screen: screen.replaceAll('\r', ''), exitCode }
}

/** Answers a question once. */
function answer(question: string, keys: string): (screen: string, type: (keys: string) => void) => void {
  let answered = false
  return (screen, type) => {
    if (answered || !screen.includes(question)) return
    answered = true
    type(keys)
  }
}

const widest = (text: string) =>
  Math.max(
    ...text
      .split('\n')
      .filter((line) => !/ \/|aircall-sync /.test(line))
      .map((line) => line.length),
  )

// util-linux' script makes the pseudo-terminal; it is on every Debian and Ubuntu.
describe.skipIf(!existsSync(SCRIPT))('on a terminal', { timeout: 60_000 }, () => {
  let place: Workplace
  const setUp = async (config: Readonly<Record<string, unknown>> = {}) => {
    const sandbox = await useSandbox({ calls: 40, endUsers: 30, nowMs: Date.now() })
    place = useWorkplace(sandbox.env, config)
    expect((await place.run('index', 'pull')).exitCode).toBe(0)
  }

  beforeAll(() => expect(existsSync(BIN)).toBe(true))

  it('a backfill asks after the plan, and writes only after a yes', async () => {
    await setUp()
    const no = await onTerminal(place, ['backfill', '--since', '90d'], answer('[y/N]', 'n\n'))
    expect(no.exitCode).toBe(0)
    expect(no.screen).toContain('A plan first: nothing is sent to Planhat before you say so.')
    expect(no.screen.trimEnd()).toMatch(/PLAN ONLY: nothing was sent to Planhat\.\S*$/)
    expect(no.screen).toContain('aircall-sync apply ')
    const yes = await onTerminal(place, ['backfill', '--since', '90d'], answer('[y/N]', 'y\n'))
    expect(yes.exitCode).toBe(0)
    expect(yes.screen).toMatch(/ created +[1-9]/)
    expect(yes.screen).not.toContain('PLAN ONLY')
  })

  it('shows colour, and with NO_COLOR none, nor a bar, nor a line wider than 80 columns', async () => {
    await setUp()
    const plan = ['backfill', '--since', '90d', '--dry-run']
    expect((await onTerminal(place, plan)).screen).toContain(`${ESCAPE}[`)
    const plain = await onTerminal({ ...place, env: { ...place.env, NO_COLOR: '1' } }, plan)
    expect(plain.exitCode).toBe(0)
    expect(plain.screen).not.toContain(ESCAPE)
    expect(widest(plain.screen)).toBeLessThanOrEqual(80)
  })

  it('breaks errors and what to try between words', async () => {
    await setUp()
    const env = { ...place.env, AIRCALL_API_TOKEN: '' }
    const { screen, exitCode } = await onTerminal({ ...place, env }, ['backfill', '--since', '9d'])
    expect(exitCode).toBe(7)
    expect(screen).toContain('AIRCALL_CREDENTIALS')
    expect(widest(screen)).toBeLessThanOrEqual(80)
    expect(Math.max(...screen.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('stops at Ctrl-C with 130, and says how to go on', async () => {
    await setUp({ limits: { aircallPerMinute: 60, planhatPerMinute: 60 } })
    const stopped = await onTerminal(
      place,
      ['backfill', '--since', '90d', '--dry-run'],
      answer('transcripts:', '\u0003'),
    )
    expect(stopped.exitCode).toBe(130)
    expect(stopped.screen).toContain('The state is saved')
    expect(stopped.screen).toContain('aircall-sync backfill --since 90d --dry-run')
  })
})

describe('in a pipe', { timeout: 60_000 }, () => {
  it('there is no colour, no bar and no cursor code, and the result alone is on stdout', async () => {
    const sandbox = await useSandbox({ calls: 40, endUsers: 30, nowMs: Date.now() })
    const place = useWorkplace(sandbox.env)
    await place.run('index', 'pull')
    const plan = await place.run('backfill', '--since', '90d')
    expect(plan.exitCode).toBe(0)
    expect(plan.stdout + plan.stderr).not.toContain(ESCAPE)
    expect(plan.stderr).toContain('PLAN ONLY: nothing will be sent to Planhat.')
    expect(plan.stdout).toMatch(/^Calls from .*\nPLAN ONLY: nothing was sent to Planhat\.\n/)
    expect(plan.stdout.endsWith('PLAN ONLY: nothing was sent to Planhat.\n')).toBe(true)
    expect(widest(plan.stdout)).toBeLessThanOrEqual(80)
  })
})
