import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants, homedir, userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const MINIMUM = [22, 20]

/** Set for a program that was re-started under another Node. */
const RESTARTED = 'AIRCALL_SYNC_RESTARTED'

/** The home of users who have none, as Debian calls it; src/config/state-dir.ts makes nothing there. */
const NO_HOME = '/nonexistent'

/**
 * True when this Node can run the program. Otherwise the program is started again under the Node
 * that `npm ci` put beside it, or one line says what to install. Written for any Node since 14.
 */
export function ensureRuntime() {
  if (isSupported(process.versions.node)) {
    quietSqliteNotice()
    endWithParent()
    standInForUser()
    boundNewSpace()
    return true
  }
  const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
  const name = process.platform === 'win32' ? `${pinned}.exe` : pinned
  if (existsSync(name)) restart(name)
  else {
    const need = MINIMUM.join('.')
    console.error(
      `aircall-sync needs Node ${need} or later; this is ` +
        `${process.versions.node}. Install Node 24 LTS and run it again.`,
    )
    process.exitCode = 7
  }
  return false
}

function isSupported(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])
}

function restart(node) {
  // The channel carries nothing: that it closes tells the child that this process is gone, however it ended.
  const child = spawn(node, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [RESTARTED]: '1' },
  })
  // The terminal sends Ctrl-C to the whole group: the child handles it, this parent waits for it.
  const forward = (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => forward(signal))
  child.on('error', (error) => {
    console.error(`aircall-sync could not start ${node}: ${error.message}`)
    process.exitCode = 7
  })
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0))
  })
}

/** A parent that was killed (`kill -9`, out of memory) can pass nothing on: its child stops as after SIGTERM. */
function endWithParent() {
  if (process.env[RESTARTED] === undefined) return
  // Not for the programs that this one starts.
  delete process.env[RESTARTED]
  const stop = () => process.kill(process.pid, 'SIGTERM')
  if (!process.connected) {
    stop()
    return
  }
  process.on('disconnect', stop)
  // Listening alone would keep the process from ending by itself.
  process.channel.unref()
}

/**
 * oclif asks for a home folder and a shell at once: who is unknown to the
 * system (`docker run --user 12345`) has neither.
 */
function standInForUser() {
  if (!knows(homedir)) process.env.HOME = NO_HOME
  if (process.env.SHELL === undefined && !knows(userInfo)) process.env.SHELL = '/bin/sh'
}

function knows(ask) {
  try {
    ask()
    return true
  } catch {
    return false
  }
}

/** Node 22 and 24 announce on stderr that node:sqlite is young; cron would mail that every night. */
function quietSqliteNotice() {
  const emit = process.emitWarning
  process.emitWarning = (warning, ...rest) => {
    const text = typeof warning === 'string' ? warning : warning.message
    if (!text.startsWith('SQLite is an experimental feature')) emit.call(process, warning, ...rest)
  }
}

/** Two halves of 16 MB, where Node 22 stops by itself. */
const NEW_SPACE_BYTES = 32 * 1024 * 1024
const LOOK_MS = 100

/**
 * V8 keeps new objects in a space of their own, which Node 24 lets grow to 128 MB in a long run. Getting that
 * memory from the system costs more than it saves: beyond 32 MB a run takes a tenth longer and 100 MB more.
 */
function boundNewSpace() {
  const timer = setInterval(() => {
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
    if (space !== undefined && space.space_size < NEW_SPACE_BYTES) return
    clearInterval(timer)
    // V8 reads this one whenever the space would grow; where it no longer has such a space, it is left alone.
    if (space !== undefined) setFlagsFromString('--semi-space-growth-factor=1')
  }, LOOK_MS)
  timer.unref()
}
