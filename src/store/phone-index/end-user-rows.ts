import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { EndUser } from '../../domain.ts'

/** https://www.sqlite.org/rescode.html#constraint_unique */
const SQLITE_CONSTRAINT_UNIQUE = 2067

export interface KnownEndUser {
  readonly seq: number
  readonly companyId: string
}

/** The End User rows of an index that is being built; an id is there once. */
export class EndUserRows {
  /** How many rows `insertMany` takes: most of the cost of a small insert is the call, not the row. */
  readonly chunk = 50
  readonly #many: StatementSync
  readonly #one: StatementSync
  readonly #known: StatementSync
  readonly #removals: readonly StatementSync[]

  constructor(db: DatabaseSync) {
    const row = '(?, ?, ?, ?, ?, ?, ?)'
    this.#many = db.prepare(
      `INSERT INTO index_end_users_next VALUES ${Array(this.chunk).fill(row).join(', ')}`,
    )
    this.#one = db.prepare(`INSERT OR IGNORE INTO index_end_users_next VALUES ${row}`)
    this.#known = db.prepare('SELECT seq, company_id AS companyId FROM index_end_users_next WHERE id = ?')
    this.#removals = ['index_end_users_next', 'index_unusable_next', 'temp.index_gathered'].map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE seq IN (SELECT value FROM json_each(?))`),
    )
  }

  /**
   * Inserts a whole chunk, numbered from `firstSeq`. False, and none inserted,
   * when one of the ids is there already.
   */
  insertMany(endUsers: readonly EndUser[], firstSeq: number): boolean {
    try {
      const values: SQLInputValue[] = []
      let seq = firstSeq
      for (const u of endUsers) {
        values.push(seq++, u.id, u.name, u.email, u.companyId, u.country, u.archived ? 1 : 0)
      }
      this.#many.run(...values)
      return true
    } catch (error) {
      if ((error as { errcode?: number }).errcode === SQLITE_CONSTRAINT_UNIQUE) return false
      throw error
    }
  }

  /** False when the id is there already. */
  insert(endUser: EndUser, seq: number): boolean {
    const { id, name, email, companyId, country, archived } = endUser
    return this.#one.run(seq, id, name, email, companyId, country, archived ? 1 : 0).changes > 0
  }

  find(id: string): KnownEndUser | null {
    return (this.#known.get(id) as KnownEndUser | undefined) ?? null
  }

  /** Takes End Users out again, with all that was gathered of them. */
  remove(seqs: Iterable<number>): void {
    const list = JSON.stringify([...seqs])
    for (const removal of this.#removals) removal.run(list)
  }
}
