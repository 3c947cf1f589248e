import { closest, distance } from 'fastest-levenshtein'
import { UsageError } from '../errors.ts'

/** What `--map` can name besides the configured phone fields (contract, after section 7). */
export const MAPPABLE = ['id', 'name', 'email', 'companyId', 'companyName', 'country', 'archived'] as const
type Mappable = (typeof MAPPABLE)[number]
type Single = Mappable | 'firstName' | 'lastName' | 'companyExternalId'

/** Where in a row each thing stands; a phone field may stand in several columns. */
export interface ExportColumns {
  readonly single: Readonly<Partial<Record<Single, number>>>
  readonly phones: readonly { readonly field: string; readonly column: number }[]
}

/** docs/reference/planhat-api.md section 4, "Exported End Users", as `fold` writes them. */
const SYNONYMS: Readonly<Record<Single, readonly string[]>> = {
  id: ['id', 'planhatid', 'enduserid', 'planhatenduserid'],
  name: ['name', 'fullname', 'endusername'],
  firstName: ['firstname'],
  lastName: ['lastname'],
  email: ['email', 'emailaddress'],
  companyId: ['companyid', 'companyplanhatid', 'planhatcompanyid'],
  companyName: ['companyname', 'company'],
  companyExternalId: ['companyexternalid', 'companyextid'],
  country: ['country', 'companycountry', 'countrycode'],
  archived: ['archived', 'isarchived'],
}
const PHONE_SYNONYMS = ['phone', 'phonenumber', 'telephone', 'telephonenumber']
/** Further phone columns that people export; each is known by its own header. */
const MORE_PHONES = ['phone2', 'mobile', 'mobilephone', 'mobilenumber']

const fold = (header: string): string =>
  header
    .toLowerCase()
    .replace(/^\uFEFF/, '')
    .replace(/[\s_.-]+/g, '')

interface Header {
  readonly label: string
  readonly folded: string
  readonly column: number
}

/** `custom.Phone 2` is found under `Phone 2` and under `custom.Phone 2`. */
function findField(headers: readonly Header[], field: string): Header | undefined {
  const folded = fold(field.replace(/^custom\./, ''))
  return headers.find((h) => h.folded === fold(field) || h.folded === folded)
}

function findPhones(headers: readonly Header[], fields: readonly string[]): ExportColumns['phones'] {
  const found = fields.flatMap((field) => {
    const header = findField(headers, field)
    return header ? [{ field, column: header.column }] : []
  })
  if (!fields.includes('phone')) return found
  const taken = new Set(found.map((f) => f.column))
  const more = headers
    .filter((h) => !taken.has(h.column))
    .flatMap((h) => {
      const name = h.folded.replace(/^custom/, '')
      if (PHONE_SYNONYMS.includes(h.folded)) return [{ field: 'phone', column: h.column }]
      return MORE_PHONES.includes(name)
        ? [{ field: `custom.${h.label.replace(/^custom\./, '')}`, column: h.column }]
        : []
    })
  return [...found, ...more]
}

function applyMap(headers: readonly Header[], map: ReadonlyMap<string, string>, fields: readonly string[]) {
  const chosen = new Map<string, number>()
  for (const [name, label] of map) {
    const allowed = [...fields, ...MAPPABLE]
    if (!allowed.includes(name)) {
      throw new UsageError('MAP_UNKNOWN_FIELD', `--map ${name}=…: there is no field "${name}".`, {
        suggestions: [`Did you mean ${closest(name, allowed)}? Fields: ${allowed.join(', ')}`],
      })
    }
    const header = headers.find((h) => h.label === label) ?? headers.find((h) => h.folded === fold(label))
    if (!header) throw unknownColumn(name, label, headers)
    chosen.set(name, header.column)
  }
  return chosen
}

function unknownColumn(name: string, label: string, headers: readonly Header[]): UsageError {
  const labels = headers.map((h) => h.label)
  const near = labels.length > 0 ? closest(label, labels) : ''
  const hint = near && distance(near, label) <= 3 ? [`Did you mean --map "${name}=${near}"?`] : []
  return new UsageError('MAP_UNKNOWN_COLUMN', `--map ${name}=…: the file has no column "${label}".`, {
    suggestions: [...hint, sayColumns(headers)],
  })
}

const sayColumns = (headers: readonly Header[]): string =>
  `Columns of the file: ${headers.map((h) => h.label).join(', ') || '(none)'}`

function demand(columns: ExportColumns, headers: readonly Header[]): void {
  const { single, phones } = columns
  const missing: string[] = []
  if (single.id === undefined) missing.push('id')
  if (single.companyId === undefined && single.companyExternalId === undefined) missing.push('companyId')
  if (phones.length === 0) missing.push('phone')
  if (missing.length === 0) return
  throw new UsageError(
    'COLUMNS_UNKNOWN',
    `No column of the file is known to be the End User's ${missing.join(' or ')}.`,
    {
      suggestions: [sayColumns(headers), ...missing.map((name) => `Name it with --map "${name}=<column>"`)],
    },
  )
}

/**
 * Finds the columns of an export by their headers; `map` (field -> column) goes first. `phoneFields` are those of
 * the configuration. @throws UsageError that names the columns found and the --map to use.
 */
export function findColumns(
  header: readonly string[],
  o: { phoneFields: readonly string[]; map: ReadonlyMap<string, string> },
): ExportColumns {
  const headers = header
    .map((label, column) => ({ label: label.replace(/^\uFEFF/, '').trim(), folded: fold(label), column }))
    .filter((h) => h.folded !== '')
  const chosen = applyMap(headers, o.map, o.phoneFields)
  const free = headers.filter((h) => ![...chosen.values()].includes(h.column))
  const single: Partial<Record<Single, number>> = {}
  for (const [name, synonyms] of Object.entries(SYNONYMS) as [Single, readonly string[]][]) {
    const column = chosen.get(name) ?? free.find((h) => synonyms.includes(h.folded))?.column
    if (column !== undefined) single[name] = column
  }
  const mapped = o.phoneFields.flatMap((field) => {
    const column = chosen.get(field)
    return column === undefined ? [] : [{ field, column }]
  })
  const unmapped = o.phoneFields.filter((field) => !chosen.has(field))
  const columns = { single, phones: [...mapped, ...findPhones(free, unmapped)] }
  demand(columns, headers)
  return columns
}
