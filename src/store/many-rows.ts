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
