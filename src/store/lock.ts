import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LockedError } from '../errors.ts'
import { PRIVATE, writeWhole } from '../files/draft.ts'
import { ensurePrivateFile } from '../files/private.ts'
import { ensureStateFolder } from '../files/state-folder.ts'
import { explainStateFailure } from './failure.ts'

interface Holder {
  readonly pid: number
  readonly command: string
  readonly since: string
}

export interface Lock {
  release(): void
}

/** Connections are kept from the garbage collector, which would close them and free the lock. */
const held = new Set<DatabaseSync>()

/**
 * One writer a profile. The lock is SQLite's own exclusive lock on `lock.sqlite`, which the operating
 * system takes back when the process dies in any way, so none is ever stale; `lock.json` only says who.
 * Throws LockedError LOCKED (exit 11) with the holder and since when.
 */
export function acquireLock(dir: string, o: { command: string; nowMs: number }): Lock {
  const connection = openExclusively(dir)
  held.add(connection)
  const note = join(dir, 'lock.json')
  try {
    const holder: Holder = { pid: process.pid, command: o.command, since: new Date(o.nowMs).toISOString() }
    writeWhole(note, JSON.stringify(holder), PRIVATE)
  } catch (error) {
    release(connection, note)
    throw explainStateFailure(error, dir)
  }
  return { release: () => release(connection, note) }
}

function openExclusively(dir: string): DatabaseSync {
  const path = join(dir, 'lock.sqlite')
  let connection: DatabaseSync | null = null
  try {
    ensureStateFolder(dir)
    ensurePrivateFile(path)
    connection = new DatabaseSync(path, { timeout: 0 })
    connection.exec('BEGIN EXCLUSIVE')
    return connection
  } catch (error) {
    connection?.close()
    throw isBusy(error) ? lockedBy(dir, error) : explainStateFailure(error, dir)
  }
}

/** SQLITE_BUSY is 5, https://www.sqlite.org/rescode.html. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && ((error as Error & { errcode?: number }).errcode ?? 0) % 256 === 5
}

function lockedBy(dir: string, cause: unknown): LockedError {
  const holder = readNote(join(dir, 'lock.json'))
  const who = holder === null ? 'another run' : `pid ${holder.pid} (${holder.command}) since ${holder.since}`
  return new LockedError('LOCKED', `The state in ${dir} is held by ${who}.`, {
    suggestions: ['Wait until it ends, or use another --profile.'],
    cause,
  })
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

function release(connection: DatabaseSync, note: string): void {
  if (!held.delete(connection)) return
  rmSync(note, { force: true })
  connection.close()
}
