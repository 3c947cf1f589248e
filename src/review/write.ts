import { existsSync } from 'node:fs'
import { stringify } from 'csv-stringify/sync'
import { FatalError, UsageError } from '../errors.ts'
import { FileDraft, PRIVATE } from '../files/draft.ts'
import { toCell } from './spreadsheet.ts'

/** Rows that are turned into text and written at once: some 20 kB, which V8 keeps among its small objects. */
const GROUP = 50

/** Quoted whatever the reader's separator is, and wherever a line break or an outer space could be lost. */
const QUOTED = /[",;\t\r\n]|^\s|\s$/u
const LINE_END = '\r\n'

export interface WriteOptions {
  /** An existing file is kept (UsageError FILE_EXISTS) unless this is true. */
  readonly overwrite: boolean
}

/** UTF-8 with BOM, comma, CRLF, every cell made safe for spreadsheets. Complete under its name, or not there at all. */
export function writeCsv(
  path: string,
  header: readonly string[],
  rows: Iterable<readonly string[]>,
  options: WriteOptions,
): { rows: number } {
  const draft = new CsvDraft(path, header, options)
  try {
    const count = draft.append(rows)
    draft.publish()
    return { rows: count }
  } finally {
    draft.discard()
  }
}

/**
 * A CSV on its way, under a name of its own until it is whole: nobody ever reads half of one.
 * Mode 0600. Its writes do not yield: whoever writes many rows yields between groups of them.
 */
export class CsvDraft {
  readonly #path: string
  readonly #options: WriteOptions
  #draft: FileDraft | null = null

  /** @throws UsageError OUTPUT_UNWRITABLE, FILE_EXISTS; FatalError DISK_FULL, as everything here. */
  constructor(path: string, header: readonly string[], options: WriteOptions) {
    this.#path = path
    this.#options = options
    try {
      this.#refuseExisting()
      this.#draft = new FileDraft(path, PRIVATE)
      this.#draft.write(`\ufeff${toText([header])}`)
    } catch (error) {
      this.discard()
      throw explainUnwritable(error, path)
    }
  }

  /** Returns how many rows there were. */
  append(rows: Iterable<readonly string[]>): number {
    let count = 0
    for (const group of inGroups(rows)) {
      this.#write(toText(group.map((row) => row.map(toCell))))
      count += group.length
    }
    return count
  }

  /** Gives it its name. */
  publish(): void {
    try {
      this.#refuseExisting()
      this.#draft?.publish()
    } catch (error) {
      throw explainUnwritable(error, this.#path)
    }
  }

  /** Leaves nothing behind, unless it was published. */
  discard(): void {
    this.#draft?.discard()
  }

  #write(text: string): void {
    try {
      this.#draft?.write(text)
    } catch (error) {
      throw explainUnwritable(error, this.#path)
    }
  }

  #refuseExisting(): void {
    if (this.#options.overwrite || !existsSync(this.#path)) return
    throw new UsageError('FILE_EXISTS', `${this.#path} is there already and is kept.`, {
      suggestions: ['Name another file with --output, or add --overwrite.'],
    })
  }
}

function* inGroups<T>(rows: Iterable<T>): Generator<T[]> {
  let group: T[] = []
  for (const row of rows) {
    group.push(row)
    if (group.length < GROUP) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/** csv-stringify writes the cells that need quotes, one in a hundred; it takes as long over every other one. */
function toText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(toField).join(',') + LINE_END).join('')
}

function toField(cell: string): string {
  return cell !== '' && QUOTED.test(cell) ? stringify([[cell]], { quoted: true, eof: false }) : cell
}

/** What a failing write of a file that the user named means to them. */
export function explainUnwritable(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new FatalError('DISK_FULL', `The disk is full: ${path} was not written.`, { cause: error })
  }
  if (code === undefined || !['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'EISDIR'].includes(code))
    return error
  return new UsageError('OUTPUT_UNWRITABLE', `${path} cannot be written (${code}).`, {
    suggestions: ['Name a file in a folder that exists and is yours.'],
    cause: error,
  })
}
