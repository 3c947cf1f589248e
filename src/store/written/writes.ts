import { type Payload, RECORD_KINDS, type RecordKind, type RemoteRecord } from '../../records.ts'
import type { Database } from '../database.ts'
import { type Row, readInteger, readPacked, readText, readWord } from '../row.ts'
import { pack } from '../stored/codec.ts'
import { PAYLOAD, REMOTE_RECORD } from '../stored/records.ts'

/** One change made in Planhat, with what stood there before, so that it can be taken back. */
export interface RecordedWrite {
  readonly runId: string
  readonly externalId: string
  readonly callId: string
  readonly record: RecordKind
  readonly planhatId: string
  readonly kind: 'created' | 'updated' | 'deleted'
  readonly before: RemoteRecord | null
  readonly payload: Payload | null
  readonly atMs: number
}

const ADD = `INSERT INTO writes (run_id, external_id, call_id, record, planhat_id, kind, before, payload, at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
const OLDEST_FIRST = 'SELECT * FROM writes WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?'
const NEWEST_FIRST = 'SELECT * FROM writes WHERE run_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?'

/** The journal behind `runs undo`: append-only. */
export class WriteStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  add(write: RecordedWrite): void {
    const { runId, externalId, callId, record, planhatId, kind, atMs } = write
    const before = write.before === null ? null : pack(REMOTE_RECORD.write(write.before))
    const payload = write.payload === null ? null : pack(PAYLOAD.write(write.payload))
    this.#db.run(ADD, runId, externalId, callId, record, planhatId, kind, before, payload, atMs)
  }

  /** Takes out every entry that says anything of somebody, before or after. */
  removeAbout(isAbout: (record: Payload | RemoteRecord) => boolean): void {
    const rows = this.#db.walk({
      sql: 'SELECT * FROM writes WHERE seq > ? ORDER BY seq LIMIT ?',
      start: [0],
      read: (row) => ({ seq: readInteger(row, 'seq'), write: readWrite(row) }),
      next: (last) => [last.seq],
    })
    for (const { seq, write } of rows) {
      const said = [write.before, write.payload].filter((one) => one !== null)
      if (said.some(isAbout)) this.#db.run('DELETE FROM writes WHERE seq = ?', seq)
    }
  }

  countSince(runId: string, sinceMs: number): number {
    return this.#db.count('SELECT count(*) FROM writes WHERE run_id = ? AND at_ms >= ?', runId, sinceMs)
  }

  *iterate(runId: string, order: 'oldest-first' | 'newest-first'): IterableIterator<RecordedWrite> {
    const newest = order === 'newest-first'
    const rows = this.#db.walk({
      sql: newest ? NEWEST_FIRST : OLDEST_FIRST,
      start: [runId, newest ? Number.MAX_SAFE_INTEGER : 0],
      read: (row) => ({ seq: readInteger(row, 'seq'), write: readWrite(row) }),
      next: (last) => [runId, last.seq],
    })
    for (const { write } of rows) yield write
  }
}

function readWrite(row: Row): RecordedWrite {
  return {
    runId: readText(row, 'run_id'),
    externalId: readText(row, 'external_id'),
    callId: readText(row, 'call_id'),
    record: readWord(row, 'record', RECORD_KINDS),
    planhatId: readText(row, 'planhat_id'),
    kind: readWord(row, 'kind', ['created', 'updated', 'deleted']),
    before: row['before'] === null ? null : REMOTE_RECORD.read(readPacked(row, 'before')),
    payload: row['payload'] === null ? null : PAYLOAD.read(readPacked(row, 'payload')),
    atMs: readInteger(row, 'at_ms'),
  }
}
