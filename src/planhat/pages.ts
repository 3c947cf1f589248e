import type { HttpClient } from '../http/client.ts'
import { askRows } from './ask.ts'
import { type Row, readRow } from './schema.ts'
import { SeenIds } from './seen-ids.ts'

export interface ListRequest {
  readonly path: string
  /** The documented largest page: 2000, for companies 5000 (docs/reference/planhat-api.md sections 3 to 5). */
  readonly limit: number
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal | undefined
}

/**
 * The rows of a list, page by page, each row once. Planhat pages by offset over a set that changes: sorted by
 * `_id` nothing shifts, and should `sort` be ignored, a row that comes again is dropped by its `_id`. Should
 * `limit` be ignored, the next offset follows what was really returned.
 */
export async function* readPages(http: HttpClient, list: ListRequest): AsyncGenerator<Row[]> {
  const seen = new SeenIds()
  for (let offset = 0; ; ) {
    const query = { sort: '_id', ...list.query, limit: list.limit, offset }
    const raw = await askRows(http, { path: list.path, query, priority: 'page', signal: list.signal })
    const rows = raw.map((row, i) => readRow(row, `GET ${list.path}: [${offset + i}]`))
    const fresh = rows.filter((row) => seen.add(row._id))
    if (fresh.length > 0) yield fresh
    if (isLastPage(rows.length, list.limit) || fresh.length === 0) return
    offset += rows.length
  }
}

/**
 * A short page ends a list, unless it may be short because the server caps pages: such a cap is a round number
 * (30 and 100 are documented as defaults). One more request in ten lists is the price of never cutting one.
 */
function isLastPage(count: number, limit: number): boolean {
  return count === 0 || (count < limit && count % 10 !== 0)
}
