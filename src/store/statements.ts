import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Row } from './row.ts'

/** What `setReturnArrays` makes of a statement; its types do not know. */
interface ArrayStatement {
  get(...values: readonly SQLInputValue[]): SQLOutputValue[] | undefined
  all(...values: readonly SQLInputValue[]): SQLOutputValue[][]
}

interface Reader {
  readonly statement: ArrayStatement
  readonly columns: readonly string[]
}

/**
 * The statements of one connection, each prepared once.
 *
 * Rows are fetched as arrays and named here: an object that node:sqlite makes has a
 * hidden class of its own, 72 bytes that only a collection of the old objects takes
 * back. In a walk over a million calls these were most of what had to be collected.
 */
export class Statements {
  readonly #db: DatabaseSync
  readonly #writers = new Map<string, StatementSync>()
  readonly #readers = new Map<string, Reader>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  run(sql: string, values: readonly SQLInputValue[]): ReturnType<StatementSync['run']> {
    const known = this.#writers.get(sql)
    const statement = known ?? this.#db.prepare(sql)
    if (known === undefined) this.#writers.set(sql, statement)
    return statement.run(...values)
  }

  one(sql: string, values: readonly SQLInputValue[]): Row | null {
    const { statement, columns } = this.#reader(sql)
    const cells = statement.get(...values)
    return cells === undefined ? null : toRow(columns, cells)
  }

  all(sql: string, values: readonly SQLInputValue[]): Row[] {
    const { statement, columns } = this.#reader(sql)
    return statement.all(...values).map((cells) => toRow(columns, cells))
  }

  /** Forgets the statements: a closed connection has none. */
  clear(): void {
    this.#writers.clear()
    this.#readers.clear()
  }

  #reader(sql: string): Reader {
    const known = this.#readers.get(sql)
    if (known !== undefined) return known
    const statement = this.#db.prepare(sql)
    statement.setReturnArrays(true)
    const columns = statement.columns().map(({ name }) => name)
    const reader = { statement: statement as unknown as ArrayStatement, columns }
    this.#readers.set(sql, reader)
    return reader
  }
}

function toRow(columns: readonly string[], cells: readonly SQLOutputValue[]): Row {
  const row: Row = {}
  for (let at = 0; at < columns.length; at += 1) row[columns[at] as string] = cells[at] ?? null
  return row
}
