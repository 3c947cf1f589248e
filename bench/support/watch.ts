import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './child.ts'

/** How a run is ended from outside. */
export interface Stop {
  readonly afterMs: number
  readonly signal: 'SIGKILL' | 'SIGINT'
}

export interface Ending {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface WatchOptions {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** The request that the server saw last. */
  readonly lastServed: () => object | undefined
  readonly stop?: Stop | undefined
}

/** Longer than any pause without a 429: the longest between two tries is 38 s. */
const STILL_MS = 90_000
const LOOK_MS = 1_000

/** Runs the built command. @throws when it asks for nothing for so long that it must stand still. */
export async function runUnderWatch(
  args: readonly string[],
  { folder, env, lastServed, stop }: WatchOptions,
): Promise<Ending> {
  const child = spawn(process.execPath, [join(root, 'bin/run.js'), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      out[name] += text
    })
  const stopper = stop && setTimeout(() => child.kill(stop.signal), stop.afterMs)
  let isStill = false
  let seen = { last: lastServed(), atMs: performance.now() }
  const watch = setInterval(() => {
    if (lastServed() !== seen.last) seen = { last: lastServed(), atMs: performance.now() }
    isStill = performance.now() - seen.atMs > STILL_MS
    if (isStill) child.kill('SIGKILL')
  }, LOOK_MS)
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  clearTimeout(stopper)
  clearInterval(watch)
  if (isStill) throw new Error(`${args.join(' ')} stood still: ${out.stderr.slice(-2_000)}`)
  return { exitCode, ...out }
}
