import { stringify } from 'csv-stringify/sync'
import { PRIVATE, writeWhole } from '../files/draft.ts'
import type { HygieneItem } from '../match/hygiene.ts'

const COLUMNS = ['number', 'reason', 'calls', 'candidates', 'advice'] as const

/** The phone-hygiene list for a spreadsheet: UTF-8 with BOM, comma, CRLF, readable by its owner only. */
export function writeHygieneCsv(path: string, items: readonly HygieneItem[]): void {
  const text = stringify([...items], {
    bom: true,
    header: true,
    columns: [...COLUMNS],
    record_delimiter: 'windows',
    // A list for people, never read back: every number starts with a plus, which a spreadsheet would compute.
    escape_formulas: true,
  })
  writeWhole(path, text, PRIVATE)
}
