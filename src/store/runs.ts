import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensurePrivateDir } from '../files/private.ts'
import type { Payload, RemoteRecord } from '../records.ts'
import type { Database } from './database.ts'
import { explainStateFailure } from './failure.ts'
import { type Row, readInteger, readIntegerOrNull, readJson, readText } from './row.ts'
import { RUN_REQUEST } from './stored/runs.ts'
import { type RecordedWrite, WriteStore } from './written/writes.ts'

export interface RunStart {
  readonly command: string
  readonly mode: string
  /** UNIX seconds; null for a command without a window. */
  readonly since: number | null
  readonly until: number | null
  /** What was asked for, to be able to repeat it. */
  readonly request: Readonly<Record<string, unknown>>
  readonly nowMs: number
}

export interface Run extends Omit<RunStart, 'nowMs'> {
  /** `YYYYMMDD-HHMMSS-xxxx` in UTC: sorts by start. */
  readonly id: string
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly exitCode: number | null
  readonly summary: unknown
}

/** Past and present runs, what each wrote, and the folder of each run's files. */
export class RunStore {
  readonly #db: Database
  readonly #dir: string
  readonly #writes: WriteStore

  constructor(db: Database, dir: string) {
    this.#db = db
    this.#dir = dir
    this.#writes = new WriteStore(db)
  }

  start(o: RunStart): Run {
    const { nowMs, ...rest } = o
    const { command, mode, since, until } = rest
    const sql = `INSERT INTO runs (id, command, mode, since, until, request, started_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO NOTHING`
    for (;;) {
      const id = newRunId(nowMs)
      // Four hexadecimal digits may come twice in one second.
      const added = this.#db.run(sql, id, command, mode, since, until, RUN_REQUEST.write(o.request), nowMs)
      if (added > 0)
        return { ...rest, id, startedAtMs: nowMs, endedAtMs: null, exitCode: null, summary: null }
    }
  }

  finish(id: string, o: { exitCode: number; summary: unknown; nowMs: number }): void {
    const sql = 'UPDATE runs SET exit_code = ?, summary = ?, ended_at_ms = ? WHERE id = ?'
    this.#db.run(sql, o.exitCode, JSON.stringify(o.summary ?? null), o.nowMs, id)
  }

  get(id: string): Run | null {
    return this.#db.one('SELECT * FROM runs WHERE id = ?', [id], readRun)
  }

  /** Newest first. */
  list(limit: number): Run[] {
    return this.#db.all(
      'SELECT * FROM runs ORDER BY started_at_ms DESC, rowid DESC LIMIT ?',
      [limit],
      readRun,
    )
  }

  /** The newest run of a command that ended, whatever its exit code. */
  last(command: string): Run | null {
    const sql = `SELECT * FROM runs WHERE command = ? AND ended_at_ms IS NOT NULL
      ORDER BY started_at_ms DESC, rowid DESC LIMIT 1`
    return this.#db.one(sql, [command], readRun)
  }

  /** The runs of a command that began at or after a moment, or were the last before it. Newest first. */
  since(command: string, sinceMs: number): Run[] {
    const sql = `SELECT * FROM runs WHERE command = ? AND started_at_ms >= coalesce((
      SELECT max(started_at_ms) FROM runs WHERE command = ? AND started_at_ms < ?), 0)
      ORDER BY started_at_ms DESC, rowid DESC`
    return this.#db.all(sql, [command, command, sinceMs], readRun)
  }

  /** Changes that runs of a command made in Planhat since a moment. */
  countWrites(command: string, sinceMs: number): number {
    return this.since(command, sinceMs).reduce((sum, { id }) => sum + this.#writes.countSince(id, sinceMs), 0)
  }

  recordWrite(write: RecordedWrite): void {
    this.#writes.add(write)
  }

  /** Takes somebody out of the journal: what goes with them is undone no more. */
  removeWritesAbout(isAbout: (record: Payload | RemoteRecord) => boolean): void {
    this.#writes.removeAbout(isAbout)
  }

  /** In the order they were made, or the reverse, as an undo needs it. */
  writes(
    runId: string,
    order: 'oldest-first' | 'newest-first' = 'oldest-first',
  ): IterableIterator<RecordedWrite> {
    return this.#writes.iterate(runId, order)
  }

  /** The folder of this run's files, created 0700. */
  dir(id: string): string {
    const path = join(this.#dir, 'runs', id)
    try {
      ensurePrivateDir(join(this.#dir, 'runs'))
      ensurePrivateDir(path)
    } catch (error) {
      throw explainStateFailure(error, this.#dir)
    }
    return path
  }

  /**
   * The same for files that no run makes, by the time (UNIX milliseconds) of the oldest that
   * they tell of: `purge` goes by the time in a folder's name, `erase` looks into all of them.
   */
  freshDir(oldestMs: number): string {
    const ids = Array.from({ length: FRESH_TRIES }, () => newRunId(oldestMs))
    const free = ids.find((id) => !existsSync(join(this.#dir, 'runs', id)))
    return this.dir(free ?? `${newRunId(oldestMs)}${randomBytes(4).toString('hex')}`)
  }
}

/** Four hexadecimal digits may come twice where many files tell of the same beginning. */
const FRESH_TRIES = 8

function newRunId(nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  return `${stamp}-${randomBytes(2).toString('hex')}`
}

function readRun(row: Row): Run {
  return {
    id: readText(row, 'id'),
    command: readText(row, 'command'),
    mode: readText(row, 'mode'),
    since: readIntegerOrNull(row, 'since'),
    until: readIntegerOrNull(row, 'until'),
    request: RUN_REQUEST.read(readJson(row, 'request')),
    startedAtMs: readInteger(row, 'started_at_ms'),
    endedAtMs: readIntegerOrNull(row, 'ended_at_ms'),
    exitCode: readIntegerOrNull(row, 'exit_code'),
    summary: row['summary'] === null ? null : readJson(row, 'summary'),
  }
}
