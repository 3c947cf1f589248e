import { pipeline, Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { detectEncoding, readText } from '../files/encoding.ts'
import { type ExportTable, unreadable } from './export-table.ts'

const DELIMITERS = [',', ';', '\t'] as const
// Excel's own hint, written as the first line of some exports.
const HINT = /^sep=(.)\r?\n/i

/** The delimiter that stands most often in the header line, outside quotes. */
export function detectDelimiter(firstLine: string): string {
  const bare = firstLine.replace(/"[^"]*"/g, '')
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}

async function* parseRows(path: string): AsyncGenerator<string[]> {
  const text = readText(path, (await detectEncoding(path)).encoding)
  let head = ''
  for await (const piece of text) {
    head += piece
    if (/\n[^\n]*\n/.test(head)) break
  }
  const hint = HINT.exec(head)
  const delimiter = hint?.[1] ?? detectDelimiter(head.split(/\r?\n/, 1)[0] ?? '')
  const parser = parse({ delimiter, relax_column_count: true, skip_empty_lines: true })
  const rest = restOf(path, hint?.[0].length ?? 0)
  // The parser is read below, and an error of either side comes out there.
  pipeline(Readable.from(rest), parser, () => undefined)
  try {
    for await (const cells of parser) yield cells as string[]
  } catch (error) {
    if (error instanceof CsvError)
      throw unreadable(path, `line ${error['lines'] ?? '?'}: ${error.code}`, error)
    throw error
  }
}

async function* restOf(path: string, skip: number): AsyncGenerator<string> {
  let left = skip
  for await (const piece of readText(path, (await detectEncoding(path)).encoding)) {
    const text = piece.slice(left)
    left = Math.max(0, left - piece.length)
    if (text !== '') yield text
  }
}

/** A delimited file, row by row: comma, semicolon or tab; UTF-8 with or without BOM, UTF-16, Windows-1252. */
export async function openCsv(path: string): Promise<ExportTable> {
  const rows = parseRows(path)
  const first = await rows.next()
  return { header: first.done ? [] : first.value, rows }
}
