import type { RemoteRecord } from '../records.ts'
import type { Database } from './database.ts'
import { Emptiness } from './emptiness.ts'
import type { MetaStore } from './meta.ts'
import { type Row, readPacked } from './row.ts'
import { pack } from './stored/codec.ts'
import { REMOTE_RECORD } from './stored/records.ts'

const TAKEN_AT = 'held.takenAtMs'
const ADD = `INSERT OR REPLACE INTO held (planhat_id, external_id, company_id, date_ms, body) VALUES (?, ?, ?, ?, ?)`

/** Planhat's Conversations as the last scan saw them: a snapshot, thrown away by the next scan. */
export class SnapshotStore {
  readonly #db: Database
  readonly #emptiness: Emptiness
  readonly #meta: MetaStore

  constructor(db: Database, meta: MetaStore) {
    this.#db = db
    this.#emptiness = new Emptiness(db, 'held')
    this.#meta = meta
  }

  /** Starts a new snapshot: the old one is gone. */
  begin(nowMs: number): void {
    this.#db.transaction(() => {
      this.clear()
      this.#meta.set(TAKEN_AT, String(nowMs))
    })
  }

  add(records: readonly RemoteRecord[]): void {
    this.#db.transaction(() => {
      for (const record of records) this.#add(record)
    })
  }

  byExternalId(externalId: string): RemoteRecord[] {
    if (this.#emptiness.isEmpty) return []
    return this.#db.all(
      'SELECT body FROM held WHERE external_id = ? ORDER BY planhat_id',
      [externalId],
      readRemote,
    )
  }

  get(planhatId: string): RemoteRecord | null {
    return this.#db.one('SELECT body FROM held WHERE planhat_id = ?', [planhatId], readRemote)
  }

  /** By Planhat id. Other statements may run between two records. */
  iterate(): IterableIterator<RemoteRecord> {
    return this.#db.walk({
      sql: 'SELECT body FROM held WHERE planhat_id > ? ORDER BY planhat_id LIMIT ?',
      start: [''],
      next: (last) => [last._id],
      read: readRemote,
    })
  }

  /** Records of one company dated `fromMs <= date <= toMs`. */
  near(companyId: string, fromMs: number, toMs: number): RemoteRecord[] {
    return this.#db.all(
      'SELECT body FROM held WHERE company_id = ? AND date_ms BETWEEN ? AND ? ORDER BY date_ms, planhat_id',
      [companyId, fromMs, toMs],
      readRemote,
    )
  }

  /** When the snapshot was begun; null when there is none. */
  takenAtMs(): number | null {
    const text = this.#meta.get(TAKEN_AT)
    return text === null ? null : Number(text)
  }

  clear(): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM held')
      this.#meta.remove(TAKEN_AT)
    })
  }

  #add(record: RemoteRecord): void {
    const date = record.date === undefined ? Number.NaN : Date.parse(record.date)
    const dateMs = Number.isNaN(date) ? null : date
    this.#emptiness.noteInsert()
    this.#db.run(
      ADD,
      record._id,
      record.externalId ?? null,
      record.companyId ?? null,
      dateMs,
      pack(REMOTE_RECORD.write(record)),
    )
  }
}

function readRemote(row: Row): RemoteRecord {
  return REMOTE_RECORD.read(readPacked(row, 'body'))
}
