import type { SQLInputValue } from 'node:sqlite'
import { z } from 'zod'
import { ACTIONS, type Action, REASONS, RECORD_KINDS, type StoredRow } from '../records.ts'
import type { Database } from './database.ts'
import { MANY, rowsStatement } from './database.ts'
import { type Row, readInteger, readJson, readText, readTextOrNull, readWord } from './row.ts'
import { CELLS } from './stored/records.ts'

const ADD = rowsStatement(
  'INSERT INTO plans (row_digest, run_id, seq, call_id, record, action, reason, ' +
    'cells, payload_digest, held_digest) VALUES',
  10,
)

const SEQS = z.array(z.int())

type ShownRow = Pick<StoredRow, 'seq' | 'cells' | 'rowDigest'>

/** The plans that reviewers decide on: what they were shown, and digests of what it was made from. */
export class PlanStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Adds rows in one transaction; `seq` of each row is its place in the review CSV. */
  add(runId: string, rows: readonly StoredRow[]): void {
    this.#db.transaction(() =>
      this.#db.runAll(
        ADD,
        rows.map((row) => valuesOf(runId, row)),
      ),
    )
  }

  /**
   * Puts the row of one call into a plan that grows as calls come: a call that has one keeps its place, and with it the
   * digest that a review in hand names it by. Returns the action that its row had before.
   */
  putCall(runId: string, callId: string, toRow: (seq: number) => StoredRow): Action | null {
    return this.#db.transaction(() => {
      const rows = `SELECT seq, action FROM plans WHERE call_id = ? AND run_id = ?`
      const known = this.#db.one(rows, [callId, runId], (row) => ({
        seq: readInteger(row, 'seq'),
        action: readWord(row, 'action', ACTIONS),
      }))
      const next = 'SELECT coalesce(max(seq) + 1, 0) FROM plans WHERE run_id = ?'
      const seq = known?.seq ?? this.#db.count(next, runId)
      this.#db.run('DELETE FROM plans WHERE run_id = ? AND seq = ?', runId, seq)
      this.add(runId, [toRow(seq)])
      return known?.action ?? null
    })
  }

  /** How many rows of a plan have each reason. */
  countReasons(runId: string): ReadonlyMap<string, number> {
    const sql = 'SELECT reason, count(*) AS rows FROM plans WHERE run_id = ? GROUP BY reason'
    const read = (row: Row) => [readText(row, 'reason'), readInteger(row, 'rows')] as const
    return new Map(this.#db.all(sql, [runId], read))
  }

  /** In CSV order. Other statements may run between two rows. */
  iterate(runId: string): IterableIterator<StoredRow> {
    return this.#db.walk({
      sql: 'SELECT * FROM plans WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?',
      start: [runId, -1],
      next: (last) => [runId, last.seq],
      read: readStoredRow,
    })
  }

  /** The calls of a plan, in its order. */
  *callIds(runId: string): IterableIterator<string> {
    const rows = this.#db.walk<{ seq: number; callId: string }>({
      sql: `SELECT seq, call_id FROM plans WHERE run_id = ? AND record = 'call' AND seq > ? ORDER BY seq LIMIT ?`,
      start: [runId, -1],
      next: (last) => [runId, last.seq],
      read: (row) => ({ seq: readInteger(row, 'seq'), callId: readText(row, 'call_id') }),
    })
    for (const { callId } of rows) yield callId
  }

  /** The held rows of a plan, in its order. */
  held(runId: string): IterableIterator<StoredRow> {
    return this.#db.walk({
      sql: `SELECT * FROM plans WHERE run_id = ? AND action = 'hold' AND seq > ? ORDER BY seq LIMIT ?`,
      start: [runId, -1],
      next: (last) => [runId, last.seq],
      read: readStoredRow,
    })
  }

  /**
   * Places of the held rows in the plan, by the count in one cell, most first; rows that show the same in the other
   * stand together.
   */
  heldByCalls(runId: string, countCell: number, togetherCell: number): number[] {
    const cell = (at: number) => `json_extract(cells, '$[${Math.trunc(at)}]')`
    const order = `CAST(${cell(countCell)} AS INTEGER) DESC, ${cell(togetherCell)}, seq`
    // As one text: as rows of their own a quarter of a million take fifty times the memory of the numbers.
    const sql = `SELECT json_group_array(seq ORDER BY ${order}) AS seqs FROM plans WHERE run_id = ? AND action = 'hold'`
    return this.#db.one(sql, [runId], (row) => SEQS.parse(readJson(row, 'seqs'))) ?? []
  }

  /** In a plan that grows as calls come: the held rows that show this in one cell show how many they are in another. */
  recountHeld(
    runId: string,
    shown: string,
    o: { readonly countCell: number; readonly shownCell: number },
  ): void {
    const held = `run_id = ? AND action = 'hold' AND json_extract(cells, '$[${Math.trunc(o.shownCell)}]') = ?`
    const count = `CAST((SELECT count(*) FROM plans WHERE ${held}) AS TEXT)`
    const sql = `UPDATE plans SET cells = json_set(cells, '$[${Math.trunc(o.countCell)}]', ${count}) WHERE ${held}`
    this.#db.run(sql, runId, shown, runId, shown)
  }

  /** What the rows in these places show, in this order. Other statements may run between two rows. */
  *inOrder(runId: string, seqs: readonly number[]): IterableIterator<ShownRow> {
    const sql = `SELECT seq, cells, row_digest FROM plans
      WHERE run_id = ? AND seq IN (SELECT value FROM json_each(?))`
    for (let at = 0; at < seqs.length; at += MANY) {
      const wanted = seqs.slice(at, at + MANY)
      const rows = this.#db.all(sql, [runId, JSON.stringify(wanted)], readShownRow)
      const bySeq = new Map(rows.map((row) => [row.seq, row]))
      yield* wanted.map((seq) => bySeq.get(seq)).filter((row) => row !== undefined)
    }
  }

  /**
   * What all runs wrote, from this plan on, of the calls that it plans: records
   * by the first kind of write, each once.
   */
  written(runId: string): { created: number; updated: number; runs: number } {
    const sql = `SELECT kind, count(*) AS records FROM (
        SELECT min(seq) AS first, kind, planhat_id FROM writes
        WHERE run_id IN (SELECT id FROM runs WHERE rowid >= (SELECT rowid FROM runs WHERE id = ?))
          AND kind <> 'deleted' AND call_id IN (SELECT call_id FROM plans WHERE run_id = ?)
          AND planhat_id NOT IN (SELECT planhat_id FROM writes WHERE kind = 'deleted')
        GROUP BY planhat_id) GROUP BY kind`
    const counts = new Map(
      this.#db.all(
        sql,
        [runId, runId],
        (row) => [readText(row, 'kind'), readInteger(row, 'records')] as const,
      ),
    )
    const runs = `SELECT count(DISTINCT run_id) FROM writes
      WHERE run_id IN (SELECT id FROM runs WHERE rowid >= (SELECT rowid FROM runs WHERE id = ?))
        AND call_id IN (SELECT call_id FROM plans WHERE run_id = ?)`
    return {
      created: counts.get('created') ?? 0,
      updated: counts.get('updated') ?? 0,
      runs: this.#db.count(runs, runId, runId),
    }
  }

  byDigest(rowDigest: string): StoredRow | null {
    return this.#db.one('SELECT * FROM plans WHERE row_digest = ?', [rowDigest], readStoredRow)
  }

  /** Calls of rows that show exactly this in the cell with this index. */
  callIdsShowing(cell: number, text: string): string[] {
    const sql =
      "SELECT DISTINCT call_id FROM plans WHERE json_extract(cells, '$[' || CAST(? AS INTEGER) || ']') = ?"
    return this.#db.all(sql, [cell, text], (row) => readText(row, 'call_id'))
  }

  /** Removes rows that show this text in any cell, such as an id among the candidates of a held call. */
  removeShowing(text: string): number {
    return this.#db.run('DELETE FROM plans WHERE instr(cells, ?) > 0', text)
  }
}

function valuesOf(runId: string, row: StoredRow): SQLInputValue[] {
  const { rowDigest, seq, callId, record, action, reason, payloadDigest, remoteDigest } = row
  const cells = CELLS.write(row.cells)
  return [rowDigest, runId, seq, callId, record, action, reason, cells, payloadDigest, remoteDigest]
}

function readShownRow(row: Row): ShownRow {
  return {
    seq: readInteger(row, 'seq'),
    cells: CELLS.read(readJson(row, 'cells')),
    rowDigest: readText(row, 'row_digest'),
  }
}

function readStoredRow(row: Row): StoredRow {
  return {
    ...readShownRow(row),
    runId: readText(row, 'run_id'),
    callId: readText(row, 'call_id'),
    record: readWord(row, 'record', RECORD_KINDS),
    action: readWord(row, 'action', ACTIONS),
    reason: readWord(row, 'reason', REASONS),
    payloadDigest: readTextOrNull(row, 'payload_digest'),
    remoteDigest: readTextOrNull(row, 'held_digest'),
  }
}
