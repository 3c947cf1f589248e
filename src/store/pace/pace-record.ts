import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SyncError } from '../../errors.ts'
import { ensurePrivateFile } from '../../files/private.ts'
import { explainStateFailure } from '../failure.ts'

const FILE = 'pace.sqlite'
const SCHEMA = `CREATE TABLE IF NOT EXISTS pace (host TEXT PRIMARY KEY, last INTEGER, until INTEGER) STRICT;
  CREATE TABLE IF NOT EXISTS limits (host TEXT PRIMARY KEY, per_minute REAL, named INTEGER) STRICT`
/** The company may have been given its limit back since: to find that out costs one refused request an hour at most. */
const LIMIT_KEPT_MS = 3_600_000
/** A turn of another process takes less than a millisecond; one that was stopped in the middle holds nobody up. */
const BUSY_TIMEOUT_MS = 400
/** docs/contract.md section 3: nobody waits longer for a server; what says more was set by a clock that went back. */
const LONGEST_PAUSE_MS = 600_000
/** So many processes of one profile wait for each other; a later turn was booked by a clock that went back. */
const LONGEST_QUEUE = 20

interface Known {
  readonly last: number
  readonly until: number
}

/**
 * When the last request to a host starts, of all processes of this profile, and until when its server wants none. Each
 * books its starts here, those without the profile's lock too, so that all together keep one spacing, and each has its
 * turn in the order of asking. The file is opened for each start, which takes less than a millisecond. Not synced: a
 * machine that lost power takes longer to come back than a spacing. Where it cannot be used, each process is left to a
 * pace of its own.
 */
export class PaceRecord {
  readonly #dir: string
  readonly #host: string
  readonly #patienceMs: number

  /** `patienceMs`: how long a turn of another process is waited for. */
  constructor(dir: string, host: string, patienceMs: number = BUSY_TIMEOUT_MS) {
    this.#dir = dir
    this.#host = host
    this.#patienceMs = patienceMs
  }

  /** UNIX milliseconds; null where nothing is known. */
  lastMs(): number | null {
    if (!existsSync(join(this.#dir, FILE))) return null
    return this.#turn((db) => this.#read(db)?.last ?? null)
  }

  /**
   * Books the next start, a spacing after the last one that is booked, and at `nowMs` at the earliest. Nothing is
   * booked during a pause; `startMs` is its end then.
   */
  book(nowMs: number, spacingMs: number): { readonly startMs: number; readonly isPaused: boolean } {
    const booked = this.#turn((db) => {
      const known = this.#read(db)
      const pausedMs = (known?.until ?? 0) - nowMs
      if (pausedMs > 0 && pausedMs <= LONGEST_PAUSE_MS) return { startMs: nowMs + pausedMs, isPaused: true }
      const waitMs = known === null ? 0 : known.last + spacingMs - nowMs
      const isOfThisClock = waitMs <= LONGEST_QUEUE * spacingMs
      const startMs = nowMs + Math.ceil(isOfThisClock ? Math.max(0, waitMs) : spacingMs)
      this.#write(db, { last: startMs, until: 0 })
      return { startMs, isPaused: false }
    })
    return booked ?? { startMs: nowMs, isPaused: false }
  }

  /** Nobody of the profile starts a request before `untilMs`. */
  pause(nowMs: number, untilMs: number): void {
    this.#turn((db) => {
      const { last, until } = this.#read(db) ?? { last: nowMs, until: 0 }
      const before = until - nowMs <= LONGEST_PAUSE_MS ? until : 0
      this.#write(db, { last, until: Math.max(before, untilMs) })
    })
  }

  /** The limit that the server named within the last hour, null where it named none. */
  limit(nowMs: number): number | null {
    if (!existsSync(join(this.#dir, FILE))) return null
    return this.#turn((db) => {
      const sql = 'SELECT per_minute FROM limits WHERE host = ? AND named BETWEEN ? AND ?'
      const row = db.prepare(sql).get(this.#host, nowMs - LIMIT_KEPT_MS, nowMs)
      return row === undefined ? null : Number(row['per_minute'])
    })
  }

  /** The server named this limit: whoever of the profile opens a gate from now on keeps to it. */
  lower(nowMs: number, perMinute: number): void {
    const sql = 'INSERT OR REPLACE INTO limits (host, per_minute, named) VALUES (?, ?, ?)'
    this.#turn((db) => db.prepare(sql).run(this.#host, perMinute, Math.floor(nowMs)))
  }

  #read(db: DatabaseSync): Known | null {
    return (db.prepare('SELECT last, until FROM pace WHERE host = ?').get(this.#host) ?? null) as Known | null
  }

  #write(db: DatabaseSync, { last, until }: Known): void {
    const sql = 'INSERT OR REPLACE INTO pace (host, last, until) VALUES (?, ?, ?)'
    db.prepare(sql).run(this.#host, Math.ceil(last), Math.ceil(until))
  }

  /** One after the other, over all processes. Null where the folder is not there yet, or the file cannot be used. */
  #turn<T>(work: (db: DatabaseSync) => T): T | null {
    if (!existsSync(this.#dir)) return null
    const path = join(this.#dir, FILE)
    let db: DatabaseSync | null = null
    try {
      ensurePrivateFile(path)
      db = new DatabaseSync(path, { timeout: this.#patienceMs })
      db.exec(`PRAGMA synchronous = OFF; BEGIN IMMEDIATE; ${SCHEMA}`)
      const result = work(db)
      db.exec('COMMIT')
      return result
    } catch (error) {
      const failure = explainStateFailure(error, this.#dir)
      if (!(failure instanceof SyncError)) throw error
      // Nothing is lost with it: the next start makes it anew.
      if (failure.code === 'STATE_CORRUPT') rmSync(path, { force: true })
      return null
    } finally {
      db?.close()
    }
  }
}
