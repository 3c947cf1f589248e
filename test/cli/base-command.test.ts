import { Flags } from '@oclif/core'
import { captureOutput } from '@oclif/test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BaseCommand } from '../../src/cli/base-command.ts'
import { EXIT } from '../../src/cli/exit-code.ts'
import { FatalError, LockedError, RefusedError, RetryableError, UsageError } from '../../src/errors.ts'

const root = new URL('../..', import.meta.url).pathname

/** Does what the test says. */
let act: (command: Probe) => unknown
class Probe extends BaseCommand<typeof Probe> {
  static override id = 'probe'
  static override flags = { since: Flags.string(), count: Flags.integer() }
  async run(): Promise<unknown> {
    return act(this)
  }
  get stopSignal() {
    return this.signal
  }
  done(result: object, o: { text?: string; exitCode?: number } = {}) {
    return this.finish(result, o)
  }
  read() {
    return this.settings()
  }
  logger() {
    return this.createLog()
  }
}

async function run(
  argv: string[],
  doing: (command: Probe) => unknown = (command) => command.done({ fine: true }),
) {
  act = doing
  const { stdout, stderr } = await captureOutput(() => Probe.run(argv, { root }))
  return { stdout, stderr, exitCode: process.exitCode }
}

beforeEach(() => vi.stubEnv('NODE_ENV', 'production'))
afterEach(() => {
  process.exitCode = undefined
  vi.unstubAllEnvs()
})

const fail = (error: unknown) => () => {
  throw error
}

describe('ending', () => {
  it('prints the text alone', async () => {
    const ended = await run([], (command) => command.done({ a: 1 }, { text: 'all well' }))
    expect(ended).toEqual({ stdout: 'all well\n', stderr: '', exitCode: 0 })
  })

  it('prints the result and only it under --json', async () => {
    const { stdout, exitCode } = await run(['--json'], (command) => {
      command.log('chatter')
      return command.done({ a: 1 }, { text: 'all well', exitCode: EXIT.someFailed })
    })
    expect(JSON.parse(stdout)).toEqual({ a: 1 })
    expect(exitCode).toBe(3)
  })

  it.each([
    [new UsageError('TIME_FORMAT', 'm'), 2],
    [new RetryableError('HTTP_5XX', 'm'), 5],
    [new RefusedError('GUARD', 'm'), 6],
    [new FatalError('PLANHAT_AUTH', 'm'), 7],
    [new LockedError('LOCKED', 'm'), 11],
  ])('turns %s into its exit code, with the code on stderr', async (error, exitCode) => {
    const ended = await run([], fail(error))
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.stdout).toBe('')
    expect(ended.stderr).toMatch(new RegExp(`(Code: |\\()${error.code}`))
  })

  it('prints what failed, and what to try', async () => {
    const error = new FatalError('PLANHAT_AUTH', 'Planhat refused the token (401).', {
      suggestions: ['one', 'two'],
    })
    const { stderr } = await run([], fail(error))
    expect(stderr).toBe(
      'Error: Planhat refused the token (401).\nCode: PLANHAT_AUTH\nTry this: one\n          two\n',
    )
  })

  it('puts the whole failure on stdout under --json', async () => {
    const { stdout, stderr } = await run(
      ['--json'],
      fail(new RefusedError('GUARD', 'no', { suggestions: ['--allow x'] })),
    )
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'GUARD', message: 'no', suggestions: ['--allow x'], exitCode: 6 },
    })
    expect(stderr).toBe('')
  })

  it('calls an unknown throw its own defect, without a stack trace', async () => {
    const { stderr, exitCode } = await run([], fail(new TypeError('x is not a function')))
    expect(exitCode).toBe(1)
    expect(stderr).toContain('This is a defect of aircall-sync: TypeError: x is not a function')
    expect(stderr).toContain('Code: UNEXPECTED')
    expect(stderr).not.toContain(' at ')
  })

  it('says that the folder in which it was started is gone', async () => {
    const gone = Object.assign(new Error('ENOENT: process.cwd failed'), { code: 'ENOENT', syscall: 'uv_cwd' })
    const { stderr, exitCode } = await run([], fail(gone))
    expect(exitCode).toBe(2)
    expect(stderr).toContain('The folder in which this was started is not there any more.\nCode: FOLDER_GONE')
  })

  it('shows the stack trace with --verbose', async () => {
    const { stderr } = await run(['--verbose'], fail(new TypeError('x')))
    expect(stderr).toMatch(/ {4}at .*base-command\.test/)
  })

  it('survives a throw that is no error', async () => {
    const { stderr, exitCode } = await run([], fail('just a text'))
    expect(exitCode).toBe(1)
    expect(stderr).toContain('just a text')
  })
})

describe('usage', () => {
  it.each([['--bogus'], ['--count', 'many'], ['surplus'], ['--since']])(
    'answers %s %s with exit code 2',
    async (...argv) => {
      const { stderr, exitCode } = await run(argv)
      expect(exitCode).toBe(2)
      expect(stderr).toContain('Code: USAGE')
      expect(stderr).toContain('Try this: aircall-sync probe --help')
    },
  )

  it('answers a wrong flag in JSON too', async () => {
    const { stdout, exitCode } = await run(['--json', '--bogus'])
    expect(exitCode).toBe(2)
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'USAGE',
      exitCode: 2,
      message: 'Nonexistent flag: --bogus',
    })
  })
})

describe('being stopped', () => {
  const stopAndGoOn = (name: 'SIGINT' | 'SIGTERM') => (command: Probe) => {
    process.emit(name)
    command.stopSignal.throwIfAborted()
  }

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends %s with %i and the command that continues', async (name, code) => {
    const { stderr, exitCode } = await run(['--since', "it's"], stopAndGoOn(name))
    expect(exitCode).toBe(code)
    expect(stderr).toContain('Stopping after the request in flight.')
    expect(stderr).toContain('Code: INTERRUPTED')
    expect(stderr).toContain(`Try this: aircall-sync probe --since 'it'\\''s'`)
  })

  it('says so in JSON', async () => {
    const { stdout } = await run(['--json'], stopAndGoOn('SIGTERM'))
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'INTERRUPTED', exitCode: 143 })
  })

  it('is not taken for well done when the work had a result to give', async () => {
    const { stdout, exitCode } = await run(['--json'], (command) => {
      process.emit('SIGINT')
      return command.done({ partial: true })
    })
    expect(exitCode).toBe(130)
    expect(JSON.parse(stdout)).toEqual({ partial: true })
  })

  it('leaves no listener behind', async () => {
    const before = process.listenerCount('SIGINT')
    await run([])
    await run([], fail(new Error('x')))
    expect(process.listenerCount('SIGINT')).toBe(before)
  })

  it('keeps a real error of the same moment in sight', async () => {
    const { exitCode, stderr } = await run([], () => {
      process.emit('SIGINT')
      throw new FatalError('DISK_FULL', 'The disk is full.')
    })
    expect(exitCode).toBe(7)
    expect(stderr).toContain('DISK_FULL')
  })
})

describe('privacy', () => {
  it('hides credentials and masks numbers in whatever is printed', async () => {
    vi.stubEnv('PLANHAT_API_TOKEN', 'very-secret-token')
    const { stderr } = await run([], (command) => {
      command.read()
      command.logger().info('calling +1 202-555-0143 with very-secret-token')
      throw new Error('Bearer very-secret-token refused for +12025550143')
    })
    expect(stderr).not.toContain('very-secret-token')
    expect(stderr).not.toMatch(/555-?0143/)
    expect(stderr).toContain('…43')
  })

  it('shows numbers with --reveal', async () => {
    const { stderr } = await run(['--reveal'], (command) => {
      command.logger().info('calling +12025550143')
      return command.done({})
    })
    expect(stderr).toContain('+12025550143')
  })
})
