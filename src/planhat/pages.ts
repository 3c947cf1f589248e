import { RetryableError } from '../errors.ts'
import type { HttpClient } from '../http/client.ts'
import { askRows } from './ask.ts'
import { type Row, readAnyRow, readRow } from './schema.ts'
import { SeenIds } from './seen-ids.ts'

export interface ListRequest {
  readonly path: string
  /**
   * The documented largest page: 2000, for companies 5000, for users 10,000
   * (docs/reference/planhat-api.md sections 3 to 5).
   */
  readonly limit: number
  /** Documented to come whole: a short page is the last one, however round its number is. */
  readonly isWhole?: boolean
  readonly query?: Readonly<Record<string, string | undefined>>
  /** `count`: a row without `_id` is given on as `isKeyless`; else it ends the reading. */
  readonly keyless?: 'count' | 'refuse'
  readonly signal?: AbortSignal | undefined
}

/** So many pages in a row that bring no new row: the list does not go on, however often it is asked. */
const MAX_IN_VAIN = 4

/**
 * The rows of a list, page by page, each row once. Planhat pages by offset over a set that changes. Sorted by `_id`
 * a new row stands at the end, but a row that is deleted lets all that follow move up, past the next offset. So each
 * page begins with the last row of the page before. A page that begins with a row that was not seen has left some
 * out: the list is read again from further and further back, in the worst case from its beginning. Rows that come
 * again are dropped by their `_id`, which is also what holds where `sort` is ignored. Where `limit` is ignored, the
 * next offset follows what was really returned. The overlap costs one row a page, as a rule no request.
 * @throws RetryableError `PLANHAT_LIST_MOVES` when page after page brings nothing new and the list has no end.
 */
export async function* readPages(http: HttpClient, list: ListRequest): AsyncGenerator<Row[]> {
  const seen = new SeenIds()
  const at: Place = { offset: 0, back: 0, pageSize: list.limit, inVain: 0, same: 0, first: undefined }
  for (;;) {
    const rows = await readPage(http, list, at.offset)
    if (!joins(rows, at.offset, seen)) {
      stepBack(at)
      continue
    }
    at.back = 0
    const fresh = rows.filter((row) => seen.add(row._id))
    if (fresh.length > 0) yield fresh
    if (isLastPage(rows.length, list) || isRepeated(at, rows, { list, fresh })) return
    at.first = rows[0]?._id
    at.pageSize = rows.length
    at.offset += Math.max(1, rows.length - 1)
  }
}

/** The same rows again and again, and not a full page: the offset is ignored and this is the whole list. */
function isRepeated(
  at: Place,
  rows: readonly Row[],
  o: { list: ListRequest; fresh: readonly Row[] },
): boolean {
  const isNew = o.fresh.length > 0
  at.inVain = isNew ? 0 : at.inVain + 1
  at.same = !isNew && rows[0]?._id === at.first && rows.length === at.pageSize ? at.same + 1 : 0
  if (at.same === 2 && rows.length < o.list.limit) return true
  if (at.inVain >= MAX_IN_VAIN) throw neverEnds(o.list)
  return false
}

interface Place {
  offset: number
  /** How far the last step back led; 0 where the page before was taken. */
  back: number
  pageSize: number
  /** Pages in a row without a new row. */
  inVain: number
  /** How often the page before came again, and its first row. */
  same: number
  first: string | undefined
}

/** By half a page, then by more and more. The pages on the way up again are none that were read in vain. */
function stepBack(at: Place): void {
  at.back = at.back === 0 ? Math.ceil(at.pageSize / 2) : at.back * 2
  at.offset = Math.max(0, at.offset - at.back)
  at.inVain = -Math.ceil((2 * at.back) / at.pageSize)
}

async function readPage(http: HttpClient, list: ListRequest, offset: number): Promise<Row[]> {
  const { path, limit, signal } = list
  const query = { sort: '_id', ...list.query, limit, offset }
  const raw = await askRows(http, { path, query, priority: 'page', signal })
  const isCounted = list.keyless === 'count'
  return raw.map((row, i) => (isCounted ? readAnyRow(row) : readRow(row, `GET ${path}: [${offset + i}]`)))
}

/** Nothing can stand between what was read and this page. A list that has become shorter than the offset has moved. */
function joins([first]: readonly Row[], offset: number, seen: SeenIds): boolean {
  return offset === 0 || (first !== undefined && seen.has(first._id))
}

/**
 * A short page ends a list, unless it may be short because the server caps pages: such a cap is a round number
 * (30 and 100 are documented as defaults). One more request in ten lists is the price of never cutting one.
 */
function isLastPage(count: number, { limit, isWhole = false }: ListRequest): boolean {
  return count === 0 || (count < limit && (isWhole || count % 10 !== 0))
}

function neverEnds({ path }: ListRequest): RetryableError {
  return new RetryableError(
    'PLANHAT_LIST_MOVES',
    `GET ${path}: the list changed under the reading again and again, or Planhat ignores the offset.`,
    { suggestions: ['Run the same command again later: it continues.'] },
  )
}
