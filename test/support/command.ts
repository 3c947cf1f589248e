/**
 * Runs the built command as a stranger would: its own process, an empty home,
 * nothing of this machine's environment.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

export interface CommandResult {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Given to stdin, which is then closed. */
  readonly input?: string
  /** A program before the command, such as `['bash', '-c', 'ulimit -f 8; exec "$@"', 'bash']`. */
  readonly under?: readonly string[]
}

/** Never a terminal: stdin, stdout and stderr are pipes. */
export async function runCommand(args: readonly string[], o: CommandOptions): Promise<CommandResult> {
  const [program, ...rest] = [...(o.under ?? []), process.execPath, BIN, ...args]
  const child = spawn(program as string, rest, {
    cwd: o.cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: o.cwd, ...o.env },
    stdio: 'pipe',
  })
  const out = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(o.input ?? '')
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, ...out }))
  })
}

export interface Workplace {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  path(name: string): string
  write(name: string, text: string | Uint8Array): string
  run(...args: readonly string[]): Promise<CommandResult>
  /** Runs with `--json` and parses stdout, which must hold nothing else. */
  json(...args: readonly string[]): Promise<CommandResult & { readonly body: unknown }>
}

/** A folder with a configuration whose pacing does not slow a test, gone when the test is over. */
export function useWorkplace(
  env: Readonly<Record<string, string>> = {},
  config: Readonly<Record<string, unknown>> = {},
): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'aircall-sync-e2e-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return createWorkplace(folder, env, config)
}

/** The same without a test around it, for a folder that several tests share. */
export function createWorkplace(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  config: Readonly<Record<string, unknown>> = {},
): Workplace {
  const limits = { aircallPerMinute: 100_000, planhatPerMinute: 100_000 }
  const path = (name: string) => join(folder, name)
  const write = (name: string, text: string | Uint8Array) => {
    // Whatever the umask: a configuration that others can write is refused.
    writeFileSync(path(name), text, { mode: 0o644 })
    return path(name)
  }
  write('aircall-sync.config.json', JSON.stringify({ limits, ...config }))
  const whole = { AIRCALL_SYNC_STATE_DIR: path('state'), ...env }
  const run = (...args: readonly string[]) => runCommand(args, { cwd: folder, env: whole })
  const json = async (...args: readonly string[]) => {
    const result = await run(...args, '--json')
    return { ...result, body: JSON.parse(result.stdout) as unknown }
  }
  return { folder, env: whole, path, write, run, json }
}
