import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const PEAK = fileURLToPath(new URL('peak.js', import.meta.url))

export interface Measured {
  readonly ms: number
  readonly cpuMs: number
  readonly peakMb: number
  readonly stdout: string
}

/** Runs a Node script in a process of its own and measures time and peak memory. @throws when it fails. */
export async function measure(args: readonly string[], env: Record<string, string> = {}): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-bench-'))
  const file = join(folder, 'peak.json')
  try {
    const start = performance.now()
    const child = spawn(process.execPath, ['--import', PEAK, ...args], {
      cwd: root,
      env: { ...process.env, ...env, BENCH_PEAK_FILE: file },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { stdout, stderr, code } = await collect(child)
    const ms = performance.now() - start
    if (code !== 0)
      throw new Error(`${args.join(' ')} ended with ${code}: ${stderr.slice(-2000)}${stdout.slice(-500)}`)
    return { ms: Math.round(ms), stdout, ...JSON.parse(readFileSync(file, 'utf8')) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function collect(child: ChildProcess): Promise<{ stdout: string; stderr: string; code: number | null }> {
  const out = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ ...out, code }))
  })
}

/** The built sandbox in a process of its own, without limits. Gives the environment that leads to it. */
export async function startSandboxProcess(
  calls: number,
): Promise<{ env: Record<string, string>; stop(): void }> {
  const args = [
    'bin/run.js',
    'sandbox',
    '--json',
    '--calls',
    String(calls),
    '--days',
    '60',
    '--end-users',
    '400',
  ]
  const child = spawn(process.execPath, [...args, '--aircall-rpm', '0', '--planhat-rpm', '0'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const env = await new Promise<Record<string, string>>((resolve, reject) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.trimEnd().endsWith('}')) resolve(JSON.parse(text))
    })
    child.on('exit', () => reject(new Error('the sandbox did not start')))
  })
  return { env, stop: () => void child.kill('SIGTERM') }
}

export function ratio(of: number, to: number): number {
  return Math.round((of / to) * 100) / 100
}
