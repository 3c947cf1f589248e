import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { UsageError } from '../errors.ts'
import { COLUMNS } from './columns.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
export type Separator = ',' | ';' | '\t'

const HEAD_BYTES = 16_384

export interface Dialect {
  readonly encoding: Encoding
  readonly separator: Separator
}

/**
 * How a spreadsheet saved the file. `CSV UTF-8` is UTF-8 with BOM; Excel's plain `CSV` is Windows-1252 with the
 * separator of the user's language; its `Unicode text` is UTF-16 with tabs. @throws UsageError CSV_NOT_A_PLAN for a workbook.
 */
export async function detectDialect(path: string): Promise<Dialect> {
  const head = await readHead(path)
  if (head.subarray(0, 2).toString('latin1') === 'PK') throw notText(path)
  const encoding = detectWide(head) ?? ((await isUtf8(path)) ? 'utf-8' : 'windows-1252')
  const text = new TextDecoder(encoding).decode(head)
  return { encoding, separator: detectSeparator(text) }
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** By byte order mark, else by the zero bytes that ASCII letters have in UTF-16. */
function detectWide(head: Buffer): Encoding | null {
  const [first, second] = head
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (second === 0 && first !== 0) return 'utf-16le'
  return first === 0 && second !== 0 ? 'utf-16be' : null
}

async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of createReadStream(path)) decoder.decode(chunk as Buffer, { stream: true })
    decoder.decode()
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
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
