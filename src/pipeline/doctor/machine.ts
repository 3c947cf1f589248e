import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describeProxy } from '../../config/proxy.ts'
import { distrustOf, modeOf } from '../../files/trust.ts'
import { openStore, type Store } from '../../store/store.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { attempt, type Check, failure, ok, warning } from './check.ts'

const MB = 1024 * 1024
/** A year of calls with transcripts takes some hundred megabytes; a full disk stops a run in the middle. */
const LOW_SPACE = 1024 * MB
const NO_SPACE = 100 * MB
const HOUR_MS = 3_600_000

/** What can be seen without any network: program, configuration, state, index. */
export async function checkMachine(
  world: Surroundings,
  o: { engines: string; version: string },
): Promise<Check[]> {
  const { stateDir } = world.settings
  const checks = [
    checkVersion(o.version, o.engines),
    checkConfiguration(world),
    ...checkEnvFile(world),
    ...checkProxy(world),
    await attempt('state folder', () => checkFolder(stateDir)),
    await attempt('free space', () => checkSpace(nearestFolder(stateDir))),
  ]
  return [...checks, await attempt('index', () => withState(stateDir, (store) => checkIndex(world, store)))]
}

/** `engines` is a lower bound such as `>=22.20`. */
export function checkVersion(version: string, engines: string): Check {
  const wanted = /(\d+)(?:\.(\d+))?/.exec(engines)
  const running = /^v?(\d+)\.(\d+)/.exec(version)
  const rank = (found: RegExpExecArray | null) => Number(found?.[1] ?? 0) * 10_000 + Number(found?.[2] ?? 0)
  return rank(running) >= rank(wanted)
    ? ok('node', `Node ${version} (${engines} is needed)`)
    : failure(
        'node',
        `Node ${version} is too old: ${engines} is needed`,
        'install a newer Node from https://nodejs.org',
      )
}

function checkConfiguration({ settings }: Surroundings): Check {
  const { configPath, profile } = settings
  const where =
    configPath === null
      ? 'no configuration file: the defaults are in force'
      : `${configPath} (mode ${modeOf(statSync(configPath))})`
  return ok('configuration', profile === null ? where : `${where}, profile ${profile}`)
}

/** Nothing to say where there is none. One that others could change would not have been read. */
function checkEnvFile({ settings: { envPath } }: Surroundings): Check[] {
  if (envPath === null) return []
  const stats = statSync(envPath)
  const message = `${envPath} (mode ${modeOf(stats)})`
  const isOpen = process.getuid !== undefined && (stats.mode & 0o077) !== 0
  return [
    isOpen
      ? warning('.env', `${message} can be read by others`, `chmod 600 "${envPath}"`)
      : ok('.env', message),
  ]
}

/** Nothing to say where there is none. */
function checkProxy({ settings: { proxy } }: Surroundings): Check[] {
  return proxy === null ? [] : [ok('proxy', `https leads out through ${describeProxy(proxy)}`)]
}

function checkFolder(stateDir: string): Check {
  const name = 'state folder'
  const folder = nearestFolder(stateDir)
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch {
    return failure(
      name,
      `${folder} cannot be written to`,
      'give this user the right to it, or use --state-dir',
    )
  }
  if (folder !== stateDir) return ok(name, `${stateDir} is made by the first run`)
  const stats = statSync(stateDir)
  if (distrustOf(stats) === 'foreign')
    return failure(
      name,
      `${stateDir} belongs to another user (uid ${stats.uid}, mode ${modeOf(stats)})`,
      'name a folder of this user alone: --state-dir DIR',
    )
  const open = ['.', 'state.sqlite', 'lock.sqlite', 'erasure.key', 'audit.ndjson']
    .map((file) => join(stateDir, file))
    .filter((path) => existsSync(path) && (statSync(path).mode & 0o077) !== 0)
  return open.length === 0
    ? ok(name, `${stateDir}, readable by this user alone (mode ${modeOf(statSync(stateDir))})`)
    : warning(
        name,
        `others on this machine can read ${open.join(', ')} (mode ` +
          `${modeOf(statSync(stateDir))}); the next run closes it`,
        `chmod -R go-rwx "${stateDir}"`,
      )
}

function checkSpace(folder: string): Check {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const message = `${Math.floor(free / MB).toLocaleString('en-US')} MB free`
  const remedy =
    'make room, or move the state with --state-dir; aircall-sync purge --older-than 26w removes old copies'
  if (free < NO_SPACE) return failure('free space', message, remedy)
  return free < LOW_SPACE ? warning('free space', message, remedy) : ok('free space', message)
}

function checkIndex({ settings, clock }: Surroundings, store: Store | null): Check {
  const info = store?.index.info() ?? null
  const remedy = 'aircall-sync index pull'
  if (info === null || info.endUsers === 0)
    return failure('index', 'the phone index holds no End User yet: every call would be unmatched', remedy)
  const hours = Math.floor((clock.nowMs() - info.builtAtMs) / HOUR_MS)
  const share = Math.round((info.withPhone / info.endUsers) * 100)
  const message = `${info.endUsers} End Users, ${share} % with a usable number, ${hours} h old`
  const { maxAgeHours } = settings.config.index
  if (hours > maxAgeHours) return warning('index', `${message}; index.maxAgeHours is ${maxAgeHours}`, remedy)
  return info.withPhone === 0
    ? failure(
        'index',
        message,
        'name the fields that hold numbers in phoneFields; see aircall-sync index stats',
      )
    : ok('index', message)
}

/** A diagnosis leaves no trace: a state that is not there yet is not made. */
export function withState<T>(stateDir: string, look: (store: Store | null) => T): T {
  if (!existsSync(join(stateDir, 'state.sqlite'))) return look(null)
  const store = openStore(stateDir, { readOnly: true })
  try {
    return look(store)
  } finally {
    store.close()
  }
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path))
}
