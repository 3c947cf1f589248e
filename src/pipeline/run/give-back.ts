import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { RetryableError } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import type { Surroundings } from './surroundings.ts'

/** Growing: a report or an `explain` that reads the state is done in a moment; a spreadsheet add-in may never be. */
const PAUSES_MS = [1_000, 4_000, 10_000, 15_000]

/**
 * Gives the bytes of what was deleted back, waiting for whoever reads the state at this moment.
 * @throws RetryableError STATE_READ when somebody goes on reading: the bytes are still in the file then.
 */
export async function giveBack(
  { clock, signal, log }: Pick<Surroundings, 'clock' | 'signal' | 'log'>,
  store: Pick<Store, 'dir' | 'compact'>,
): Promise<void> {
  if (store.compact()) return
  log.info(`Waiting for ${readersOf(store.dir)} to close the state, so that deleted bytes can be given back.`)
  for (const pauseMs of PAUSES_MS) {
    await clock.sleep(pauseMs, signal)
    if (store.compact()) return
  }
  throw new RetryableError(
    'STATE_READ',
    `What was deleted is still in the state's files in ${store.dir}: ${readersOf(store.dir)} has the state open.`,
    { suggestions: ['close it, then run the same command, or any later run, again: it finishes this first'] },
  )
}

/** Linux tells which process holds a file; elsewhere, and of other users' processes, it stays unnamed. */
function readersOf(dir: string): string {
  const file = join(dir, 'state.sqlite')
  const pids = listFolder('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const readers = pids.filter((pid) =>
    listFolder(`/proc/${pid}/fd`).some((fd) => pointsAt(`/proc/${pid}/fd/${fd}`, file)),
  )
  return readers.length === 0
    ? 'another process'
    : readers.map((pid) => `${nameOf(pid)} (pid ${pid})`).join(', ')
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    // Not Linux, another user's process, or one that ended a moment ago.
    return []
  }
}

function pointsAt(link: string, file: string): boolean {
  try {
    return readlinkSync(link) === file
  } catch {
    return false
  }
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return 'a process'
  }
}
