import type { Database } from './database.ts'
import { Emptiness } from './emptiness.ts'
import { type Row, readInteger, readText, readTextOrNull } from './row.ts'

/** What a reviewer settled for a held call: an End User and its company, or a company alone. */
export interface SettledCall {
  readonly endUserId: string | null
  readonly companyId: string
  readonly runId: string
  readonly atMs: number
}

/** Reviewers' decisions, kept so that later runs match the same calls the same way. */
export class DecisionStore {
  readonly #db: Database
  readonly #emptiness: Emptiness

  constructor(db: Database) {
    this.#db = db
    this.#emptiness = new Emptiness(db, 'decisions')
  }

  /** The latest decision counts. */
  settle(callId: string, decision: SettledCall): void {
    this.#emptiness.noteInsert()
    const sql =
      'INSERT OR REPLACE INTO decisions (call_id, end_user_id, company_id, run_id, at_ms) VALUES (?, ?, ?, ?, ?)'
    this.#db.run(sql, callId, decision.endUserId, decision.companyId, decision.runId, decision.atMs)
  }

  callIdsOfEndUser(endUserId: string): string[] {
    const sql = 'SELECT call_id FROM decisions WHERE end_user_id = ?'
    return this.#db.all(sql, [endUserId], (row) => readText(row, 'call_id'))
  }

  get(callId: string): SettledCall | null {
    if (this.#emptiness.isEmpty) return null
    return this.#db.one('SELECT * FROM decisions WHERE call_id = ?', [callId], readDecision)
  }
}

function readDecision(row: Row): SettledCall {
  return {
    endUserId: readTextOrNull(row, 'end_user_id'),
    companyId: readText(row, 'company_id'),
    runId: readText(row, 'run_id'),
    atMs: readInteger(row, 'at_ms'),
  }
}
