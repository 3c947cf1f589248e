import { LockedError } from '../../errors.ts'
import { acquireLock, type Lock, readHolder } from '../../store/lock.ts'
import type { Surroundings } from './surroundings.ts'

/** docs/contract.md section 9: a listener holds the profile only while work is in hand. */
const PATIENCE_MS = 60_000
/** Between taking the lock and saying who has it. */
const UNNAMED_MS = 1_000
const PAUSE_MS = 250

/** As which a listener's work holds the profile. */
export const LISTENER = 'listen'

/**
 * The profile's lock. Where a listener has it, waits up to a minute until its work in hand is done.
 * @throws LockedError LOCKED (exit 11): at once where another command holds it.
 */
export async function takeLock(
  world: Pick<Surroundings, 'settings' | 'clock' | 'signal' | 'log'>,
  command: string,
): Promise<Lock> {
  const { clock, signal } = world
  const sinceMs = clock.nowMs()
  let namedMs = sinceMs
  for (let hasSaid = false; ; ) {
    const got = tryLock(world, command)
    if (!(got instanceof LockedError)) return got
    const holder = readHolder(world.settings.stateDir)?.command
    const nowMs = clock.nowMs()
    if (holder !== undefined) namedMs = nowMs
    // A listener lets go and takes it again between two pieces of work: it is unnamed for a moment each time.
    const waitedMs = nowMs - (holder === undefined ? namedMs : sinceMs)
    if (waitedMs >= patienceWith(holder)) throw got
    if (holder === LISTENER && !hasSaid) {
      world.log.info(`Waiting, up to a minute, until the listener has done the work in hand. ${got.message}`)
      hasSaid = true
    }
    await clock.sleep(PAUSE_MS, signal)
  }
}

function tryLock(
  { settings, clock }: Pick<Surroundings, 'settings' | 'clock'>,
  command: string,
): Lock | LockedError {
  try {
    return acquireLock(settings.stateDir, { command, nowMs: clock.nowMs() })
  } catch (error) {
    if (error instanceof LockedError) return error
    throw error
  }
}

function patienceWith(holder: string | undefined): number {
  if (holder === undefined) return UNNAMED_MS
  return holder === LISTENER ? PATIENCE_MS : 0
}
