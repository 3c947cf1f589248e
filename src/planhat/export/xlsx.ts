import { readSharedStrings } from './shared-strings.ts'
import { readSheetRows } from './sheet-rows.ts'
import { type ExportFile, type ExportRow, type ExportSheet, unreadable } from './table.ts'
import { readWorkbook, type SheetEntry } from './workbook.ts'
import { WorkbookProblem, ZipParts } from './zip.ts'

/** Other things that are ZIP files, by a part that each has. */
const FOREIGN: readonly (readonly [part: RegExp, what: string])[] = [
  [/^xl\/workbook\.bin$/, "it is Excel's binary format (.xlsb); save it as .xlsx or .csv"],
  [/^content\.xml$/, 'it is an OpenDocument file (.ods); save it as .xlsx or .csv'],
  [/^index\/.*\.iwa$|^index\.zip$/, 'it is a Numbers file; export it as .xlsx or .csv'],
  [/^word\/document\.xml$/, 'it is a Word document'],
]

function sayForeign(zip: ZipParts): string | null {
  const found = FOREIGN.find(([part]) => zip.names.some((name) => part.test(name)))
  if (found) return found[1]
  const hasWorkbook = zip.names.some((name) => /(?:^|\/)(?:workbook\.xml|_rels\/\.rels)$/.test(name))
  return hasWorkbook ? null : 'it is a ZIP archive, no workbook; unpack it first'
}

const hasWords = (error: unknown): error is WorkbookProblem => error instanceof WorkbookProblem

/** What went wrong in words of ours: the library's quote the file. */
function toUsageError(path: string, error: unknown): unknown {
  const why = hasWords(error) ? error.message : 'it is no Excel workbook (.xlsx), or a damaged one'
  return unreadable(path, why, error)
}

async function* guard(
  path: string,
  rows: AsyncIterable<readonly ExportRow[]>,
): AsyncGenerator<readonly ExportRow[]> {
  try {
    yield* rows
  } catch (error) {
    throw toUsageError(path, error)
  }
}

function toSheet(path: string, zip: ZipParts, entry: SheetEntry, strings: readonly string[]): ExportSheet {
  const { name, state, part } = entry
  const leftOut = state === 'visible' ? (part === null ? 'no-cells' : null) : state
  const rows = () => guard(path, readSheetRows(zip, part ?? '', strings))
  return { name, leftOut, layout: 'addressed', rows }
}

/** A workbook: all its sheets in its order, hidden ones marked as such. Its texts are held, its rows are not. */
export async function openXlsx(path: string): Promise<ExportFile> {
  let zip: ZipParts | null = null
  try {
    zip = await ZipParts.open(path)
    const foreign = sayForeign(zip)
    if (foreign !== null) throw new WorkbookProblem(foreign)
    const workbook = await readWorkbook(zip)
    const strings =
      workbook.sharedStrings === null ? [] : await readSharedStrings(zip, workbook.sharedStrings)
    const opened = zip
    const sheets = workbook.sheets.map((entry) => toSheet(path, opened, entry, strings))
    return { format: 'xlsx', text: null, delimiter: null, sheets, close: () => opened.close() }
  } catch (error) {
    zip?.close()
    throw toUsageError(path, error)
  }
}
