import readWorkbook from 'read-excel-file/node'
import { type ExportTable, unreadable } from './export-table.ts'

/** The first sheet that is not empty. Numbers stay as the file writes them: an id or a phone is never a float. */
export async function openXlsx(path: string): Promise<ExportTable> {
  const sheets = await readSheets(path)
  const rows =
    sheets.map(({ data }) => data.map((row) => row.map(toText))).find((sheet) => sheet.length > 0) ?? []
  const start = rows.findIndex((row) => row.some((cell) => cell !== ''))
  return start < 0 ? { header: [], rows: [] } : { header: rows[start] ?? [], rows: rows.slice(start + 1) }
}

async function readSheets(path: string): Promise<{ data: readonly (readonly unknown[])[] }[]> {
  try {
    return await readWorkbook(path, { parseNumber: (text) => text })
  } catch (error) {
    throw unreadable(path, 'it is no Excel workbook (.xlsx), or a damaged one', error)
  }
}

function toText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  return cell instanceof Date ? cell.toISOString() : String(cell)
}
