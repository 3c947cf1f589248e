import type { SQLOutputValue } from 'node:sqlite'
import { unpack } from './stored/codec.ts'

/** A row as SQLite gives it. These readers are the boundary where its columns get their types. */
export type Row = Record<string, SQLOutputValue>

export function readText(row: Row, column: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw unreadable(column)
}

export function readInteger(row: Row, column: string): number {
  const value = row[column]
  if (typeof value === 'number') return value
  throw unreadable(column)
}

export function readTextOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : readText(row, column)
}

export function readIntegerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : readInteger(row, column)
}

export function readJson(row: Row, column: string): unknown {
  return JSON.parse(readText(row, column))
}

/** Compressed JSON; see `pack`. */
export function readPacked(row: Row, column: string): unknown {
  const value = row[column]
  if (value instanceof Uint8Array) return unpack(value)
  throw unreadable(column)
}

/** One of a closed set of words. */
export function readWord<const T extends string>(row: Row, column: string, words: readonly T[]): T {
  const value = readText(row, column)
  const word = words.find((candidate) => candidate === value)
  if (word === undefined) throw unreadable(column)
  return word
}

/** Thrown for a cell that this program cannot have written; the database turns it into STATE_CORRUPT. */
export class UnreadableCellError extends Error {}

function unreadable(column: string): UnreadableCellError {
  return new UnreadableCellError(`column ${column} does not hold what was stored`)
}
