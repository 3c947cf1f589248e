/** What the machine around the built command may be like. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { useWorkplace } from '../support/command.ts'
import { startCommand } from '../support/started-command.ts'

/** A user id that the system does not know, for the whole process: what `docker run --user 12345` gives. */
const UNKNOWN_USER = [
  "import os from 'node:os'",
  "import { syncBuiltinESMExports } from 'node:module'",
  "const fail = (name) => () => { throw new Error('A system error occurred: uv_' + name + ' returned ENOENT') }",
  'const ask = os.homedir',
  "os.homedir = () => process.env.HOME ? ask() : fail('os_homedir')()",
  "os.userInfo = fail('os_get_passwd')",
  'syncBuiltinESMExports()',
].join(';')

describe('a user without a home', () => {
  const useHomeless = (env: Record<string, string>) => {
    const place = useWorkplace({ HOME: '', ...env })
    const NODE_OPTIONS = `--import=${place.write('unknown-user.mjs', UNKNOWN_USER)}`
    return useWorkplace({ HOME: '', NODE_OPTIONS, ...env })
  }

  it('is told to name a state folder, with 7 and no stack', async () => {
    const place = useHomeless({ AIRCALL_SYNC_STATE_DIR: '' })
    const { exitCode, stdout, stderr } = await place.run('runs')
    expect([exitCode, stdout]).toEqual([7, ''])
    expect(stderr).toContain('NO_HOME')
    expect(stderr).toContain('--state-dir DIR')
    expect(stderr).not.toContain('at ')
  })

  it('works with a state folder, and is named by its id', async () => {
    const place = useHomeless({ AIRCALL_SYNC_STATE_DIR: '' })
    const stateDir = place.path('state')
    const { exitCode, stderr } = await place.run('runs', '--state-dir', stateDir)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect((await place.run('--version')).exitCode).toBe(0)
  })
})

/** A Node that cannot run the program itself: it re-starts it under the pinned one. */
const OLD_NODE = '/usr/bin/node'

it.skipIf(!existsSync(OLD_NODE))(
  'a program that was re-started under another Node ends with the process that did it, also after kill -9',
  async () => {
    const place = useWorkplace()
    const command = startCommand(['sandbox', '--port', '0', '--calls', '1'], {
      cwd: place.folder,
      env: place.env,
      node: OLD_NODE,
    })
    await command.until(/127\.0\.0\.1:\d+/)
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(command.output.stdout + command.output.stderr)?.[1])
    const connection = connect(port, '127.0.0.1')
    await once(connection, 'connect')
    connection.on('error', () => undefined)
    command.child.kill('SIGKILL')
    await once(connection, 'close')
    const { signal } = await command.ended
    expect(signal).toBe('SIGKILL')
  },
)
