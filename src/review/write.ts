import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { stringify } from 'csv-stringify/sync'
import { FatalError, UsageError } from '../errors.ts'
import type { StoredRow } from '../records.ts'
import { COLUMNS } from './columns.ts'
import { neutralise } from './spreadsheet.ts'

/** Rows are turned into text in groups: memory stays flat, and one write serves many rows. */
const GROUP = 1000

/** Quoted whatever the reader's separator is, and wherever a line break or an outer space could be lost. */
const QUOTED = /[\r\n;\t]|^\s|\s$/u

export interface WriteOptions {
  /** An existing file is kept (UsageError FILE_EXISTS) unless this is true. */
  readonly overwrite: boolean
}

/** Writes the review CSV of contract section 4: complete under its name, or not there at all. Mode 0600. */
export async function writeReviewCsv(
  path: string,
  rows: Iterable<Pick<StoredRow, 'cells' | 'rowDigest'>>,
  options: WriteOptions,
): Promise<{ rows: number }> {
  return writeCsv(path, COLUMNS, cellsOf(rows), options)
}

function* cellsOf(rows: Iterable<Pick<StoredRow, 'cells' | 'rowDigest'>>): Generator<string[]> {
  for (const { cells, rowDigest } of rows) yield [...cells, rowDigest]
}

/** UTF-8 with BOM, comma, CRLF, every cell made safe for spreadsheets. */
export async function writeCsv(
  path: string,
  header: readonly string[],
  rows: Iterable<readonly string[]>,
  { overwrite }: WriteOptions,
): Promise<{ rows: number }> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`
  try {
    if (!overwrite) await refuseExisting(path)
    const count = await writeGroups(temporary, header, rows)
    if (!overwrite) await refuseExisting(path)
    await rename(temporary, path)
    return { rows: count }
  } catch (error) {
    await rm(temporary, { force: true })
    throw explain(error, path)
  }
}

async function writeGroups(
  path: string,
  header: readonly string[],
  rows: Iterable<readonly string[]>,
): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.chmod(0o600)
    await file.write(`\ufeff${toText([[...header]])}`)
    const count = await writeRows(file, rows)
    await file.datasync()
    return count
  } finally {
    await file.close()
  }
}

async function writeRows(file: FileHandle, rows: Iterable<readonly string[]>): Promise<number> {
  let count = 0
  let group: string[][] = []
  for (const row of rows) {
    group.push(row.map(neutralise))
    count += 1
    if (group.length < GROUP) continue
    await file.write(toText(group))
    group = []
  }
  await file.write(toText(group))
  return count
}

function toText(rows: readonly string[][]): string {
  return stringify([...rows], { record_delimiter: '\r\n', quoted_match: QUOTED })
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
