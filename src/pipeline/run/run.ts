import { SyncError } from '../../errors.ts'
import type { Summary } from '../../report/summary.ts'
import { openStore, type Store } from '../../store/store.ts'
import { writeFailureFile } from './failures.ts'
import { countRequests, finishSession, type RunRequest, startSession } from './open-session.ts'
import { writeRunReport } from './report.ts'
import type { Session } from './session.ts'
import type { Surroundings } from './surroundings.ts'
import { takeLock } from './take-lock.ts'
import { enforceTenant, type Side } from './tenant-pin.ts'

/** Whom a run asks. */
const SIDES: Readonly<Record<RunRequest['command'], readonly Side[]>> = {
  backfill: ['aircall', 'planhat'],
  reconcile: ['aircall', 'planhat'],
  listen: ['aircall', 'planhat'],
  apply: ['planhat'],
  undo: ['planhat'],
  erase: ['planhat'],
}

/**
 * Runs `work` under the profile's lock and always leaves a finished run and its `summary.json`, also when it fails.
 * @throws LockedError when another run holds the lock; otherwise whatever `work` throws.
 */
export async function withRun(
  world: Surroundings,
  asked: RunRequest,
  work: (session: Session) => Promise<void>,
): Promise<Summary> {
  const store = openStore(world.settings.stateDir)
  try {
    const lock = await takeLock(world, asked.command)
    try {
      return await runOnce(world, store, asked, work)
    } finally {
      lock.release()
    }
  } finally {
    store.close()
  }
}

async function runOnce(
  world: Surroundings,
  store: Store,
  asked: RunRequest,
  work: (session: Session) => Promise<void>,
): Promise<Summary> {
  const session = startSession(world, store, asked)
  const {
    book: { summary },
  } = session
  try {
    await enforceTenant(session, SIDES[asked.command])
    await work(session)
    // A signal that came when the work was all but done: the process ends with its code, so the summary says so too.
    if (world.signal.aborted) summary.run.exitCode = exitCodeOf(null, world.signal)
    return summary
  } catch (error) {
    summary.run.exitCode = exitCodeOf(error, world.signal)
    if (error instanceof SyncError) summary.error = { code: error.code, message: error.message }
    throw error
  } finally {
    world.progress.stop()
    summary.run.endedAt = isoOf(world.clock.nowMs())
    countRequests(session)
    writeFailureFile(session)
    session.book.warnings.close()
    await writeRunReport(session, asked.countCalls)
    finishSession(session)
    asked.onEnd?.(session)
  }
}

export function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** The exit code of docs/contract.md section 3 for whatever ended a run. */
export function exitCodeOf(error: unknown, signal: AbortSignal): number {
  if (signal.aborted) return String(signal.reason).includes('SIGTERM') ? 143 : 130
  return error instanceof SyncError ? error.exitCode : 1
}
