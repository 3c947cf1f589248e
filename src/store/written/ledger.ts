import { type LedgerEntry, type Payload, RECORD_KINDS, type RecordKind } from '../../records.ts'
import type { Database } from '../database.ts'
import { Emptiness } from '../emptiness.ts'
import { type Row, readInteger, readPacked, readText, readWord } from '../row.ts'
import { pack } from '../stored/codec.ts'
import { PAYLOAD } from '../stored/records.ts'

const PUT = `INSERT OR REPLACE INTO ledger
  (external_id, call_id, record, planhat_id, company_id, payload, run_id, written_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

/** What we wrote to Planhat and it confirmed: the base of every later comparison. */
export class LedgerStore {
  readonly #db: Database
  readonly #emptiness: Emptiness

  constructor(db: Database) {
    this.#db = db
    this.#emptiness = new Emptiness(db, 'ledger')
  }

  get(externalId: string): LedgerEntry | null {
    if (this.#emptiness.isEmpty) return null
    return this.#db.one('SELECT * FROM ledger WHERE external_id = ?', [externalId], readEntry)
  }

  byCall(callId: string): LedgerEntry[] {
    return this.#db.all('SELECT * FROM ledger WHERE call_id = ? ORDER BY record', [callId], readEntry)
  }

  put(entry: LedgerEntry): void {
    const { externalId, callId, record, planhatId, companyId, payload, runId, writtenAtMs } = entry
    this.#emptiness.noteInsert()
    this.#db.run(
      PUT,
      externalId,
      callId,
      record,
      planhatId,
      companyId,
      pack(PAYLOAD.write(payload)),
      runId,
      writtenAtMs,
    )
  }

  remove(externalId: string): void {
    this.#db.run('DELETE FROM ledger WHERE external_id = ?', externalId)
  }

  /**
   * Forgets what was in the records of calls that are no longer held: who, what was said, when. That they were written
   * stays known, so that none is written twice and none comes back that a person deleted. Returns how many.
   */
  purgeContents(): number {
    const orphaned = `SELECT * FROM ledger WHERE purged = 0 AND external_id > ?
      AND NOT EXISTS (SELECT 1 FROM calls WHERE calls.id = ledger.call_id) ORDER BY external_id LIMIT ?`
    let count = 0
    const entries = this.#db.walk({
      sql: orphaned,
      start: [''],
      next: (last) => [last.externalId],
      read: readEntry,
    })
    for (const { externalId, payload } of entries) {
      const sql = 'UPDATE ledger SET payload = ?, purged = 1 WHERE external_id = ?'
      this.#db.run(sql, pack(PAYLOAD.write(withoutContent(payload))), externalId)
      count += 1
    }
    return count
  }

  /** By external id. Other statements may run between two entries. */
  iterate(): IterableIterator<LedgerEntry> {
    return this.#db.walk({
      sql: 'SELECT * FROM ledger WHERE external_id > ? ORDER BY external_id LIMIT ?',
      start: [''],
      next: (last) => [last.externalId],
      read: readEntry,
    })
  }

  count(): number {
    return this.#db.count('SELECT count(*) FROM ledger')
  }

  countOf(record: RecordKind): number {
    return this.#db.count('SELECT count(*) FROM ledger WHERE record = ?', record)
  }
}

/** A company is no person: where a record hangs is needed to find it again. */
function withoutContent({ externalId, type, companyId }: Payload): Payload {
  return { externalId, type, subject: '', description: '', date: '', companyId, endusers: [], users: [] }
}

function readEntry(row: Row): LedgerEntry {
  return {
    externalId: readText(row, 'external_id'),
    callId: readText(row, 'call_id'),
    record: readWord(row, 'record', RECORD_KINDS),
    planhatId: readText(row, 'planhat_id'),
    companyId: readText(row, 'company_id'),
    payload: PAYLOAD.read(readPacked(row, 'payload')),
    runId: readText(row, 'run_id'),
    writtenAtMs: readInteger(row, 'written_at_ms'),
    ...(readInteger(row, 'purged') === 1 && { purged: true }),
  }
}
