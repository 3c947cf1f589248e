import type { EndUser, PhoneField } from '../domain.ts'
import { readCountryName } from './country-name.ts'
import type { ExportColumns } from './export-columns.ts'

/** Why a row of an export gives no End User. */
export type RowProblem = 'no-id' | 'no-company' | 'damaged-id' | 'company-by-external-id'

export type RowReading =
  | { readonly kind: 'end-user'; readonly endUser: EndUser }
  | { readonly kind: 'problem'; readonly reason: RowProblem }
  | { readonly kind: 'blank' }

// docs/reference/users-and-peers.md section 9: an id of digits alone, or with one e, is shown by Excel as a number;
// beyond 15 digits it keeps zeros only.
const DAMAGED_ID = /^\d(?:[.,]\d+)?E\+\d+$|^\d{15}0{6,}$/i
const YES = /^(?:true|yes|y|1|x|ja|oui|s[ií]|wahr|vrai|verdadero|vero)$/i
/** docs/reference/planhat-api.md section 4: the import template allows `extid-<company externalId>` as Company Id. */
const EXTERNAL = /^extid-(.+)$/i

type Cell = (name: keyof ExportColumns['single']) => string

function readCompanyId(cell: Cell, companies: ReadonlyMap<string, string> | null): string | RowProblem {
  const given = cell('companyId')
  if (DAMAGED_ID.test(given)) return 'damaged-id'
  const external = given === '' ? cell('companyExternalId') : EXTERNAL.exec(given)?.[1]
  if (external === undefined) return given
  if (external === '') return 'no-company'
  return companies?.get(external) ?? 'company-by-external-id'
}

const PROBLEMS: readonly string[] = [
  'no-company',
  'damaged-id',
  'company-by-external-id',
] satisfies RowProblem[]

/**
 * One row of an export, by its columns. `companies` (external id -> Planhat id) serves files that name companies
 * by external id; null when it is not known.
 */
export function readEndUserRow(
  cells: readonly string[],
  columns: ExportColumns,
  companies: ReadonlyMap<string, string> | null = null,
): RowReading {
  const cell: Cell = (name) => cells[columns.single[name] ?? -1]?.trim() ?? ''
  if (cells.every((text) => text.trim() === '')) return { kind: 'blank' }
  const id = cell('id')
  if (id === '') return { kind: 'problem', reason: 'no-id' }
  if (DAMAGED_ID.test(id)) return { kind: 'problem', reason: 'damaged-id' }
  const companyId = readCompanyId(cell, companies)
  if (PROBLEMS.includes(companyId)) return { kind: 'problem', reason: companyId as RowProblem }
  const full = [cell('firstName'), cell('lastName')].filter((part) => part !== '').join(' ')
  return {
    kind: 'end-user',
    endUser: {
      id,
      name: cell('name') || full || null,
      email: cell('email') || null,
      companyId,
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
