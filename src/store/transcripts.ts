import { TRANSCRIPT_STATES, type Transcript, type TranscriptState } from '../content.ts'
import type { DateRange } from '../domain.ts'
import type { Database } from './database.ts'
import { Emptiness } from './emptiness.ts'
import { type Row, readInteger, readIntegerOrNull, readPacked, readText, readWord } from './row.ts'
import { pack } from './stored/codec.ts'
import { TRANSCRIPT } from './stored/content.ts'

export interface TranscriptStatus {
  readonly state: TranscriptState
  readonly askedAtMs: number | null
  /** Requests made for this transcript so far. */
  readonly attempts: number
}

const NOT_ASKED: TranscriptStatus = { state: 'not-asked', askedAtMs: null, attempts: 0 }

const UPSERT = `INSERT INTO transcripts (call_id, state, asked_at_ms, attempts, body) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (call_id) DO UPDATE SET state = excluded.state, body = excluded.body,
    asked_at_ms = coalesce(excluded.asked_at_ms, asked_at_ms), attempts = attempts + excluded.attempts`

/** The transcript of each call, compressed, and where the asking for it stands. */
export class TranscriptStore {
  readonly #db: Database
  readonly #emptiness: Emptiness

  constructor(db: Database) {
    this.#db = db
    this.#emptiness = new Emptiness(db, 'transcripts')
  }

  get(callId: string): Transcript | null {
    if (this.#emptiness.isEmpty) return null
    const read = (row: Row) => TRANSCRIPT.read(readPacked(row, 'body'))
    const sql = 'SELECT body FROM transcripts WHERE call_id = ? AND body IS NOT NULL'
    return this.#db.one(sql, [callId], read)
  }

  status(callId: string): TranscriptStatus {
    if (this.#emptiness.isEmpty) return NOT_ASKED
    const sql = 'SELECT state, asked_at_ms, attempts FROM transcripts WHERE call_id = ?'
    return this.#db.one(sql, [callId], readStatus) ?? NOT_ASKED
  }

  saveReady(transcript: Transcript, nowMs: number): void {
    this.#emptiness.noteInsert()
    this.#db.run(UPSERT, transcript.callId, 'ready', nowMs, 1, pack(TRANSCRIPT.write(transcript)))
  }

  /** Records the answer to one request; `ineligible` and `not-asked` are decided without one. */
  saveState(callId: string, state: Exclude<TranscriptState, 'ready'>, nowMs: number): void {
    const asked = state !== 'ineligible' && state !== 'not-asked' && state !== 'assumed'
    this.#emptiness.noteInsert()
    this.#db.run(UPSERT, callId, state, asked ? nowMs : null, asked ? 1 : 0, null)
  }

  /** Calls in the range by the state of their transcript; one never looked at is `not-asked`. */
  counts(range: DateRange | null): Record<TranscriptState, number> {
    const rows = this.#db.all(
      `SELECT coalesce(t.state, 'not-asked') AS state, count(*) AS n
       FROM calls AS c LEFT JOIN transcripts AS t ON t.call_id = c.id
       WHERE c.started_at >= ? AND c.started_at < ? GROUP BY 1`,
      [range?.since ?? -1, range?.until ?? Number.MAX_SAFE_INTEGER],
      (row): [TranscriptState, number] => [readWord(row, 'state', TRANSCRIPT_STATES), readInteger(row, 'n')],
    )
    const none = Object.fromEntries(TRANSCRIPT_STATES.map((state) => [state, 0]))
    return { ...none, ...Object.fromEntries(rows) } as Record<TranscriptState, number>
  }

  pendingIds(): string[] {
    const read = (row: Row) => readText(row, 'call_id')
    return this.#db.all("SELECT call_id FROM transcripts WHERE state = 'pending' ORDER BY call_id", [], read)
  }
}

function readStatus(row: Row): TranscriptStatus {
  return {
    state: readWord(row, 'state', TRANSCRIPT_STATES),
    askedAtMs: readIntegerOrNull(row, 'asked_at_ms'),
    attempts: readInteger(row, 'attempts'),
  }
}
