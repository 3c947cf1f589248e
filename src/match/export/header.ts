import { isData, isObjectId } from './cell.ts'
import {
  type ColumnOptions,
  type ColumnsFinding,
  type ExportColumns,
  findColumns,
  placeOf,
} from './columns.ts'
import { COMPANY_GROUPS, fold, PERSON_GROUPS } from './words.ts'

/** Titles, dates and empty rows stand above a table; further down it is no header any more. */
export const HEADER_ROWS = 50

export interface TableRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** Where a table begins. */
export interface TableHeader {
  /** The row of the names; null where `--map` gives places and the first row is a person already. */
  readonly line: number | null
  readonly labels: readonly string[]
  readonly columns: ExportColumns
  /** The first row that may be a person, as a place in the rows given. */
  readonly firstRow: number
}

export type HeaderFinding =
  | { readonly kind: 'found'; readonly header: TableHeader }
  /** No row of the first ones names anything that is known. `startsWithData`: the first one is somebody's already. */
  | { readonly kind: 'no-header'; readonly startsWithData: boolean }
  /** `row` comes nearest; `labels` are its cells. */
  | {
      readonly kind: 'lacking' | 'twice'
      readonly line: number
      readonly labels: readonly string[]
      readonly finding: Exclude<ColumnsFinding, { kind: 'found' }>
    }

interface Candidate {
  readonly line: number
  readonly labels: readonly string[]
  readonly finding: ColumnsFinding
}

/** The names of two header rows as one: `Company` over `Id`, `Name` is `Company Id`, `Company Name`. */
function joinRows(upper: readonly string[], lower: readonly string[]): string[] {
  const width = Math.max(upper.length, lower.length)
  const seen = new Map<string, number>()
  for (const cell of lower) seen.set(fold(cell), (seen.get(fold(cell)) ?? 0) + 1)
  let group = ''
  return Array.from({ length: width }, (_, column) => {
    const above = upper[column]?.trim() ?? ''
    const below = lower[column]?.trim() ?? ''
    // A merged cell holds its text in its first column.
    if (above !== '') group = above
    if (below === '') return above
    if (group === '' || PERSON_GROUPS.includes(fold(group))) return below
    if (COMPANY_GROUPS.includes(fold(group))) return `Company ${below}`
    return seen.get(fold(below)) === 1 ? below : `${group} ${below}`
  })
}

/** A row as a header, together with the row above where it is none alone. */
function candidateAt(rows: readonly TableRow[], at: number, o: ColumnOptions): Candidate {
  const { line, cells } = rows[at] ?? { line: 0, cells: [] }
  const above = rows[at - 1]
  const finding = findColumns(cells, o)
  if (finding.kind === 'found' || above === undefined || above.line !== line - 1)
    return { line, labels: cells, finding }
  const labels = joinRows(above.cells, cells)
  const joined = findColumns(labels, o)
  return joined.kind === 'found' ? { line, labels, finding: joined } : { line, labels: cells, finding }
}

/** A file without a header, whose columns `--map` gives by their places: the first row is a person. */
function findByPlace(rows: readonly TableRow[], o: ColumnOptions): TableHeader | null {
  const first = rows[0]
  const places = [...o.map.values()].map(placeOf)
  if (first === undefined || places.includes(null)) return null
  const finding = findColumns(Array(first.cells.length).fill(''), o)
  if (finding.kind !== 'found') return null
  const id = first.cells[finding.columns.single.id ?? -1] ?? ''
  return isObjectId(id) ? { line: null, labels: [], columns: finding.columns, firstRow: 0 } : null
}

/**
 * Finds the header of a table in its first rows (not blank), and what stands in
 * which column. `named`: the first row has the names, none else is looked at.
 */
export function findHeader(
  rows: readonly TableRow[],
  o: ColumnOptions & { readonly named?: boolean },
): HeaderFinding {
  const byPlace = o.map.size > 0 ? findByPlace(rows, o) : null
  if (byPlace !== null) return { kind: 'found', header: byPlace }
  let nearest: Nearest | null = null
  const last = Math.min(rows.length, o.named ? 1 : HEADER_ROWS)
  for (let at = 0; at < last; at++) {
    const { finding, labels, line } = candidateAt(rows, at, o)
    if (finding.kind === 'found')
      return { kind: 'found', header: { line, labels, columns: finding.columns, firstRow: at + 1 } }
    if (finding.known > 0 && isBetter(finding, nearest?.finding ?? null)) nearest = { finding, labels, line }
  }
  return nearest === null ? sayNone(rows, o) : { kind: nearest.finding.kind, ...nearest }
}

interface Nearest extends Omit<Candidate, 'finding'> {
  readonly finding: Exclude<ColumnsFinding, { kind: 'found' }>
}

function isBetter(one: ColumnsFinding, other: ColumnsFinding | null): boolean {
  if (other === null) return true
  if (one.kind !== other.kind) return one.kind === 'twice'
  return one.known > other.known
}

/** Headers of which no name is known are still a header when only the rows below hold data. */
function sayNone(rows: readonly TableRow[], o: ColumnOptions): HeaderFinding {
  const [first, second] = rows
  const startsWithData = first?.cells.some(isData) ?? false
  if (first === undefined || startsWithData || first.cells.filter((cell) => cell.trim() !== '').length < 2)
    return { kind: 'no-header', startsWithData }
  if (!(second?.cells.some(isData) ?? false)) return { kind: 'no-header', startsWithData }
  const finding = findColumns(first.cells, o)
  if (finding.kind === 'found') throw new Error('a header that was found is no header')
  return { kind: finding.kind, line: first.line, labels: first.cells, finding }
}
