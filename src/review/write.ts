import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { stringify } from 'csv-stringify/sync'
import { FatalError, UsageError } from '../errors.ts'
import { neutralise } from './spreadsheet.ts'

/** Rows are turned into text in groups: memory stays flat, and one write serves many rows. */
const GROUP = 500

/** Quoted whatever the reader's separator is, and wherever a line break or an outer space could be lost. */
const QUOTED = /[\r\n;\t]|^\s|\s$/u

export interface WriteOptions {
  /** An existing file is kept (UsageError FILE_EXISTS) unless this is true. */
  readonly overwrite: boolean
}

/** UTF-8 with BOM, comma, CRLF, every cell made safe for spreadsheets. Complete under its name, or not there at all. */
export async function writeCsv(
  path: string,
  header: readonly string[],
  rows: Iterable<readonly string[]>,
  options: WriteOptions,
): Promise<{ rows: number }> {
  const draft = await CsvDraft.begin(path, header, options)
  try {
    let count = 0
    for (const group of inGroups(rows)) {
      await draft.append(group)
      count += group.length
    }
    await draft.publish()
    return { rows: count }
  } finally {
    await draft.discard()
  }
}

/** A CSV on its way, under a name of its own until it is whole: nobody ever reads half of one. Mode 0600. */
export class CsvDraft {
  readonly #path: string
  readonly #temporary: string
  readonly #options: WriteOptions
  #file: FileHandle | null = null

  private constructor(path: string, options: WriteOptions) {
    this.#path = path
    this.#temporary = `${path}.${randomBytes(4).toString('hex')}.part`
    this.#options = options
  }

  /** @throws UsageError OUTPUT_UNWRITABLE, FILE_EXISTS; FatalError DISK_FULL, as everything here. */
  static async begin(path: string, header: readonly string[], options: WriteOptions): Promise<CsvDraft> {
    const draft = new CsvDraft(path, options)
    try {
      await draft.#begin(header)
      return draft
    } catch (error) {
      await draft.discard()
      throw explain(error, path)
    }
  }

  async append(rows: readonly (readonly string[])[]): Promise<void> {
    await this.#write(toText(rows.map((row) => row.map(neutralise))))
  }

  /** Gives it its name. */
  async publish(): Promise<void> {
    try {
      await this.#file?.datasync()
      await this.#close()
      await this.#refuseExisting()
      await rename(this.#temporary, this.#path)
    } catch (error) {
      throw explain(error, this.#path)
    }
  }

  /** Leaves nothing behind, unless it was published. */
  async discard(): Promise<void> {
    await this.#close()
    await rm(this.#temporary, { force: true })
  }

  async #begin(header: readonly string[]): Promise<void> {
    await this.#refuseExisting()
    this.#file = await open(this.#temporary, 'wx', 0o600)
    await this.#file.chmod(0o600)
    await this.#write(`\ufeff${toText([header])}`)
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#file?.write(text)
    } catch (error) {
      throw explain(error, this.#path)
    }
  }

  async #close(): Promise<void> {
    const file = this.#file
    this.#file = null
    await file?.close()
  }

  async #refuseExisting(): Promise<void> {
    if (!this.#options.overwrite) await refuseExisting(this.#path)
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

function toText(rows: readonly (readonly string[])[]): string {
  return stringify(rows as string[][], { record_delimiter: '\r\n', quoted_match: QUOTED })
}

async function refuseExisting(path: string): Promise<void> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (there === null) return
  throw new UsageError('FILE_EXISTS', `${path} is there already and is kept.`, {
    suggestions: ['Name another file with --output, or add --overwrite.'],
  })
}

function explain(error: unknown, path: string): unknown {
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
