import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { UsageError } from '../../errors.ts'
import { detectEncoding, readHead } from '../../files/encoding.ts'
import { BOUNDS } from './bounds.ts'
import { openCsv } from './csv.ts'
import { sayForeign } from './foreign.ts'
import { openJson, openNdjson } from './json.ts'
import { type ExportFile, unreadable } from './table.ts'
import { openXlsx } from './xlsx.ts'

export type { ExportFile, ExportRow, ExportSheet } from './table.ts'

const ZIP = 'PK\u0003\u0004'
/** The directory of an OLE file, by which a password is known, stands within its first blocks or its last. */
const HEAD = 65_536

/**
 * An exported file of End Users, by what it holds rather than by its name: people rename files.
 * @throws UsageError (exit 2) for a file that is missing, damaged, too large or of another format.
 */
export async function openExport(path: string): Promise<ExportFile> {
  const head = await readStart(path)
  const bytes = head.toString('latin1')
  if (bytes.startsWith(ZIP)) return openXlsx(path)
  const encoding = await detectEncoding(path)
  const text = new TextDecoder(encoding.encoding).decode(head)
  const foreign = sayForeign(bytes, { name: basename(path), text })
  if (foreign !== null) throw unreadable(path, foreign)
  const start = text.trimStart()
  if (start.startsWith('[')) return openJson(path, encoding)
  if (!start.startsWith('{')) return openCsv(path, encoding)
  if (isOneObject(start)) throw unreadable(path, 'its JSON is one object, no array of End Users ([...])')
  return openNdjson(path, encoding)
}

/** A first line that is no whole value: an object that was written over several lines. */
function isOneObject(start: string): boolean {
  const [line = '', ...rest] = start.split('\n', 2)
  return rest.length > 0 && /^\{\s*(?:"(?:[^"\\]|\\.){1,200}"\s*:\s*[[{]?\s*)?$/.test(line)
}

async function readStart(path: string): Promise<Buffer> {
  try {
    const about = await stat(path)
    if (about.isDirectory()) throw unreadable(path, 'it is a folder')
    if (!about.isFile()) throw unreadable(path, 'it is no file that can be read twice')
    if (about.size > BOUNDS.fileBytes) throw unreadable(path, `it is larger than ${BOUNDS.fileBytes} bytes`)
    return await readHead(path, HEAD)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT')
      throw new UsageError('FILE_NOT_FOUND', `There is no file ${basename(path)} at the path given.`, {
        suggestions: ['check the path, or build the index from the API: aircall-sync index pull'],
      })
    if (code === 'EACCES') throw unreadable(path, 'permission denied')
    throw error
  }
}
