import type { RecordKind } from '../records.ts'
import type { Database } from './database.ts'
import { Emptiness } from './emptiness.ts'
import { type Row, readInteger, readIntegerOrNull } from './row.ts'

/** One record of one call, whatever its external id is called by the configuration. */
export interface RecordKey {
  readonly callId: string
  readonly record: RecordKind
}

/** Which run a person spoke in, when, and when the plan was made that they had before them. UNIX milliseconds. */
export interface Word {
  readonly runId: string
  readonly atMs: number
  readonly plannedAtMs: number
}

interface Known {
  readonly atMs: number
  readonly liftedAtMs: number | null
}

const INSERT =
  'INSERT INTO declined (call_id, record, why, run_id, at_ms, lifted_at_ms) VALUES (?, ?, ?, ?, ?, ?)'
/** A skip says nothing new of what is declined, and an older file nothing of what was lifted since. */
const SKIP = `${INSERT} ON CONFLICT (call_id, record) DO UPDATE
  SET why = excluded.why, run_id = excluded.run_id, at_ms = excluded.at_ms, lifted_at_ms = NULL
  WHERE lifted_at_ms <= ?`
const UNDO = `${INSERT} ON CONFLICT (call_id, record) DO UPDATE
  SET why = excluded.why, run_id = excluded.run_id, at_ms = excluded.at_ms, lifted_at_ms = NULL`
const LIFT = `${INSERT} ON CONFLICT (call_id, record) DO UPDATE SET lifted_at_ms = excluded.lifted_at_ms
  WHERE at_ms <= ?`

/**
 * Records that a person does not want in Planhat: skipped in a review, or taken back by `runs undo` (docs/contract.md
 * section 4). Ids only. A word that was lifted stays as such, so that an older file that is applied again does not
 * bring it back.
 */
export class DeclinedStore {
  readonly #db: Database
  readonly #emptiness: Emptiness

  constructor(db: Database) {
    this.#db = db
    this.#emptiness = new Emptiness(db, 'declined')
  }

  /** Whether a person declined just this record, and nobody lifted it since. */
  has(key: RecordKey): boolean {
    return this.#word(key)?.liftedAtMs === null
  }

  /** Whether it was declined after a moment, such as that of the plan in hand. */
  hasSince(key: RecordKey, ms: number): boolean {
    const word = this.#word(key)
    return word !== null && word.liftedAtMs === null && word.atMs > ms
  }

  /**
   * Whether nothing may be written for the record. A transcript that nobody has decided on goes with its call: who
   * kept the call out of Planhat did not mean its words to follow a night later. One that was written has a word of
   * its own.
   */
  covers(key: RecordKey, o: { readonly written: boolean }): boolean {
    const own = this.#word(key)
    if (own !== null) return own.liftedAtMs === null
    return key.record === 'transcript' && !o.written && this.has({ ...key, record: 'call' })
  }

  /** A reviewer set a row that was preset to `apply` to `skip`. */
  skip({ callId, record }: RecordKey, { runId, atMs, plannedAtMs }: Word): void {
    this.#emptiness.noteInsert()
    this.#db.run(SKIP, callId, record, 'skipped', runId, atMs, null, plannedAtMs)
  }

  /** `runs undo` took the record back. */
  undo({ callId, record }: RecordKey, { runId, atMs }: Omit<Word, 'plannedAtMs'>): void {
    this.#emptiness.noteInsert()
    this.#db.run(UNDO, callId, record, 'undone', runId, atMs, null)
  }

  /** A person wants the record, by a plan that is newer than what was said against it. */
  lift({ callId, record }: RecordKey, { runId, atMs, plannedAtMs }: Word): void {
    this.#emptiness.noteInsert()
    this.#db.run(LIFT, callId, record, 'lifted', runId, plannedAtMs, atMs, plannedAtMs)
  }

  #word({ callId, record }: RecordKey): Known | null {
    if (this.#emptiness.isEmpty) return null
    const sql = 'SELECT at_ms, lifted_at_ms FROM declined WHERE call_id = ? AND record = ?'
    return this.#db.one(sql, [callId, record], readKnown)
  }
}

function readKnown(row: Row): Known {
  return { atMs: readInteger(row, 'at_ms'), liftedAtMs: readIntegerOrNull(row, 'lifted_at_ms') }
}
