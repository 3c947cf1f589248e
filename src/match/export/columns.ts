import { fold, MAPPABLE, MORE_PHONES, OTHER_WORDS, PHONES, type Single, SYNONYMS } from './words.ts'

/** Where in a row each thing stands; a phone field may stand in several columns. */
export interface ExportColumns {
  readonly single: Readonly<Partial<Record<Single, number>>>
  readonly phones: readonly { readonly field: string; readonly column: number }[]
}

export interface ColumnOptions {
  /** Those of the configuration. */
  readonly phoneFields: readonly string[]
  /** Field -> column: a header, or a place (`column C`, `column 3`). */
  readonly map: ReadonlyMap<string, string>
}

/** What the cells of one row are as a header. `known` counts the columns that were recognised. */
export type ColumnsFinding =
  | { readonly kind: 'found'; readonly known: number; readonly columns: ExportColumns }
  /** `unmapped`: fields of `--map` whose column is not there. */
  | {
      readonly kind: 'lacking'
      readonly known: number
      readonly missing: readonly string[]
      readonly unmapped: readonly string[]
    }
  /** Two columns may be the field, and nothing says which. */
  | {
      readonly kind: 'twice'
      readonly known: number
      readonly field: string
      readonly columns: readonly number[]
    }

interface Header {
  readonly label: string
  readonly folded: string
  readonly column: number
}

/** Those that decide whose a call is: never the first of two. */
const DECIDING: readonly Single[] = ['id', 'companyId', 'companyExternalId', 'country', 'archived']

/** `A` is 0, `AA` is 26. */
export function letterOf(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26))
  return column < 26 ? letter : letterOf(Math.floor(column / 26) - 1) + letter
}

const PLACE = /^column (?:([a-z]{1,3})|([1-9]\d{0,4}))$/i

/** `column C` and `column 3` are 2; null for a header. */
export function placeOf(text: string): number | null {
  const [, letters, number] = PLACE.exec(text.trim()) ?? []
  if (number !== undefined) return Number(number) - 1
  if (letters === undefined) return null
  return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

/** The columns that a text of `--map` may mean. */
function columnsNamed(text: string, headers: readonly Header[], width: number): readonly number[] {
  const exact = headers.filter((h) => h.label === text.trim())
  const alike = exact.length > 0 ? exact : headers.filter((h) => h.folded !== '' && h.folded === fold(text))
  if (alike.length > 0) return alike.map((h) => h.column)
  const place = placeOf(text)
  return place === null || place >= width ? [] : [place]
}

const matching = (headers: readonly Header[], synonyms: readonly string[]): Header[] =>
  headers.filter((h) => synonyms.includes(h.folded))

/** The columns that may be a field, the likeliest first. */
function findSingle(headers: readonly Header[], name: Single): readonly Header[] {
  const found = matching(headers, SYNONYMS[name])
  const all = found.length > 0 ? found : matching(headers, OTHER_WORDS[name])
  const rank = (h: Header) => SYNONYMS[name].indexOf(h.folded)
  return all.sort((a, b) => rank(a) - rank(b) || a.column - b.column)
}

/** Several columns of different names are one field's when its names mean the same thing; a country's do not. */
function rivals(name: Single, found: readonly Header[]): readonly Header[] {
  if (name !== 'country' && name !== 'archived') return found
  return found.filter((h) => h.folded === found[0]?.folded)
}

/** `custom.Phone 2` is found under `Phone 2` and under `custom.Phone 2`. */
function findPhones(headers: readonly Header[], fields: readonly string[]): ExportColumns['phones'] {
  const found = fields.flatMap((field) => {
    const names = [fold(field), fold(field.replace(/^custom\./, ''))]
    return headers.filter((h) => names.includes(h.folded)).map(({ column }) => ({ field, column }))
  })
  if (!fields.includes('phone')) return found
  const taken = new Set(found.map((f) => f.column))
  const more = headers
    .filter((h) => !taken.has(h.column))
    .flatMap((h) => {
      const name = h.folded.replace(/^custom/, '')
      if (PHONES.includes(h.folded)) return [{ field: 'phone', column: h.column }]
      if (!MORE_PHONES.includes(name)) return []
      return [{ field: `custom.${h.label.replace(/^custom\./, '')}`, column: h.column }]
    })
  return [...found, ...more]
}

interface Chosen {
  readonly columns: ReadonlyMap<string, number>
  readonly unmapped: readonly string[]
  readonly twice: { readonly field: string; readonly columns: readonly number[] } | null
}

function applyMap(headers: readonly Header[], width: number, map: ReadonlyMap<string, string>): Chosen {
  const columns = new Map<string, number>()
  const unmapped: string[] = []
  let twice: Chosen['twice'] = null
  for (const [field, text] of map) {
    const [first, ...others] = columnsNamed(text, headers, width)
    if (first === undefined) unmapped.push(field)
    else if (others.length > 0) twice ??= { field, columns: [first, ...others] }
    else columns.set(field, first)
  }
  return { columns, unmapped, twice }
}

function missingOf({ single, phones }: ExportColumns): string[] {
  const missing: string[] = []
  if (single.id === undefined) missing.push('id')
  if (single.companyId === undefined && single.companyExternalId === undefined) missing.push('companyId')
  if (phones.length === 0) missing.push('phone')
  return missing
}

/** Reads the cells of a row as the header of a table; `map` goes first. */
export function findColumns(cells: readonly string[], o: ColumnOptions): ColumnsFinding {
  const headers = cells
    .map((cell, column) => ({ label: cell.replace(/^\uFEFF/, '').trim(), folded: fold(cell), column }))
    .filter((h) => h.label !== '')
  const chosen = applyMap(headers, cells.length, o.map)
  const mapped = [...chosen.columns.values()]
  const free = headers.filter((h) => !mapped.includes(h.column))
  const single: Partial<Record<Single, number>> = {}
  let twice = chosen.twice
  for (const name of Object.keys(SYNONYMS) as Single[]) {
    const found = findSingle(free, name)
    const column = chosen.columns.get(name) ?? found[0]?.column
    if (column !== undefined) single[name] = column
    if (chosen.columns.has(name) || !DECIDING.includes(name)) continue
    const equals = rivals(name, found)
    if (equals.length > 1) twice ??= { field: name, columns: equals.map((h) => h.column) }
  }
  const phones = [
    ...o.phoneFields.flatMap((field) => {
      const column = chosen.columns.get(field)
      return column === undefined ? [] : [{ field, column }]
    }),
    ...findPhones(
      free,
      o.phoneFields.filter((field) => !chosen.columns.has(field)),
    ),
  ]
  return judge({ single, phones }, { ...chosen, twice })
}

function judge(columns: ExportColumns, { unmapped, twice }: Omit<Chosen, 'columns'>): ColumnsFinding {
  const known = Object.keys(columns.single).length + columns.phones.length
  const missing = missingOf(columns)
  if (missing.length > 0 || unmapped.length > 0) return { kind: 'lacking', known, missing, unmapped }
  // An external id serves only where the file has no other.
  const isSpare = twice?.field === 'companyExternalId' && columns.single.companyId !== undefined
  if (twice !== null && !isSpare) return { kind: 'twice', known, ...twice }
  return { kind: 'found', known, columns }
}

/** What `--map` may name. */
export const mappableFields = (phoneFields: readonly string[]): string[] => [...phoneFields, ...MAPPABLE]
