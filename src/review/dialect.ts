import { UsageError } from '../errors.ts'
import { detectEncoding, type Encoding, readHead } from '../files/encoding.ts'
import { COLUMNS } from './columns.ts'

export type Separator = ',' | ';' | '\t'

const HEAD_BYTES = 16_384

export interface Dialect {
  readonly encoding: Encoding
  readonly separator: Separator
}

/**
 * How a spreadsheet saved the file. `CSV UTF-8` is UTF-8 with BOM; Excel's plain
 * `CSV` is Windows-1252 with the separator of the user's language; its `Unicode text`
 * is UTF-16 with tabs. @throws UsageError CSV_NOT_A_PLAN for a workbook.
 */
export async function detectDialect(path: string): Promise<Dialect> {
  const head = await readHead(path, HEAD_BYTES)
  if (head.subarray(0, 2).toString('latin1') === 'PK') throw notText(path)
  const { encoding } = await detectEncoding(path)
  const text = new TextDecoder(encoding).decode(head)
  return { encoding, separator: detectSeparator(text) }
}

/** The one that makes the most known columns of the first line. */
function detectSeparator(text: string): Separator {
  const line = text.split(/\r\n|\r|\n/u, 1)[0] ?? ''
  const known = (separator: Separator) =>
    line.split(separator).filter((name) => isColumn(name.replaceAll('"', ''))).length
  const separators: Separator[] = [',', ';', '\t']
  return separators.reduce((best, separator) => (known(separator) > known(best) ? separator : best))
}

function isColumn(name: string): boolean {
  return COLUMNS.some((column) => column === name.trim().toLowerCase())
}

function notText(path: string): UsageError {
  return new UsageError('CSV_NOT_A_PLAN', `${path} is a workbook, not a CSV.`, {
    suggestions: ['Save it from the spreadsheet as CSV (UTF-8) and apply that file.'],
  })
}
