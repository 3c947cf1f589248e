import { basename } from 'node:path'
import { UsageError } from '../errors.ts'
import { readHead } from '../files/encoding.ts'
import { openCsv } from './export-csv.ts'
import { openJson, openNdjson } from './export-json.ts'
import { type ExportTable, unreadable } from './export-table.ts'
import { openXlsx } from './export-xlsx.ts'

const ZIP = 'PK\u0003\u0004'
const OLD_EXCEL = '\u00D0\u00CF\u0011\u00E0'

/**
 * An exported file of End Users, by what it holds rather than by its name: people rename files.
 * @throws UsageError (exit 2) for a file that is missing, damaged or of another format.
 */
export async function openExport(path: string): Promise<ExportTable> {
  const head = await readStart(path)
  if (head.startsWith(ZIP)) return openXlsx(path)
  if (head.startsWith(OLD_EXCEL))
    throw unreadable(path, 'it is an old Excel file (.xls); save it as .xlsx or .csv')
  const text = head
    .replaceAll('\u0000', '')
    .replace(/^(?:\u00EF\u00BB\u00BF|\u00FF\u00FE|\u00FE\u00FF)/, '')
    .trimStart()
  if (text.startsWith('[')) return openJson(path)
  if (text.startsWith('{')) return openNdjson(path)
  return openCsv(path)
}

async function readStart(path: string): Promise<string> {
  try {
    return (await readHead(path, 256)).toString('latin1')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT')
      throw new UsageError('FILE_NOT_FOUND', `There is no file ${basename(path)} at the path given.`, {
        suggestions: ['check the path, or build the index from the API: aircall-sync index pull'],
      })
    if (code === 'EISDIR' || code === 'EACCES')
      throw unreadable(path, code === 'EISDIR' ? 'it is a folder' : 'permission denied')
    throw error
  }
}
