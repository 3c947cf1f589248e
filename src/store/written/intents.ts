import { type Payload, RECORD_KINDS, type RecordKind, type RemoteRecord } from '../../records.ts'
import type { Database } from '../database.ts'
import { type Row, readInteger, readJson, readPacked, readText, readTextOrNull, readWord } from '../row.ts'
import { pack } from '../stored/codec.ts'
import { FIELD_NAMES, PAYLOAD, REMOTE_RECORD } from '../stored/records.ts'

/**
 * What a write is to do. `restore` and `take-back` are an undo's update and deletion, `delete` is a copy or placeholder
 * that goes, `erase` a record of a person who is to be forgotten.
 */
export const INTENT_KINDS = ['create', 'update', 'move', 'restore', 'delete', 'take-back'] as const
export type IntentKind = (typeof INTENT_KINDS)[number]

/** A write that was announced: it is sent, or about to be, and nothing is known of its answer yet. */
export interface Intent {
  readonly runId: string
  readonly kind: IntentKind
  readonly externalId: string
  readonly callId: string
  readonly record: RecordKind
  /** Null for a record that is to be created. */
  readonly planhatId: string | null
  readonly companyId: string
  /** Digest of the payload; empty for a deletion. */
  readonly digest: string
  /** The whole record as it is to stand; null for a deletion. */
  readonly payload: Payload | null
  /** The fields that are sent; null for all of the payload. */
  readonly fields: readonly string[] | null
  /** What stood there before, where it is known. */
  readonly before: RemoteRecord | null
  readonly atMs: number
}

type Named = Pick<Intent, 'kind' | 'externalId' | 'planhatId'>

const PUT = `INSERT OR REPLACE INTO intents
  (key, run_id, kind, external_id, call_id, record, planhat_id, company_id, digest, payload, fields, before, at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const DELETIONS: ReadonlySet<IntentKind> = new Set(['delete', 'take-back'])

/** Every write, from before it is sent until its outcome is booked. Empty between two runs that were let finish. */
export class IntentStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** A later intent for the same record replaces an earlier one. */
  announce(intents: readonly Intent[]): void {
    this.#db.transaction(() => {
      for (const intent of intents) this.#put(intent)
    })
  }

  /** The outcome is known. */
  settle(intent: Named): void {
    this.#db.run('DELETE FROM intents WHERE key = ?', keyOf(intent))
  }

  /** Oldest first. */
  all(): Intent[] {
    return this.#db.all('SELECT * FROM intents ORDER BY at_ms, key', [], readIntent)
  }

  count(): number {
    return this.#db.count('SELECT count(*) FROM intents')
  }

  #put(intent: Intent): void {
    const { runId, kind, externalId, callId, record, planhatId, companyId, digest, atMs } = intent
    const payload = intent.payload === null ? null : pack(PAYLOAD.write(intent.payload))
    const before = intent.before === null ? null : pack(REMOTE_RECORD.write(intent.before))
    const fields = intent.fields === null ? null : JSON.stringify(intent.fields)
    const named = [keyOf(intent), runId, kind, externalId, callId, record, planhatId, companyId, digest]
    this.#db.run(PUT, ...named, payload, fields, before, atMs)
  }
}

/** Several copies may be deleted under one external id; a record is written once at a time. */
function keyOf({ kind, externalId, planhatId }: Named): string {
  return DELETIONS.has(kind) ? `- ${planhatId}` : externalId
}

function readIntent(row: Row): Intent {
  return {
    runId: readText(row, 'run_id'),
    kind: readWord(row, 'kind', INTENT_KINDS),
    externalId: readText(row, 'external_id'),
    callId: readText(row, 'call_id'),
    record: readWord(row, 'record', RECORD_KINDS),
    planhatId: readTextOrNull(row, 'planhat_id'),
    companyId: readText(row, 'company_id'),
    digest: readText(row, 'digest'),
    payload: row['payload'] === null ? null : PAYLOAD.read(readPacked(row, 'payload')),
    fields: row['fields'] === null ? null : FIELD_NAMES.read(readJson(row, 'fields')),
    before: row['before'] === null ? null : REMOTE_RECORD.read(readPacked(row, 'before')),
    atMs: readInteger(row, 'at_ms'),
  }
}
