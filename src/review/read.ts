import { pipeline } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { UsageError } from '../errors.ts'
import { readText } from '../files/encoding.ts'
import { type Cells, COLUMNS, type Column } from './columns.ts'
import { type Dialect, detectDialect } from './dialect.ts'
import { restore } from './spreadsheet.ts'

export interface ReviewRow {
  /** Line of the file on which the row begins; the header is line 1. */
  readonly line: number
  /** As saved, the guarding apostrophe undone; columns of the plan only. */
  readonly cells: Cells
}

type Places = ReadonlyMap<Column, number>

/** Columns that a file of an earlier version does not have: nothing is decided by them. */
const LATER: ReadonlySet<Column> = new Set<Column>(['candidate_names', 'calls_of_number'])

/**
 * Reads a reviewed plan row by row: comma, semicolon or tab, any encoding a
 * spreadsheet saves, columns in any order, further columns ignored. @throws UsageError
 * PLAN_NOT_FOUND, CSV_NOT_A_PLAN (names what is missing and found), CSV_UNREADABLE.
 */
export async function* readReviewCsv(path: string): AsyncGenerator<ReviewRow> {
  try {
    let places: Places | null = null
    let line = 1
    for await (const record of parseFile(path, await detectDialect(path))) {
      if (places === null) places = findColumns(record, path)
      else if (record.some((cell) => cell.trim() !== '')) yield { line, cells: takeCells(record, places) }
      line += linesOf(record)
    }
    if (places === null) findColumns([], path)
  } catch (error) {
    throw explain(error, path)
  }
}

/** Empty lines come as records too, so that lines can be counted; spreadsheets leave out trailing empty cells. */
function parseFile(path: string, { encoding, separator }: Dialect): AsyncIterable<string[]> {
  const parser = parse({
    delimiter: separator,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
  })
  // A failure of the source destroys the parser with it, and whoever reads from the parser gets it.
  pipeline(readText(path, encoding), parser, () => undefined)
  return parser
}

/** csv-parse counts a CRLF inside quotes twice, so lines are counted here. */
function linesOf(record: readonly string[]): number {
  return record.reduce((lines, cell) => lines + (cell.match(/\r\n|\n|\r/gu)?.length ?? 0), 1)
}

function findColumns(header: readonly string[], path: string): Places {
  const names = header.map((name) => name.trim().toLowerCase())
  const missing = COLUMNS.filter((column) => !names.includes(column) && !LATER.has(column))
  if (missing.length === 0) return new Map(COLUMNS.map((column) => [column, names.indexOf(column)]))
  const found = COLUMNS.filter((column) => names.includes(column))
  // A first line that is no header may be a person: only names that a plan has are repeated.
  throw new UsageError(
    'CSV_NOT_A_PLAN',
    `${path} is not a whole plan: missing ${missing.join(', ')}; found ${found.join(', ') || 'none of its columns'}.`,
    { suggestions: ['Keep every column of the review CSV (hide what you do not need), or make a new plan.'] },
  )
}

function takeCells(record: readonly string[], places: Places): Cells {
  const cells = COLUMNS.map((column) => [column, restore(record[places.get(column) ?? -1] ?? '')])
  return Object.fromEntries(cells) as Cells
}

function explain(error: unknown, path: string): unknown {
  if (error instanceof CsvError) {
    const at = typeof error['lines'] === 'number' ? ` near line ${error['lines']}` : ''
    return new UsageError('CSV_UNREADABLE', `${path} cannot be read as CSV${at} (${error.code}).`, {
      suggestions: ['Save it again from the spreadsheet as CSV (UTF-8).'],
      cause: error,
    })
  }
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EISDIR' || code === 'EACCES') {
    const why = code === 'EISDIR' ? 'is a folder' : 'may not be read'
    return new UsageError('CSV_UNREADABLE', `${path} ${why}.`, {
      suggestions: ['give the path of a review CSV, or the id of a run: aircall-sync runs'],
      cause: error,
    })
  }
  if (code !== 'ENOENT') return error
  return new UsageError('PLAN_NOT_FOUND', `There is no file ${path}.`, { cause: error })
}
