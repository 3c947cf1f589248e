import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { closest } from 'fastest-levenshtein'
import pLimit from 'p-limit'
import { listProfiles, loadSettings, type SettingsFlags } from '../config/settings.ts'
import { environmentOfTenant } from '../config/tenant-environment.ts'
import type { Environment } from '../config/variables.ts'
import type { Clock } from '../domain.ts'
import { SyncError, UsageError } from '../errors.ts'
import { createLinePrefixer } from '../report/live/prefix.ts'

export interface EachRequest {
  /** Names of profiles; null for all of the configuration. */
  readonly only: readonly string[] | null
  /** How many at a time. */
  readonly jobs: number
  /** The command and its arguments; `{profile}` in one of them stands for the name. */
  readonly command: readonly string[]
  /** `--json`: each prints its result as JSON, and nothing of it is shown. */
  readonly json: boolean
}

/** The world of this process, for those that it starts. */
export interface EachWorld {
  readonly flags: SettingsFlags
  readonly env: Environment
  readonly cwd: string
  /** Program and leading arguments that start this very command line tool. */
  readonly program: readonly [string, ...string[]]
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

export interface EachResult {
  readonly profile: string
  readonly exitCode: number
  readonly seconds: number
  /** What the command printed with `--json`; null where it printed none. */
  readonly result: unknown
}

/** docs/contract.md section 13: the first of these that one of them ended with. */
const WORST_FIRST = [1, 2, 7, 6, 3, 5, 4, 11, 130, 143]

/** After a stop every process ends within half a minute; one that does not is ended. */
const STOP_MS = 30_000
/** As large as a result may be; what prints more prints no result. */
const LARGEST_RESULT = 64 * 1024 * 1024

/**
 * Runs a command once for every profile, each in a process of its own with that tenant's
 * credentials alone. All are checked before the first one starts; one that fails stops no other.
 * @throws UsageError EACH_NO_PROFILES, EACH_UNKNOWN_PROFILE, EACH_COMMAND
 */
export async function runEach(world: EachWorld, request: EachRequest): Promise<EachResult[]> {
  if (request.command.length === 0 || request.command[0] === 'each') {
    throw new UsageError('EACH_COMMAND', 'There is no command to run for each profile.', {
      suggestions: ['aircall-sync each -- reconcile --since 7d --fix'],
    })
  }
  const profiles = chooseProfiles(world, request.only)
  const refused = new Map(profiles.map((profile) => [profile, checkProfile(world, profile)]))
  const limit = pLimit(request.jobs)
  return Promise.all(
    profiles.map((profile) => {
      const failure = refused.get(profile) ?? null
      return failure === null ? limit(() => runOne(world, request, profile)) : refuse(world, profile, failure)
    }),
  )
}

export function exitCodeOfAll(results: readonly EachResult[]): number {
  const codes = new Set(results.map(({ exitCode }) => exitCode))
  return WORST_FIRST.find((code) => codes.has(code)) ?? Math.max(0, ...codes)
}

function chooseProfiles(world: EachWorld, only: EachRequest['only']): readonly string[] {
  const all = listProfiles(world)
  if (all.length === 0) {
    throw new UsageError('EACH_NO_PROFILES', 'The configuration has no profiles.', {
      suggestions: ['add a section for each tenant under "profiles": see docs/operations.md'],
    })
  }
  if (only === null) return all
  // As where a variable in it is empty: a night that does nothing must not look like one that went well.
  if (only.length === 0) {
    throw new UsageError('EACH_UNKNOWN_PROFILE', '--only names no profile.', {
      suggestions: [`name some of ${all.join(', ')}`, 'leave out --only for all of them'],
    })
  }
  for (const name of only) {
    if (all.includes(name)) continue
    throw new UsageError('EACH_UNKNOWN_PROFILE', `The configuration has no profile "${name}".`, {
      suggestions: [`did you mean ${closest(name, all)}?`],
    })
  }
  return [...new Set(only)]
}

/** A slip in one profile is said at once, and costs the others nothing. */
function checkProfile(world: EachWorld, profile: string): SyncError | null {
  try {
    loadSettings({ flags: { ...world.flags, profile }, env: world.env, cwd: world.cwd })
    return null
  } catch (error) {
    if (error instanceof SyncError) return error
    throw error
  }
}

function refuse({ err }: EachWorld, profile: string, failure: SyncError): EachResult {
  const lines = createLinePrefixer(`[${profile}] `, err)
  lines.add(`Error: ${failure.message} (${failure.code})\n`)
  for (const suggestion of failure.suggestions) lines.add(`  try: ${suggestion}\n`)
  return { profile, exitCode: 7, seconds: 0, result: null }
}

async function runOne(world: EachWorld, request: EachRequest, profile: string): Promise<EachResult> {
  const sinceMs = world.clock.nowMs()
  if (world.signal.aborted)
    return { profile, exitCode: exitCodeOfStop(world.signal), seconds: 0, result: null }
  const { exitCode, printed } = await runProcess(world, request, profile)
  const seconds = Math.round((world.clock.nowMs() - sinceMs) / 100) / 10
  return { profile, exitCode, seconds, result: request.json ? parseResult(printed) : null }
}

function runProcess(
  world: EachWorld,
  request: EachRequest,
  profile: string,
): Promise<{ exitCode: number; printed: string }> {
  const [program, ...leading] = world.program
  const child = spawn(program, [...leading, ...argumentsFor(world, request, profile)], {
    cwd: world.cwd,
    env: environmentOfTenant(world.env, join(world.cwd, '.env'), profile),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out = createLinePrefixer(`[${profile}] `, world.out)
  const err = createLinePrefixer(`[${profile}] `, world.err)
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (!request.json) out.add(text)
    else if (printed.length <= LARGEST_RESULT) printed += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.add(text))
  const release = passStop(world.signal, (name) => child.kill(name))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      release()
      out.end()
      err.end()
      resolve({ exitCode: code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1), printed })
    })
  })
}

function argumentsFor({ flags }: EachWorld, { command, json }: EachRequest, profile: string): string[] {
  const own = command.map((word) => word.replaceAll('{profile}', profile))
  const shared = [
    ...(flags.config === undefined ? [] : ['--config', flags.config]),
    ...(flags['state-dir'] === undefined ? [] : ['--state-dir', flags['state-dir']]),
    '--profile',
    profile,
    ...(json ? ['--json'] : []),
  ]
  // Behind a lone `--` everything would be an argument.
  const end = own.indexOf('--')
  return end < 0 ? [...own, ...shared] : [...own.slice(0, end), ...shared, ...own.slice(end)]
}

/** Hands a stop on; what has not ended half a minute later is ended, and so is all when this process goes at once. */
function passStop(signal: AbortSignal, kill: (name: NodeJS.Signals) => void): () => void {
  const atOnce = () => kill('SIGKILL')
  let timer: NodeJS.Timeout | null = null
  const stop = () => {
    kill(exitCodeOfStop(signal) === 143 ? 'SIGTERM' : 'SIGINT')
    timer = setTimeout(atOnce, STOP_MS)
  }
  process.once('exit', atOnce)
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return () => {
    if (timer !== null) clearTimeout(timer)
    process.off('exit', atOnce)
    signal.removeEventListener('abort', stop)
  }
}

function exitCodeOfStop(signal: AbortSignal): number {
  return String(signal.reason).includes('SIGTERM') ? 143 : 130
}

function parseResult(printed: string): unknown {
  try {
    return printed.trim() === '' ? null : JSON.parse(printed)
  } catch {
    // Help, or a command without a result: there is none.
    return null
  }
}
