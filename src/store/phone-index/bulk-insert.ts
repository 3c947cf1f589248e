import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { MANY, rowsStatement } from '../database.ts'

/** Gathers rows of one table and inserts them many at a time. The caller opens and commits the transaction. */
export class BulkInsert {
  readonly #columns: number
  readonly #many: StatementSync
  readonly #one: StatementSync
  #values: SQLInputValue[] = []

  constructor(db: DatabaseSync, table: string, columns: number) {
    const { one, many } = rowsStatement(`INSERT INTO ${table} VALUES`, columns)
    this.#columns = columns
    this.#many = db.prepare(many)
    this.#one = db.prepare(one)
  }

  push(...row: SQLInputValue[]): void {
    for (const value of row) this.#values.push(value)
    if (this.#values.length < MANY * this.#columns) return
    const values = this.#values
    this.#values = []
    this.#many.run(...values)
  }

  flush(): void {
    const values = this.#values
    this.#values = []
    for (let at = 0; at < values.length; at += this.#columns)
      this.#one.run(...values.slice(at, at + this.#columns))
  }
}
