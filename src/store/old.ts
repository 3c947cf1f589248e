import type { Database } from './database.ts'
import { readText } from './row.ts'

/** How much of what is held began before a moment. */
export interface OldCounts {
  readonly calls: number
  readonly transcripts: number
  readonly planRows: number
  /** Entries of the journal behind `runs undo`. */
  readonly writes: number
}

const OLD_CALLS = 'call_id IN (SELECT id FROM calls WHERE started_at < ?)'
const OLD_RUNS = 'run_id IN (SELECT id FROM runs WHERE started_at_ms < ?)'

/**
 * Local copies by age. What a purge leaves: the runs' counts, reviewers' decisions (ids only), keyed hashes of the
 * erased, and of the ledger which record was written where (`LedgerStore.purgeContents`).
 */
export class OldStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** `before` in UNIX seconds: calls by their start, runs by theirs. */
  count(before: number): OldCounts {
    const count = (sql: string, ...values: number[]) =>
      this.#db.count(`SELECT count(*) FROM ${sql}`, ...values)
    const ms = before * 1000
    return {
      calls: count('calls WHERE started_at < ?', before),
      transcripts: count(`transcripts WHERE body IS NOT NULL AND ${OLD_CALLS}`, before),
      planRows: count(`plans WHERE ${OLD_CALLS} OR ${OLD_RUNS}`, before, ms),
      writes: count(`writes WHERE ${OLD_CALLS} OR ${OLD_RUNS}`, before, ms),
    }
  }

  /**
   * Runs that are about a call from before: by their rows and writes, and where
   * not every call has a row, by their range (an apply's stands in its summary).
   */
  runIds(before: number): Set<string> {
    const sql = `SELECT run_id AS id FROM plans WHERE ${OLD_CALLS} UNION SELECT run_id FROM writes WHERE ${OLD_CALLS}
      UNION SELECT id FROM runs WHERE command <> 'backfill'
        AND coalesce(since, unixepoch(nullif(json_extract(summary, '$.run.since'), ''))) < ?`
    return new Set(this.#db.all(sql, [before, before, before], (row) => readText(row, 'id')))
  }

  /** Removes what `count` counts, in one transaction. */
  remove(before: number): void {
    const ms = before * 1000
    this.#db.transaction(() => {
      for (const table of ['plans', 'writes', 'intents'])
        this.#db.run(`DELETE FROM ${table} WHERE ${OLD_CALLS} OR ${OLD_RUNS}`, before, ms)
      for (const table of ['transcripts', 'insights', 'search_places'])
        this.#db.run(`DELETE FROM ${table} WHERE ${OLD_CALLS}`, before)
      this.#db.run('DELETE FROM calls WHERE started_at < ?', before)
      // An unfinished read counts the calls it stored; without some of them its proof would never hold.
      this.#db.run('DELETE FROM reads WHERE finished_at_ms IS NULL AND since < ?', before)
      // A finished one proves that all calls of its range are here, which holds for the younger ones only.
      this.#db.run('DELETE FROM reads WHERE until <= ?', before)
      this.#db.run('UPDATE reads SET since = ? WHERE since < ?', before, before)
    })
  }
}
