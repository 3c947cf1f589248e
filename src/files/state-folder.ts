import { chmodSync, existsSync, lstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FatalError } from '../errors.ts'
import { ensurePrivateDir } from './private.ts'
import { distrustOf, modeOf } from './trust.ts'

/** What this program makes in a state folder. */
const OURS = /^(state\.sqlite|lock\.|inbox\.|erasure\.key|audit\.ndjson|runs$|profiles$)/
const [CLOSED_FOLDER, CLOSED_FILE] = [0o700, 0o600]
const OTHERS = 0o077

/**
 * Makes a state folder where there is none, and closes one that is this user's own and open to others: what is in it
 * decides what is written to Planhat, and is personal.
 * @throws FatalError STATE_UNTRUSTED (exit 7) for one that somebody else owns,
 * or can write to and that cannot be closed.
 */
export function ensureStateFolder(dir: string): void {
  checkStateFolder(dir)
  ensurePrivateDir(dir)
}

/** The same without making one. A profile's lies in the folder of all, whose owner could put another in its place. */
export function checkStateFolder(dir: string): void {
  if (process.getuid === undefined) return
  const parent = dirname(dir)
  if (basename(parent) === 'profiles') checkOne(dirname(parent))
  checkOne(dir)
}

function checkOne(dir: string): void {
  if (!existsSync(dir)) return
  const stats = statSync(dir)
  if (!stats.isDirectory()) return
  const isOwn = stats.uid === process.getuid?.()
  if (isOwn && (stats.mode & OTHERS) !== 0 && holdsStateAlone(dir)) chmodSync(dir, CLOSED_FOLDER)
  else refuse(dir, stats)
  for (const name of readdirSync(dir)) if (OURS.test(name)) checkEntry(join(dir, name))
}

/** Another folder is not closed: `--state-dir .` may name one that others have work in. */
function holdsStateAlone(dir: string): boolean {
  return readdirSync(dir).every((name) => OURS.test(name))
}

/** Something that was laid there while the folder was open stays somebody else's, or is a link. */
function checkEntry(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  // A passing file of another run: the note of a lock, SQLite's journal.
  if (stats === undefined) return
  if (stats.isSymbolicLink()) throw untrusted(path, 'is a link')
  if (stats.isDirectory()) refuse(path, { uid: stats.uid, mode: 0 })
  else if (stats.uid === process.getuid?.() && (stats.mode & OTHERS) !== 0) chmodSync(path, CLOSED_FILE)
  else refuse(path, stats)
}

function refuse(path: string, stats: Pick<Stats, 'uid' | 'mode'>): void {
  const distrust = distrustOf(stats)
  if (distrust === 'foreign') throw untrusted(path, `belongs to another user (uid ${stats.uid})`)
  if (distrust === 'writable') throw untrusted(path, `can be written to by others (mode ${modeOf(stats)})`)
}

function untrusted(path: string, why: string): FatalError {
  return new FatalError('STATE_UNTRUSTED', `${path} ${why}: the state is not taken from there.`, {
    suggestions: [
      'name a folder of this user alone: --state-dir DIR',
      `or, if you know what is in it: chown and chmod 700 it`,
    ],
  })
}
