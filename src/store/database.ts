import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { RetryableError } from '../errors.ts'
import { corruptState, explainStateFailure } from './failure.ts'
import { type Row, UnreadableCellError } from './row.ts'
import { Statements } from './statements.ts'

/** Rows a chunk of a long walk: large enough to cost nothing, small enough that memory stays flat. */
const CHUNK = 50
/** The log of a plan, 64 MB, and 8 MB of cache: the defaults (4, 2) write and read the same pages over and over. */
const CHECKPOINT_PAGES = 16_000
const CACHE_KB = 8_000
const BUSY_TIMEOUT_MS = 5_000

/**
 * One SQLite file: cached statements, nested transactions, failures named by what to do.
 *
 * WAL with synchronous=NORMAL: a committed transaction survives the end of this process in any way
 * (kill -9 too). A power cut may cost the last transactions but never the file; what they held is
 * then read again, or recognised in Planhat as already written (https://www.sqlite.org/wal.html).
 */
export class Database {
  /** For bulk work with statements of its own; everything else goes through the methods. */
  readonly raw: DatabaseSync
  readonly #dir: string
  readonly #statements: Statements
  #depth = 0

  constructor(path: string, o: { dir: string; readOnly?: boolean }) {
    this.#dir = o.dir
    this.raw = guard(
      o.dir,
      () => new DatabaseSync(path, { readOnly: o.readOnly ?? false, timeout: BUSY_TIMEOUT_MS }),
    )
    this.#statements = new Statements(this.raw)
    // Temporary tables and a VACUUM hold people's data too: they stay in the folder that is guarded.
    this.exec(`PRAGMA temp_store_directory = '${o.dir.replaceAll("'", "''")}'`)
    if (o.readOnly) return
    try {
      this.exec(
        `PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
          PRAGMA journal_size_limit = ${CHECKPOINT_PAGES * 4096};
         PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA cache_size = -${CACHE_KB}`,
      )
    } catch (error) {
      this.raw.close()
      throw error
    }
  }

  exec(sql: string): void {
    guard(this.#dir, () => this.raw.exec(sql))
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return guard(this.#dir, () => Number(this.#statements.run(sql, values).changes))
  }

  /** Runs an INSERT of many rows in as few calls as it takes. Not a transaction of its own. */
  runAll({ one, many }: RowsStatement, rows: readonly (readonly SQLInputValue[])[]): void {
    const whole = rows.length - (rows.length % MANY)
    for (let at = 0; at < whole; at += MANY) this.run(many, ...rows.slice(at, at + MANY).flat())
    for (const row of rows.slice(whole)) this.run(one, ...row)
  }

  /** Runs an INSERT and gives the row id it made. */
  insert(sql: string, ...values: SQLInputValue[]): number {
    return guard(this.#dir, () => Number(this.#statements.run(sql, values).lastInsertRowid))
  }

  one<T>(sql: string, values: readonly SQLInputValue[], read: (row: Row) => T): T | null {
    return guard(this.#dir, () => {
      const row = this.#statements.one(sql, values)
      return row === null ? null : read(row)
    })
  }

  all<T>(sql: string, values: readonly SQLInputValue[], read: (row: Row) => T): T[] {
    return guard(this.#dir, () => this.#statements.all(sql, values).map(read))
  }

  count(sql: string, ...values: SQLInputValue[]): number {
    return guard(this.#dir, () => Number(Object.values(this.#statements.one(sql, values) ?? {})[0] ?? 0))
  }

  /**
   * Walks a large result in chunks, each by the key of the last row, so that no cursor stays open:
   * other statements and writes may run between two rows. `sql` ends with `LIMIT ?`.
   */
  *walk<T>(o: {
    sql: string
    start: readonly SQLInputValue[]
    next: (last: T) => readonly SQLInputValue[]
    read: (row: Row) => T
  }): IterableIterator<T> {
    let key = o.start
    for (;;) {
      const chunk = this.all(o.sql, [...key, CHUNK], o.read)
      yield* chunk
      const last = chunk.at(-1)
      if (last === undefined || chunk.length < CHUNK) return
      key = o.next(last)
    }
  }

  /** All or nothing. May be nested: an inner one that throws takes back its own part only. */
  transaction<T>(work: () => T): T {
    const name = `level_${this.#depth}`
    this.exec(this.#depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${name}`)
    this.#depth += 1
    try {
      const result = work()
      if (result instanceof Promise) throw new TypeError('a transaction cannot wait for a promise')
      this.exec(this.#depth === 1 ? 'COMMIT' : `RELEASE ${name}`)
      return result
    } catch (error) {
      this.#rollBack(name)
      throw error
    } finally {
      this.#depth -= 1
    }
  }

  /**
   * Rewrites the file without what was deleted, and empties the write-ahead log.
   * @returns false where another connection reads what should go: nothing is lost by asking again later.
   */
  compact(): boolean {
    // Whoever calls waits in its own way, without blocking the process.
    this.exec('PRAGMA busy_timeout = 0')
    try {
      this.exec('VACUUM')
      // A row of its own says whether the log could be emptied
      // (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
      const row = guard(this.#dir, () => this.raw.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get())
      return row?.['busy'] === 0
    } catch (error) {
      if (error instanceof RetryableError && error.code === 'STATE_BUSY') return false
      throw error
    } finally {
      this.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
    }
  }

  close(): void {
    this.#statements.clear()
    if (this.raw.isOpen) this.raw.close()
  }

  /** SQLite ends the transaction by itself on a full disk: then there is nothing left to roll back. */
  #rollBack(name: string): void {
    if (!this.raw.isTransaction) return
    this.raw.exec(this.#depth === 1 ? 'ROLLBACK' : `ROLLBACK TO ${name}; RELEASE ${name}`)
  }
}

function guard<T>(dir: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof UnreadableCellError || error instanceof SyntaxError) throw corruptState(dir, error)
    throw explainStateFailure(error, dir)
  }
}

/** Rows in one statement: most of the cost of a small insert is the call, not the row (bench/index.ts). */
export const MANY = 50

/** One INSERT, for one row and for many at once. */
export interface RowsStatement {
  readonly one: string
  readonly many: string
}

/** `head` ends with VALUES; `tail` is what follows the rows, such as ON CONFLICT. */
export function rowsStatement(head: string, columns: number, tail = ''): RowsStatement {
  const row = `(${Array(columns).fill('?').join(', ')})`
  return { one: `${head} ${row} ${tail}`, many: `${head} ${Array(MANY).fill(row).join(', ')} ${tail}` }
}
