import { readText, type TextEncoding } from '../../files/encoding.ts'
import { CsvProblem, CsvRows } from './csv-rows.ts'
import { type ExportFile, type ExportRow, unreadable } from './table.ts'

const DELIMITERS = [',', ';', '\t', '|'] as const
// Excel's own hint, written as the first line of some exports.
const HINT = /^sep=(.)\r?\n/i
/** Characters that delimiter and line ends are judged by. */
const HEAD = 65_536

type Dialect = { readonly delimiter: string; readonly newline: '\n' | '\r'; readonly skip: number }

/**
 * The delimiter that parts most rows alike, outside of quotes: titles above a table
 * have none, and a comma in a name or a semicolon in a list stands in some rows only.
 */
export function detectDelimiter(head: string, newline: '\n' | '\r'): string {
  const scores = DELIMITERS.map((delimiter) => scoreOf(head, { delimiter, newline, line: 1 }))
  return DELIMITERS[scores.indexOf(Math.max(...scores))] ?? ','
}

function scoreOf(head: string, o: ConstructorParameters<typeof CsvRows>[0]): number {
  const counts = new Map<number, number>()
  for (const { cells } of rowsOfHead(head, o)) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1)
  return Math.max(0, ...[...counts].map(([cells, rows]) => (cells - 1) * rows))
}

function rowsOfHead(head: string, o: ConstructorParameters<typeof CsvRows>[0]): ExportRow[] {
  const rows = new CsvRows(o)
  const whole = rows.take(head, { end: false })
  // A whole file of one line, or the beginning of a row.
  return whole.length > 0 ? whole : [{ line: 1, cells: head.split(o.delimiter) }]
}

async function detectDialect(path: string, text: TextEncoding): Promise<Dialect> {
  let head = ''
  for await (const piece of readText(path, text.encoding)) {
    head += piece
    if (head.length >= HEAD) break
  }
  head = head.slice(0, HEAD)
  const hint = HINT.exec(head)
  const skip = hint?.[0].length ?? 0
  const newline = head.includes('\n') ? '\n' : '\r'
  return { delimiter: hint?.[1] ?? detectDelimiter(head.slice(skip), newline), newline, skip }
}

async function* readRows(path: string, text: TextEncoding, dialect: Dialect): AsyncGenerator<ExportRow[]> {
  const { delimiter, newline, skip } = dialect
  const rows = new CsvRows({ delimiter, newline, line: skip > 0 ? 2 : 1 })
  let left = skip
  try {
    for await (const piece of readText(path, text.encoding)) {
      const found = rows.take(piece.slice(left), { end: false })
      left = Math.max(0, left - piece.length)
      if (found.length > 0) yield found
    }
    yield rows.take('', { end: true })
  } catch (error) {
    if (error instanceof CsvProblem) throw unreadable(path, error.message, error)
    throw error
  }
}

/** A delimited file: comma, semicolon, tab or bar, in any encoding that `detectEncoding` knows. */
export async function openCsv(path: string, text: TextEncoding): Promise<ExportFile> {
  const dialect = await detectDialect(path, text)
  const rows = () => readRows(path, text, dialect)
  return {
    format: 'csv',
    text,
    delimiter: dialect.delimiter,
    sheets: [{ name: null, leftOut: null, layout: 'counted', rows }],
    close: () => undefined,
  }
}
