import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

/** Rows in one statement: most of the cost of a small insert is the call, not the row (bench/index.ts). */
const ROWS = 50

/** Gathers rows of one table and inserts them many at a time. The caller opens and commits the transaction. */
export class BulkInsert {
  readonly #columns: number
  readonly #many: StatementSync
  readonly #one: StatementSync
  #values: SQLInputValue[] = []

  constructor(db: DatabaseSync, table: string, columns: number) {
    const row = `(${Array(columns).fill('?').join(', ')})`
    this.#columns = columns
    this.#many = db.prepare(`INSERT INTO ${table} VALUES ${Array(ROWS).fill(row).join(', ')}`)
    this.#one = db.prepare(`INSERT INTO ${table} VALUES ${row}`)
  }

  push(...row: SQLInputValue[]): void {
    for (const value of row) this.#values.push(value)
    if (this.#values.length < ROWS * this.#columns) return
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
