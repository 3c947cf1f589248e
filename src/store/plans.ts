import { BUCKETS } from '../domain.ts'
import type { Action, FieldChange, Payload, RecordKind, RowResult, StoredRow } from '../records.ts'
import { pack } from './codec.ts'
import type { Database } from './database.ts'
import {
  type Row,
  readInteger,
  readJson,
  readPackedOrNull,
  readText,
  readTextOrNull,
  readWord,
} from './row.ts'

const ACTIONS: readonly Action[] = ['create', 'update', 'unchanged', 'hold', 'skip']
const OUTCOMES: readonly RowResult['outcome'][] = [
  'created',
  'updated',
  'unchanged',
  'deleted',
  'held',
  'failed',
  'skipped',
  'refused',
]

const ADD = `INSERT OR REPLACE INTO plans (row_digest, run_id, seq, call_id, record, action, reason, cells, payload,
  planhat_id, held_digest, changes, payload_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/** The plans that reviewers decide on: the payload that was reviewed is the payload that is written. */
export class PlanStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Adds rows in one transaction; `seq` of each row is its place in the review CSV. */
  add(runId: string, rows: readonly StoredRow[]): void {
    this.#db.transaction(() => {
      for (const row of rows) this.#add(runId, row)
    })
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

  /** Only what the review CSV shows, in its order: payloads stay packed. */
  iterateCells(runId: string): IterableIterator<Pick<StoredRow, 'seq' | 'cells'>> {
    return this.#db.walk({
      sql: 'SELECT seq, cells FROM plans WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?',
      start: [runId, -1],
      next: (last) => [runId, last.seq],
      read: (row) => ({
        seq: readInteger(row, 'seq'),
        cells: readJson<Record<string, string>>(row, 'cells'),
      }),
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

  byDigest(rowDigest: string): StoredRow | null {
    return this.#db.one('SELECT * FROM plans WHERE row_digest = ?', [rowDigest], readStoredRow)
  }

  get(runId: string, callId: string, record: RecordKind): StoredRow | null {
    const sql = 'SELECT * FROM plans WHERE call_id = ? AND record = ? AND run_id = ?'
    return this.#db.one(sql, [callId, record, runId], readStoredRow)
  }

  /** What became of a row; the last word counts, so a row that failed may be applied again. */
  setResult(rowDigest: string, result: RowResult): void {
    const sql = 'UPDATE plans SET outcome = ?, outcome_code = ?, outcome_at_ms = ? WHERE row_digest = ?'
    this.#db.run(sql, result.outcome, result.code, result.atMs, rowDigest)
  }

  counts(runId: string): Record<Action, number> {
    const rows = this.#db.all(
      'SELECT action, count(*) AS n FROM plans WHERE run_id = ? GROUP BY action',
      [runId],
      (row): [Action, number] => [readWord(row, 'action', ACTIONS), readInteger(row, 'n')],
    )
    return { create: 0, update: 0, unchanged: 0, hold: 0, skip: 0, ...Object.fromEntries(rows) }
  }

  /** Calls of rows whose End User is this one. */
  callIdsOfEndUser(endUserId: string): string[] {
    const sql = "SELECT DISTINCT call_id FROM plans WHERE json_extract(cells, '$.enduser_id') = ?"
    return this.#db.all(sql, [endUserId], (row) => readText(row, 'call_id'))
  }

  /** Removes rows that show this text in any cell, such as an id among the candidates of a held call. */
  removeShowing(text: string): number {
    return this.#db.run('DELETE FROM plans WHERE instr(cells, ?) > 0', text)
  }

  #add(runId: string, row: StoredRow): void {
    this.#db.run(
      ADD,
      row.rowDigest,
      runId,
      row.seq,
      row.callId,
      row.record,
      row.action,
      row.reason,
      JSON.stringify(row.cells),
      row.payload === null ? null : pack(row.payload),
      row.planhatId,
      row.heldDigest,
      row.changes.length === 0 ? null : pack(row.changes),
      row.payloadDigest,
    )
  }
}

function readStoredRow(row: Row): StoredRow {
  return {
    runId: readText(row, 'run_id'),
    rowDigest: readText(row, 'row_digest'),
    seq: readInteger(row, 'seq'),
    callId: readText(row, 'call_id'),
    record: readWord(row, 'record', ['call', 'transcript']),
    action: readWord(row, 'action', ACTIONS),
    reason: readWord(row, 'reason', BUCKETS),
    cells: readJson<Record<string, string>>(row, 'cells'),
    payload: readPackedOrNull<Payload>(row, 'payload'),
    planhatId: readTextOrNull(row, 'planhat_id'),
    heldDigest: readTextOrNull(row, 'held_digest'),
    changes: readPackedOrNull<FieldChange[]>(row, 'changes') ?? [],
    payloadDigest: readTextOrNull(row, 'payload_digest'),
    result: readResult(row),
  }
}

function readResult(row: Row): RowResult | null {
  if (row['outcome'] === null) return null
  return {
    outcome: readWord(row, 'outcome', OUTCOMES),
    code: readTextOrNull(row, 'outcome_code'),
    atMs: readInteger(row, 'outcome_at_ms'),
  }
}
