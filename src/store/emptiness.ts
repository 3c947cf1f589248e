import type { Database } from './database.ts'

/**
 * Whether anything is in a table that is asked for every call of a range: before a first write most of them are empty,
 * and the question then costs nothing. Whoever inserts says so; a table that was emptied is asked in vain, no more.
 * Other processes cannot insert meanwhile: a run holds the lock of its profile.
 */
export class Emptiness {
  readonly #db: Database
  readonly #table: string
  #isEmpty: boolean | null = null

  constructor(
    db: Database,
    table: 'ledger' | 'held' | 'decisions' | 'declined' | 'number_words' | 'transcripts' | 'insights',
  ) {
    this.#db = db
    this.#table = table
  }

  get isEmpty(): boolean {
    this.#isEmpty ??= this.#db.count(`SELECT EXISTS (SELECT 1 FROM ${this.#table})`) === 0
    return this.#isEmpty
  }

  noteInsert(): void {
    this.#isEmpty = false
  }
}
