import { basename } from 'node:path'
import { UsageError } from '../errors.ts'

/** An export as rows of text, whatever its format. Rows are read once, in the order of the file. */
export interface ExportTable {
  readonly header: readonly string[]
  readonly rows: AsyncIterable<readonly string[]> | Iterable<readonly string[]>
}

/** A file that is damaged or of another format. `why` names a place, never a value. */
export function unreadable(path: string, why: string, cause?: unknown): UsageError {
  return new UsageError('EXPORT_UNREADABLE', `${basename(path)} cannot be read: ${why}.`, {
    cause,
    suggestions: ['Export the End Users again as .xlsx, .csv, .json or .ndjson'],
  })
}
