import { formatCount, formatNoun } from './words.ts'

/** A column of a file, and what it was taken for. `header` is null where columns were named by place. */
export interface TakenColumn {
  readonly field: string
  /** As a spreadsheet names it: `A`, `B`, `AA`. */
  readonly column: string
  readonly header: string | null
}

/** Rows of one reason, with the first lines on which they stand. */
export interface LeftOut {
  readonly reason: string
  readonly count: number
  readonly lines: readonly number[]
}

/** What was read of one sheet; of a file without sheets, all of it, and `name` is null. */
export interface SheetReading {
  readonly name: string | null
  /** Why it was not read; null where it was. */
  readonly why: string | null
  readonly headerRow: number | null
  readonly columns: readonly TakenColumn[]
  /** Below the header, blank ones not counted. */
  readonly rows: number
  readonly endUsers: number
  readonly leftOut: readonly LeftOut[]
}

/** What `index import` has read. */
export interface FileReading {
  readonly file: string
  readonly format: 'xlsx' | 'csv' | 'json' | 'ndjson'
  /** Null for a workbook, as the delimiter is for all but a CSV. */
  readonly encoding: string | null
  readonly encodingIsGuess: boolean
  readonly delimiter: string | null
  readonly sheets: readonly SheetReading[]
}

/** Reasons for which a row gives no End User, as people would say them. */
const REASONS: Readonly<Record<string, string>> = {
  'no-id': 'no End User id',
  'no-company': 'no company id',
  'invalid-id': 'the End User id is none (24 hex digits, extid-… or srcid-…)',
  'invalid-company-id': 'the company id is none (24 hex digits, extid-… or srcid-…)',
  'several-ids': 'several End User ids in one cell',
  'several-company-ids': 'several company ids in one cell',
  'damaged-id': 'a spreadsheet turned an id into a number',
  'company-by-external-id': 'the company is named by an id of another system that Planhat does not know',
  'too-many-cells': 'more cells than the header, so they may have moved',
  'too-few-cells': 'fewer cells than the header, so they may have moved',
  'shifted-cells': 'cells do not fit their columns, so they may have moved',
  'stray-quotes': 'quotes close in the middle of a cell',
  'line-break': 'a line break in a cell, so a quote may have swallowed rows',
  'header-again': 'the header again',
  'total-row': 'a row of totals',
  'duplicate-row': 'the same End User again (its phones were added)',
  'duplicate-in-other-company': 'the same End User in two companies (in neither now)',
  erased: 'erased on request',
}

const DELIMITERS: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
}
const ENCODINGS: Readonly<Record<string, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  'windows-1252': 'Windows-1252',
  macintosh: 'MacRoman',
}

function sayFormat({ format, delimiter, encoding }: FileReading): string {
  const parts = [format === 'xlsx' ? 'Excel workbook' : format.toUpperCase()]
  if (delimiter !== null) parts.push(DELIMITERS[delimiter] ?? `"${delimiter}"`)
  if (encoding !== null) parts.push(ENCODINGS[encoding] ?? encoding)
  return parts.join(', ')
}

function sayColumn({ field, column, header }: TakenColumn): string {
  return `    ${field} from column ${column}${header === null ? '' : ` "${header}"`}`
}

/** `left out: no End User id  3 (lines 2, 3, 4)` */
export function sayLeftOut({ reason, count, lines }: LeftOut): string {
  const more = count > lines.length ? ', …' : ''
  const where = `${lines.length === 1 && more === '' ? 'line' : 'lines'} ${lines.join(', ')}${more}`
  return `left out: ${REASONS[reason] ?? reason}  ${formatCount(count)} (${where})`
}

function saySheet(sheet: SheetReading): string[] {
  const name = sheet.name === null ? '' : `sheet "${sheet.name}": `
  if (sheet.why !== null) return [`  ${name}not read, ${sheet.why}`]
  const header = sheet.headerRow === null ? 'no header row' : `header in row ${sheet.headerRow}`
  // The names of JSON stand in every object.
  const where = sheet.headerRow === 0 ? 'names of the objects' : header
  return [
    `  ${name}${where}, ${formatNoun(sheet.rows, 'row')}, ${formatNoun(sheet.endUsers, 'End User')} taken`,
    ...sheet.columns.map(sayColumn),
    ...sheet.leftOut.map((rows) => `    ${sayLeftOut(rows)}`),
  ]
}

/** What was read of a file, for people: sheets, header, columns, rows left out. Never a cell of a row. */
export function sayReading(reading: FileReading): string[] {
  const guess = reading.encodingIsGuess
    ? ['  the encoding is a guess: where names look odd, save the file as UTF-8']
    : []
  return [`Read from ${reading.file} (${sayFormat(reading)})`, ...guess, ...reading.sheets.flatMap(saySheet)]
}
