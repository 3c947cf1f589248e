import type { EndUser, PhoneField } from '../../domain.ts'
import { readCountryName } from '../country-name.ts'
import { NO_TEXT, readId, saysNothing } from './cell.ts'
import type { ExportColumns } from './columns.ts'
import type { TableHeader } from './header.ts'
import { type Misfit, misfitOf, type RowShape } from './row-fit.ts'
import { fold } from './words.ts'

/** Why a row of an export, or of a list of Planhat, gives no End User. */
export type RowProblem =
  | IdProblem
  | Misfit
  | 'company-by-external-id'
  | 'stray-quotes'
  | 'line-break'
  | 'header-again'
  | 'total-row'

export type IdProblem =
  | 'no-id'
  | 'no-company'
  | 'damaged-id'
  | 'invalid-id'
  | 'invalid-company-id'
  | 'several-ids'
  | 'several-company-ids'

export type RowReading =
  | { readonly kind: 'end-user'; readonly endUser: EndUser }
  | { readonly kind: 'problem'; readonly reason: RowProblem }
  | { readonly kind: 'blank' }

/** A table of an export, as far as it is known before its rows are read. */
export interface ExportTable {
  readonly header: TableHeader
  /** Null where every cell is named, as in JSON. */
  readonly shape: RowShape | null
}

/** One row. `doubt`: its quotes may have swallowed cells or rows. */
export interface TableCells {
  readonly cells: readonly string[]
  readonly doubt?: 'quotes'
}

const YES = /^(?:true|yes|y|1|x|ja|oui|s[ií]|wahr|vrai|verdadero|vero)$/i
const TOTAL =
  /^(?:grand|sub|zwischen|gesamt)?(?:total|totals|totale|totaux|sum|summe|gesamt|somme|suma|count|anzahl)$/
const BREAK = /[\r\n]/
/** In a cell of several lines: a row that a stray quote has swallowed. */
const HAS_ID = /\b[0-9a-f]{24}\b/i

type Cell = (name: keyof ExportColumns['single']) => string
type Read<T> = { readonly value: T } | { readonly problem: RowProblem }

/** An End User's own id, and its company's; alike for a file and for Planhat's API. */
export function readOwnId(text: string, from: 'file' | 'api' = 'file'): Read<string> {
  const reading = saysNothing(text) ? ({ kind: 'empty' } as const) : readId(text, from)
  if (reading.kind === 'id') return { value: reading.id }
  if (reading.kind === 'empty') return { problem: 'no-id' }
  if (reading.kind === 'damaged') return { problem: 'damaged-id' }
  return { problem: reading.kind === 'several' ? 'several-ids' : 'invalid-id' }
}

/** The id of a company, or a reference to one (`extid-…`, `srcid-…`) that only Planhat can resolve. */
export function readCompanyReference(text: string, from: 'file' | 'api' = 'file'): Read<string> {
  const reading = saysNothing(text) ? ({ kind: 'empty' } as const) : readId(text, from)
  if (reading.kind === 'id') return { value: reading.id }
  if (reading.kind === 'empty') return { problem: 'no-company' }
  if (reading.kind === 'damaged') return { problem: 'damaged-id' }
  return { problem: reading.kind === 'several' ? 'several-company-ids' : 'invalid-company-id' }
}

/** `companies`: Planhat's ids by reference; null when they are not known yet. */
function readCompanyId(cell: Cell, companies: ReadonlyMap<string, string> | null): Read<string> {
  const external = cell('companyExternalId')
  const isGiven = !saysNothing(cell('companyId')) || saysNothing(external)
  const given: Read<string> = isGiven
    ? readCompanyReference(cell('companyId'))
    : { value: `extid-${external}` }
  if ('problem' in given || /^[0-9a-f]{24}$/.test(given.value)) return given
  const resolved = companies?.get(given.value)
  return resolved === undefined ? { problem: 'company-by-external-id' } : { value: resolved }
}

function structuralProblem({ cells, doubt }: TableCells, { header, shape }: ExportTable): RowProblem | null {
  if (doubt === 'quotes') return 'stray-quotes'
  if (shape?.layout === 'counted' && hasDoubtfulBreak(cells, header.columns)) return 'line-break'
  if (isHeaderAgain(cells, header)) return 'header-again'
  const first = cells.find((text) => text.trim() !== '') ?? ''
  if (TOTAL.test(fold(first))) return 'total-row'
  return shape === null ? null : misfitOf(cells, shape)
}

/** A quote that stands alone pairs up with the next one, lines below, and all between becomes one cell. */
function hasDoubtfulBreak(cells: readonly string[], { single, phones }: ExportColumns): boolean {
  const broken = cells.filter((cell) => BREAK.test(cell))
  if (broken.length === 0) return false
  const known = [...Object.values(single), ...phones.map(({ column }) => column)]
  return known.some((column) => BREAK.test(cells[column] ?? '')) || broken.some((cell) => HAS_ID.test(cell))
}

function isHeaderAgain(cells: readonly string[], { labels, columns }: TableHeader): boolean {
  const id = columns.single.id ?? -1
  if (labels.length === 0 || fold(cells[id] ?? '') !== fold(labels[id] ?? '')) return false
  return labels.every((label, column) => fold(label) === fold(cells[column] ?? ''))
}

/**
 * One row of an export. `companies` (reference -> Planhat id) serves files that name companies by an id of another
 * system; null when it is not known. Whatever does not fit is a problem by its name, never a guess.
 */
export function readEndUserRow(
  row: TableCells,
  table: ExportTable,
  companies: ReadonlyMap<string, string> | null = null,
): RowReading {
  const { cells } = row
  const { columns } = table.header
  if (cells.every((text) => text.trim() === '')) return { kind: 'blank' }
  const structural = structuralProblem(row, table)
  if (structural !== null) return { kind: 'problem', reason: structural }
  const cell: Cell = (name) => {
    const text = cells[columns.single[name] ?? -1]?.trim() ?? ''
    return text === NO_TEXT ? '' : text
  }
  const id = readOwnId(cell('id'))
  if ('problem' in id) return { kind: 'problem', reason: id.problem }
  const companyId = readCompanyId(cell, companies)
  if ('problem' in companyId) return { kind: 'problem', reason: companyId.problem }
  const full = [cell('firstName'), cell('lastName')].filter((part) => part !== '').join(' ')
  return {
    kind: 'end-user',
    endUser: {
      id: id.value,
      name: cell('name') || full || null,
      email: cell('email') || null,
      companyId: companyId.value,
      companyName: cell('companyName') || null,
      country: readCountryName(cell('country')),
      archived: YES.test(cell('archived')),
      phones: readPhones(cells, columns),
    },
  }
}

function readPhones(cells: readonly string[], columns: ExportColumns): PhoneField[] {
  return columns.phones
    .map(({ field, column }) => ({ field, raw: cells[column]?.trim() ?? '' }))
    .filter(({ raw }) => raw !== '')
}
