import { z } from 'zod'
import type { Database } from './database.ts'
import { readInteger, readText } from './row.ts'

/** A Conversation that is to be deleted in Planhat. */
const DOOMED = z.object({
  planhatId: z.string(),
  companyId: z.string().nullable(),
})

/**
 * What an erasure still has to do. It names the person by nothing but ids: who
 * it is went with the transaction that made it.
 */
const BODY = z.object({
  callIds: z.array(z.string()),
  records: z.array(DOOMED),
  /** Files of runs that mention the person. */
  files: z.array(z.string()),
})
export type ErasureWork = z.output<typeof BODY>
export type DoomedRecord = z.output<typeof DOOMED>

export interface Erasure {
  readonly id: number
  readonly startedAtMs: number
  readonly work: ErasureWork
}

/**
 * Erasures that are not finished: begun in the transaction that takes a person out
 * of the state, and worked off by every later run until nothing is left to do.
 */
export class ErasureStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  begin(work: ErasureWork, nowMs: number): number {
    return this.#db.insert(
      'INSERT INTO erasures (started_at_ms, work) VALUES (?, ?)',
      nowMs,
      JSON.stringify(work),
    )
  }

  open(): Erasure[] {
    return this.#db.all('SELECT * FROM erasures ORDER BY id', [], (row) => ({
      id: readInteger(row, 'id'),
      startedAtMs: readInteger(row, 'started_at_ms'),
      work: BODY.parse(JSON.parse(readText(row, 'work'))),
    }))
  }

  /** Planhat's ids of the Conversations that are still to be deleted: nothing of them is taken into the state again. */
  doomed(): ReadonlySet<string> {
    return new Set(this.open().flatMap(({ work }) => work.records.map(({ planhatId }) => planhatId)))
  }

  /** What is done needs not be known any longer: a later run goes on with the rest. */
  leave(id: number, work: ErasureWork): void {
    this.#db.run('UPDATE erasures SET work = ? WHERE id = ?', JSON.stringify(work), id)
  }

  end(id: number): void {
    this.#db.run('DELETE FROM erasures WHERE id = ?', id)
  }
}
