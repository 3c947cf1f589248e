import type { HygieneItem } from '../match/hygiene.ts'
import { writeCsv } from '../review/write.ts'

const COLUMNS = ['number', 'reason', 'calls', 'candidates', 'advice'] as const

/** The phone-hygiene list for a spreadsheet, in the review CSV's dialect and as safe; readable by its owner only. */
export function writeHygieneCsv(path: string, items: readonly HygieneItem[]): void {
  writeCsv(path, COLUMNS, rowsOf(items), { overwrite: true })
}

function* rowsOf(items: readonly HygieneItem[]): Generator<string[]> {
  for (const item of items) yield COLUMNS.map((column) => String(item[column]))
}
