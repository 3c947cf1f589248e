import { type ColumnOptions, letterOf } from '../../match/export/columns.ts'
import type { ExportTable } from '../../match/export/end-user-row.ts'
import { findHeader, type TableHeader } from '../../match/export/header.ts'
import { type Miss, refuseFile, refuseTwice, sayMiss } from '../../match/export/refusal.ts'
import { learnShape } from '../../match/export/row-fit.ts'
import { BOUNDS } from '../../planhat/export/bounds.ts'
import type { ExportFile, ExportRow, ExportSheet } from '../../planhat/export/open.ts'
import type { TakenColumn } from '../../report/text/index-import.ts'

export interface FoundTable extends ExportTable {
  readonly taken: readonly TakenColumn[]
}

/** A sheet with its table of End Users, or with the reason why it is not read. */
export interface FoundSheet {
  readonly source: ExportSheet
  readonly table: FoundTable | null
  readonly why: string | null
}

const LEFT_OUT = { hidden: 'hidden', 'very-hidden': 'very hidden', 'no-cells': 'no cells' } as const

/** The first rows of a sheet, by which its header and columns are known. */
async function readSample(sheet: ExportSheet): Promise<readonly ExportRow[]> {
  const sample: ExportRow[] = []
  let length = 0
  for await (const rows of sheet.rows()) {
    for (const row of rows) {
      sample.push(row)
      length += row.cells.reduce((sum, cell) => sum + cell.length, 0)
      if (sample.length >= BOUNDS.sampleRows || length > BOUNDS.sampleText) return sample
    }
  }
  return sample
}

/**
 * Looks for End Users in every visible sheet.
 * @throws UsageError when no sheet has them, or two columns of one may be what decides whose a call is.
 */
export async function findTables(file: ExportFile, o: ColumnOptions): Promise<readonly FoundSheet[]> {
  const found: FoundSheet[] = []
  const misses: Miss[] = []
  for (const source of file.sheets) {
    const { leftOut, layout, name } = source
    const sample = leftOut === null ? await readSample(source) : []
    if (leftOut !== null || (sample.length === 0 && name !== null)) {
      found.push({ source, table: null, why: LEFT_OUT[leftOut ?? 'no-cells'] })
      continue
    }
    const finding = findHeader(sample, { ...o, named: layout === 'named' })
    if (finding.kind === 'found') {
      found.push({ source, table: toTable(finding.header, sample, layout), why: null })
      continue
    }
    const miss = { sheet: name, finding }
    if (finding.kind === 'twice') throw refuseTwice(miss)
    misses.push(miss)
    found.push({ source, table: null, why: sayMiss(miss) })
  }
  if (found.some(({ table }) => table !== null)) return found
  const hidden = found.flatMap(({ source, why }) =>
    source.name === null || source.leftOut === null ? [] : [`Sheet "${source.name}" is not read: ${why}`],
  )
  throw refuseFile(misses, { map: o.map, notes: hidden })
}

function toTable(
  header: TableHeader,
  sample: readonly ExportRow[],
  layout: ExportSheet['layout'],
): FoundTable {
  const below = sample.slice(header.firstRow).map(({ cells }) => cells)
  const shape = layout === 'named' ? null : learnShape(below, header, layout)
  return { header, shape, taken: sayTaken(header) }
}

/** Which column was taken for what, in the order of the file. */
function sayTaken({ columns, labels }: TableHeader): TakenColumn[] {
  const single = Object.entries(columns.single).map(([field, at]) => ({ field, at }))
  const phones = columns.phones.map(({ field, column }) => ({ field, at: column }))
  return [...single, ...phones]
    .sort((a, b) => a.at - b.at)
    .map(({ field, at }) => ({
      field,
      column: letterOf(at),
      header: labels[at]?.replace(/\s+/g, ' ').trim() ?? null,
    }))
}
