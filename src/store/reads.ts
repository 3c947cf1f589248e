import { z } from 'zod'
import type { DateRange } from '../domain.ts'
import type { Database } from './database.ts'
import { type Row, readInteger, readJson } from './row.ts'
import { every, Shape } from './stored/shape.ts'

/** How far the reading of one window has come: `total` is what Aircall said, null before the first page. */
export interface StoredWindow {
  readonly from: number
  readonly to: number
  readonly total: number | null
  readonly nextPage: number
  readonly done: boolean
}

const WINDOWS = new Shape<readonly StoredWindow[]>(
  'the windows of a read',
  1,
  z.array(
    every<StoredWindow>()({
      from: z.number(),
      to: z.number(),
      total: z.number().nullable(),
      nextPage: z.number(),
      done: z.boolean(),
    }),
  ),
)

export interface UnfinishedRead {
  readonly id: number
  readonly range: DateRange
  readonly windows: readonly StoredWindow[]
  readonly startedAtMs: number
  /** Calls this read has stored so far. */
  readonly readCalls: number
}

const DAY_SECONDS = 86_400

/** Where a read of Aircall's list stands, so that a killed one goes on at its page. */
export class ReadStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Begins a read. An unfinished one that lies wholly inside it has nothing left to add, and is dropped. */
  openRead(range: DateRange, windows: readonly StoredWindow[], nowMs: number): number {
    const { since, until } = range
    this.#db.run('DELETE FROM reads WHERE finished_at_ms IS NULL AND since >= ? AND until <= ?', since, until)
    return this.#db.insert(
      'INSERT INTO reads (since, until, started_at_ms, windows) VALUES (?, ?, ?, ?)',
      range.since,
      range.until,
      nowMs,
      WINDOWS.write(windows),
    )
  }

  /**
   * The newest unfinished read that this range continues: it may begin later by a day, or by as long as the read is old
   * (`--since 30d` moves with the clock), and it may not end earlier.
   */
  findUnfinishedRead(range: DateRange, nowMs: number): UnfinishedRead | null {
    const { since, until } = range
    const found = this.#db.one(
      `SELECT * FROM reads WHERE finished_at_ms IS NULL AND since <= ? AND until <= ? AND until >= ?
       AND ? - since <= max(?, (? - started_at_ms) / 1000 + 60) ORDER BY id DESC LIMIT 1`,
      [since, until, since, since, DAY_SECONDS, nowMs],
      readUnfinished,
    )
    if (found === null) return null
    const readCalls = this.#db.count(
      'SELECT count(*) FROM calls WHERE started_at >= ? AND started_at < ? AND read_id = ?',
      found.range.since,
      found.range.until,
      found.id,
    )
    return { ...found, readCalls }
  }

  /** Windows may have grown past the range that the read began with: its end grows with them. */
  saveWindows(readId: number, windows: readonly StoredWindow[]): void {
    const until = windows.reduce((end, { to }) => Math.max(end, to + 1), 0)
    const sql = 'UPDATE reads SET windows = ?, until = max(until, ?) WHERE id = ?'
    this.#db.run(sql, WINDOWS.write(windows), until, readId)
  }

  finishRead(readId: number, nowMs: number): void {
    this.#db.run('UPDATE reads SET finished_at_ms = ? WHERE id = ?', nowMs, readId)
  }

  /** What was read whole, of what touches the range: proof that a call which is not here is not at Aircall either. */
  finishedRanges({ since, until }: DateRange): DateRange[] {
    return this.#db.all(
      `SELECT DISTINCT since, until FROM reads WHERE finished_at_ms IS NOT NULL AND until > ? AND since < ?
       ORDER BY since, until`,
      [since, until],
      (row) => ({ since: readInteger(row, 'since'), until: readInteger(row, 'until') }),
    )
  }

  dropUnfinishedReads(): void {
    this.#db.run('DELETE FROM reads WHERE finished_at_ms IS NULL')
  }
}

function readUnfinished(row: Row): Omit<UnfinishedRead, 'readCalls'> {
  return {
    id: readInteger(row, 'id'),
    range: { since: readInteger(row, 'since'), until: readInteger(row, 'until') },
    windows: WINDOWS.read(readJson(row, 'windows')),
    startedAtMs: readInteger(row, 'started_at_ms'),
  }
}
