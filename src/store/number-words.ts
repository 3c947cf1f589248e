import { keyOfNumber, type NumberWord } from '../match/number-word.ts'
import type { Database } from './database.ts'
import { Emptiness } from './emptiness.ts'
import { type Row, readInteger, readText, readTextOrNull, readWord } from './row.ts'

/** What a reviewer said of a number, in which run and when. */
export type SpokenWord = NumberWord & { readonly runId: string; readonly atMs: number }

const PUT = `INSERT OR REPLACE INTO number_words (number, decision, end_user_id, company_id, run_id, at_ms)
  VALUES (?, ?, ?, ?, ?, ?)`

/** `always` and `never` of reviews, by number, until `index forget` takes them back. */
export class NumberWordStore {
  readonly #db: Database
  readonly #emptiness: Emptiness

  constructor(db: Database) {
    this.#db = db
    this.#emptiness = new Emptiness(db, 'number_words')
  }

  get(number: string): SpokenWord | null {
    if (this.#emptiness.isEmpty) return null
    return this.#db.one('SELECT * FROM number_words WHERE number = ?', [keyOfNumber(number)], readSpoken)
  }

  /** The latest word counts. */
  put(number: string, word: SpokenWord): void {
    this.#emptiness.noteInsert()
    const { endUserId, companyId } = word.kind === 'always' ? word.settlement : NOBODY
    this.#db.run(PUT, keyOfNumber(number), word.kind, endUserId, companyId, word.runId, word.atMs)
  }

  /** True where there was a word. */
  forget(number: string): boolean {
    return this.#db.run('DELETE FROM number_words WHERE number = ?', keyOfNumber(number)) > 0
  }

  /** Everything that names this End User. */
  forgetEndUser(endUserId: string): number {
    return this.#db.run('DELETE FROM number_words WHERE end_user_id = ?', endUserId)
  }
}

const NOBODY = { endUserId: null, companyId: null }

function readSpoken(row: Row): SpokenWord {
  const said = { runId: readText(row, 'run_id'), atMs: readInteger(row, 'at_ms') }
  const kind = readWord(row, 'decision', ['always', 'never'])
  if (kind === 'never') return { kind, ...said }
  const settlement = { endUserId: readTextOrNull(row, 'end_user_id'), companyId: readText(row, 'company_id') }
  return { kind, settlement, ...said }
}
