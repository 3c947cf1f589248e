import { basename } from 'node:path'
import { UsageError } from '../../errors.ts'
import type { TextEncoding } from '../../files/encoding.ts'

/** One row as it stands in the file. `doubt`: its quotes pair up in a way that may have swallowed cells or rows. */
export interface ExportRow {
  /** Line of a text, row of a sheet, place in a JSON array; from 1. The names of JSON values stand on line 0. */
  readonly line: number
  readonly cells: readonly string[]
  readonly doubt?: 'quotes'
}

/** Why a sheet is not read. */
export type SheetLeftOut = 'hidden' | 'very-hidden' | 'no-cells'

/** A sheet of a workbook, or the whole of any other file, which has no name then. */
export interface ExportSheet {
  readonly name: string | null
  readonly leftOut: SheetLeftOut | null
  /**
   * How cells find their columns. `counted`: by their place in the row, so that a missing or an unquoted
   * delimiter shifts them. `addressed`: each says its own. `named`: by name; the first row has the names.
   */
  readonly layout: 'counted' | 'addressed' | 'named'
  /** From the first row on, in some rows at a time, without blank ones; may be asked for again. */
  rows(): AsyncIterable<readonly ExportRow[]>
}

/** An export, whatever its format. */
export interface ExportFile {
  readonly format: 'xlsx' | 'csv' | 'json' | 'ndjson'
  /** Null for a workbook. */
  readonly text: TextEncoding | null
  readonly delimiter: string | null
  readonly sheets: readonly ExportSheet[]
  close(): void
}

/** A file that is damaged, too large, or of another format. `why` names a place, never a value. */
export function unreadable(path: string, why: string, cause?: unknown): UsageError {
  return new UsageError('EXPORT_UNREADABLE', `${basename(path)} cannot be read: ${why}.`, {
    cause,
    suggestions: ['Export the End Users again as .xlsx, .csv, .json or .ndjson'],
  })
}

/** Not blank: at least one cell says something. */
export const hasText = (cells: readonly string[]): boolean => cells.some((cell) => /\S/.test(cell))
