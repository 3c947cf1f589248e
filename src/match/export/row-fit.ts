import { isObjectId, readId, saysNothing } from './cell.ts'
import type { TableHeader } from './header.ts'

/** Why the cells of a row are not those of its header. */
export type Misfit = 'too-many-cells' | 'too-few-cells' | 'shifted-cells'

/** How cells find their columns: by counting delimiters, or by a place of their own. */
export type Layout = 'counted' | 'addressed'

/** What the rows of one table look like. */
export interface RowShape {
  readonly layout: Layout
  readonly width: number
  /** The commonest count of cells; a program that ends each line with a delimiter has one more than the header. */
  readonly usualWidth: number
  /** By column: ids only, with at most a blank; anything but ids; or nothing is known. */
  readonly kinds: readonly ColumnKind[]
  /** Columns of the ids that decide whose a call is. */
  readonly deciding: readonly number[]
}

type ColumnKind = 'ids' | 'maybe-ids' | 'no-ids' | 'phone' | 'email'

/** From so many on, the cells of a column say what it holds, whatever its header. */
const ENOUGH = 5
const MOSTLY = 0.8

const ID_WORD = /(?:^|[^a-z])(?:ids?|uid|oid|key|ref(?:erence)?)(?:$|[^a-z])/i
const saysId = (label: string): boolean => ID_WORD.test(label.replace(/([a-z])([A-Z])/g, '$1 $2'))

/** Learns from the first rows below the header what each column holds. */
export function learnShape(
  rows: readonly (readonly string[])[],
  { labels, columns }: TableHeader,
  layout: Layout,
): RowShape {
  const commonestWidth = commonest(rows.map((cells) => cells.length))
  const width = labels.length > 0 ? labels.length : commonestWidth
  const usualWidth = rows.length < ENOUGH ? width : commonestWidth
  const { id, companyId, companyExternalId, email, ...others } = columns.single
  const deciding = [id, companyId].filter((column) => column !== undefined)
  const kinds = Array.from({ length: width }, (_, column): ColumnKind => {
    if (deciding.includes(column)) return 'ids'
    if (column === companyExternalId) return 'maybe-ids'
    if (column === email) return 'email'
    if (columns.phones.some((phone) => phone.column === column)) return 'phone'
    if (Object.values(others).includes(column)) return 'no-ids'
    return learnKind(
      labels[column] ?? '',
      rows.map((cells) => cells[column] ?? ''),
    )
  })
  return { layout, width, usualWidth, kinds, deciding }
}

function learnKind(label: string, cells: readonly string[]): ColumnKind {
  const filled = cells.filter((cell) => !saysNothing(cell))
  const ids = filled.filter(isObjectId).length
  if (filled.length >= ENOUGH && ids >= filled.length * MOSTLY) return 'ids'
  if (!saysId(label)) return 'no-ids'
  return ids >= filled.length / 2 && ids > 0 && !/ext|source|src/i.test(label) ? 'ids' : 'maybe-ids'
}

function commonest(counts: readonly number[]): number {
  const seen = new Map<number, number>()
  for (const count of counts) seen.set(count, (seen.get(count) ?? 0) + 1)
  return [...seen].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}

/**
 * Whether the cells of a row stand under their headers. An unquoted delimiter in a name moves all that
 * follows to the right, a missing cell to the left, and another column's id may then stand where the
 * company's should: such a row has a cell too many, an id where none belongs, or something else where
 * ids belong. Missing blank cells at the end are harmless, unless the row could be read both ways.
 */
export function misfitOf(cells: readonly string[], shape: RowShape): Misfit | null {
  for (let column = shape.width; column < cells.length; column++)
    if (cells[column]?.trim() !== '') return 'too-many-cells'
  const length = shape.layout === 'counted' ? misfitOfLength(cells.length, shape) : null
  return (
    length ?? (cells.some((cell, column) => isMisplaced(cell, shape.kinds[column])) ? 'shifted-cells' : null)
  )
}

/**
 * What moved everything by some cells, whether it stood left or right of them, moved the rightmost
 * id that decides: it is in doubt when the column it would have come from holds ids as well.
 */
function misfitOfLength(length: number, { width, usualWidth, deciding, kinds }: RowShape): Misfit | null {
  const last = Math.max(...deciding)
  const holdsIds = (column: number) => kinds[column] === 'ids' || kinds[column] === 'maybe-ids'
  const cameFrom = (column: number, by: number): boolean =>
    holdsIds(column + by) && (!deciding.includes(column + by) || cameFrom(column + by, by))
  const steps = Array.from({ length: Math.abs(length - width) }, (_, i) => i + 1)
  if (length > width && length !== usualWidth)
    return steps.some((by) => cameFrom(last, -by)) ? 'too-many-cells' : null
  return length < width && steps.some((by) => cameFrom(last, by)) ? 'too-few-cells' : null
}

const LOOKS_LIKE_NUMBER = /^\+?[\d ().-]{7,}$/

function isMisplaced(cell: string, kind: ColumnKind | undefined): boolean {
  if (kind === undefined || kind === 'maybe-ids') return false
  const text = cell.trim()
  if (kind !== 'ids' && text.length === 24 && isObjectId(text)) return true
  if (kind === 'phone') return text.includes('@')
  if (kind === 'email') return LOOKS_LIKE_NUMBER.test(text)
  return kind === 'ids' && readId(text).kind === 'none' && !saysNothing(text)
}
