import type { Database } from './database.ts'
import { type Row, readJson, readText } from './row.ts'
import type { Shape } from './stored/shape.ts'

/** Small facts that outlive a run: what was learnt of a tenant, when something was last seen. */
export class MetaStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  get(key: string): string | null {
    const read = (row: Row) => readText(row, 'value')
    return this.#db.one('SELECT value FROM meta WHERE key = ?', [key], read)
  }

  set(key: string, value: string): void {
    this.#db.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', key, value)
  }

  /** A fact that is more than a word. */
  read<T extends object>(key: string, shape: Shape<T>): T | null {
    const read = (row: Row) => shape.read(readJson(row, 'value'))
    return this.#db.one('SELECT value FROM meta WHERE key = ?', [key], read)
  }

  write<T extends object>(key: string, shape: Shape<T>, value: T): void {
    this.set(key, shape.write(value))
  }

  remove(key: string): void {
    this.#db.run('DELETE FROM meta WHERE key = ?', key)
  }
}
