import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LockedError } from '../errors.ts'
import { PRIVATE, writeWhole } from '../files/draft.ts'
import { ensurePrivateFile } from '../files/private.ts'
import { ensureStateFolder } from '../files/state-folder.ts'
import { explainStateFailure } from './failure.ts'

export interface Holder {
  readonly pid: number
  readonly command: string
  readonly since: string
}

export interface Lock {
  release(): void
}

/** Connections are kept from the garbage collector, which would close them and free the lock. */
const held = new Set<DatabaseSync>()

/** What is locked: the profile's state, for whoever writes it, or the profile's place as its listener. */
export type LockName = 'lock' | 'listener'

/**
 * One writer a profile. The lock is SQLite's own exclusive lock on `lock.sqlite`, which the operating
 * system takes back when the process dies in any way, so none is ever stale; `lock.json` only says who.
 * Throws LockedError LOCKED (exit 11) with the holder and since when.
 */
export function acquireLock(dir: string, o: { command: string; nowMs: number; name?: LockName }): Lock {
  const name = o.name ?? 'lock'
  const connection = openExclusively(dir, name)
  held.add(connection)
  const note = join(dir, `${name}.json`)
  try {
    const holder: Holder = { pid: process.pid, command: o.command, since: new Date(o.nowMs).toISOString() }
    writeWhole(note, JSON.stringify(holder), PRIVATE)
  } catch (error) {
    release(connection, note)
    throw explainStateFailure(error, dir)
  }
  return { release: () => release(connection, note) }
}

function openExclusively(dir: string, name: LockName): DatabaseSync {
  const path = join(dir, `${name}.sqlite`)
  let connection: DatabaseSync | null = null
  try {
    ensureStateFolder(dir)
    ensurePrivateFile(path)
    connection = new DatabaseSync(path, { timeout: 0 })
    connection.exec('BEGIN EXCLUSIVE')
    return connection
  } catch (error) {
    connection?.close()
    throw isBusy(error) ? lockedBy(dir, name, error) : explainStateFailure(error, dir)
  }
}

/** SQLITE_BUSY is 5, https://www.sqlite.org/rescode.html. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && ((error as Error & { errcode?: number }).errcode ?? 0) % 256 === 5
}

function lockedBy(dir: string, name: LockName, cause: unknown): LockedError {
  const holder = readHolder(dir, name)
  if (name === 'listener') return listeningAlready(dir, holder, cause)
  const who = holder === null ? 'another run' : `pid ${holder.pid} (${holder.command}) since ${holder.since}`
  return new LockedError('LOCKED', `The state in ${dir} is held by ${who}.`, {
    suggestions: ['Wait until it ends, or use another --profile.'],
    cause,
  })
}

function listeningAlready(dir: string, holder: Holder | null, cause: unknown): LockedError {
  const who = holder === null ? 'Another listener' : `A listener (pid ${holder.pid}, since ${holder.since})`
  return new LockedError('LISTENING', `${who} serves the state in ${dir} already.`, {
    suggestions: ['aircall-sync listen status', 'stop that one first, or use another --profile'],
    cause,
  })
}

/** Who holds a lock, as far as is known: a note that is left by a process that was killed says nothing of now. */
export function readHolder(dir: string, name: LockName = 'lock'): Holder | null {
  return readNote(join(dir, `${name}.json`))
}

/** Whether somebody holds it at this moment. */
export function isLocked(dir: string, name: LockName): boolean {
  if (!existsSync(join(dir, `${name}.sqlite`))) return false
  try {
    release(openExclusively(dir, name), null)
    return false
  } catch (error) {
    if (error instanceof LockedError) return true
    throw error
  }
}

/** The note is a courtesy: one that is missing or torn leaves the holder unnamed, and decides nothing. */
function readNote(path: string): Holder | null {
  try {
    const note: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isHolder(note) ? note : null
  } catch {
    return null
  }
}

function isHolder(note: unknown): note is Holder {
  if (typeof note !== 'object' || note === null) return false
  const { pid, command, since } = note as Record<string, unknown>
  return typeof pid === 'number' && typeof command === 'string' && typeof since === 'string'
}

function release(connection: DatabaseSync, note: string | null): void {
  if (note === null) connection.close()
  else if (held.delete(connection)) {
    rmSync(note, { force: true })
    connection.close()
  }
}
