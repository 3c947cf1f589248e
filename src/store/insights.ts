import type { Insights } from '../content.ts'
import { NO_INSIGHTS } from '../content.ts'
import { INSIGHTS, type Insight } from '../content-settings.ts'
import type { Database } from './database.ts'
import { Emptiness } from './emptiness.ts'
import { type Row, readPacked, readText, readWord } from './row.ts'
import { pack } from './stored/codec.ts'
import { INSIGHT_VALUES } from './stored/content.ts'

/** As with transcripts (`TranscriptState`); an insight is not assumed: it is asked for or not. */
export const INSIGHT_STATES = ['not-asked', 'pending', 'ready', 'none', 'denied'] as const
export type InsightState = (typeof INSIGHT_STATES)[number]

const UPSERT = `INSERT INTO insights (call_id, kind, state, asked_at_ms, attempts, body) VALUES (?, ?, ?, ?, 1, ?)
  ON CONFLICT (call_id, kind) DO UPDATE SET state = excluded.state, body = excluded.body,
    asked_at_ms = excluded.asked_at_ms, attempts = attempts + 1`

/** What Aircall's AI says of each call, compressed, and where the asking for it stands: one row a call and kind. */
export class InsightStore {
  readonly #db: Database
  readonly #emptiness: Emptiness

  constructor(db: Database) {
    this.#db = db
    this.#emptiness = new Emptiness(db, 'insights')
  }

  /** Everything that is stored of one call. */
  get(callId: string): Insights {
    if (this.#emptiness.isEmpty) return NO_INSIGHTS
    const sql = 'SELECT kind, body FROM insights WHERE call_id = ? AND body IS NOT NULL'
    const values = this.#db.all(sql, [callId], readValues)
    return values.length === 0 ? NO_INSIGHTS : Object.assign({}, NO_INSIGHTS, ...values)
  }

  state(callId: string, kind: Insight): InsightState {
    if (this.#emptiness.isEmpty) return 'not-asked'
    const sql = 'SELECT state FROM insights WHERE call_id = ? AND kind = ?'
    const read = (row: Row) => readWord(row, 'state', INSIGHT_STATES)
    return this.#db.one(sql, [callId, kind], read) ?? 'not-asked'
  }

  /** Whether any of these came in after that moment: what was written before has not got it. */
  cameSince(callId: string, kinds: readonly Insight[], atMs: number): boolean {
    if (this.#emptiness.isEmpty) return false
    const sql =
      "SELECT count(*) FROM insights WHERE call_id = ? AND kind = ? AND state = 'ready' AND asked_at_ms > ?"
    return kinds.some((kind) => this.#db.count(sql, callId, kind, atMs) > 0)
  }

  saveReady(callId: string, kind: Insight, value: string | readonly string[], nowMs: number): void {
    this.#emptiness.noteInsert()
    this.#db.run(UPSERT, callId, kind, 'ready', nowMs, pack(INSIGHT_VALUES.write({ [kind]: value })))
  }

  /** Records the answer to one request. */
  saveState(callId: string, kind: Insight, state: 'pending' | 'none' | 'denied', nowMs: number): void {
    this.#emptiness.noteInsert()
    this.#db.run(UPSERT, callId, kind, state, nowMs, null)
  }

  /** How many requests were made so far. */
  attempts(callId: string, kind: Insight): number {
    return this.#db.count('SELECT sum(attempts) FROM insights WHERE call_id = ? AND kind = ?', callId, kind)
  }
}

function readValues(row: Row): Partial<Insights> {
  const kind = INSIGHTS.find((name) => name === readText(row, 'kind'))
  const value = INSIGHT_VALUES.read(readPacked(row, 'body'))
  return kind === undefined ? {} : { [kind]: value[kind] ?? null }
}
