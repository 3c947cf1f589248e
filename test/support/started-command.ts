import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const RUN = join(root, 'bin/run.js')

/** The Node that `npm ci` put beside the program; a test may run under another one. */
export const PINNED_NODE = join(
  dirname(createRequire(import.meta.url).resolve('node/package.json')),
  'bin/node',
)

export interface CommandResult {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly node?: string
  readonly input?: string
}

/** A built command that runs; killed when the test is over. */
export interface RunningCommand {
  readonly child: ChildProcess
  /** What it has printed so far. */
  readonly output: { stdout: string; stderr: string }
  readonly ended: Promise<CommandResult>
  /** Resolves once stdout and stderr together contain this; rejects when it ends before. */
  until(text: string | RegExp): Promise<void>
}

/** Starts `bin/run.js` with an environment of only what is given, PATH and HOME. */
export function startCommand(args: readonly string[], o: CommandOptions = {}): RunningCommand {
  const child = spawn(o.node ?? PINNED_NODE, [RUN, ...args], {
    cwd: o.cwd ?? root,
    env: { PATH: process.env['PATH'] ?? '', HOME: o.cwd ?? root, NO_COLOR: '1', ...o.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdin.on('error', () => {})
  child.stdin.end(o.input ?? '')
  const output = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
      for (const look of waiting) look()
    })
  }
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, ...output }))
  })
  const until = (text: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        const all = output.stdout + output.stderr
        if (typeof text === 'string' ? !all.includes(text) : !text.test(all)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
      void ended.then((end) => reject(new Error(`ended before "${text}": ${JSON.stringify(end)}`)))
    })
  return { child, output, ended, until }
}

/** Runs the built command to its end. */
export function runCommand(args: readonly string[], o: CommandOptions = {}): Promise<CommandResult> {
  return startCommand(args, o).ended
}
