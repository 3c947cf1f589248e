import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FatalError } from '../errors.ts'
import { PRIVATE, writeWhole } from '../files/draft.ts'
import type { Database } from './database.ts'
import { explainStateFailure } from './failure.ts'
import { type Row, readText } from './row.ts'

/** What an erasure remembers: a number in E.164, an End User's id, a call's id. */
export type ErasedKind = 'number' | 'end-user' | 'call'

const KEY_FILE = 'erasure.key'
/** A hash of nothing: another key, laid in the place of this one, makes another, and is not taken. */
const KEY_MARK = 'key'

/**
 * Who was erased, as keyed hashes: enough to know them again, nothing to read them from. The key is random, of this
 * profile, and lies beside the state; without it, telephone numbers could be found by trying them all.
 */
export class ErasedStore {
  readonly #db: Database
  readonly #dir: string
  #key: Buffer | null = null
  #isEmpty: boolean | null = null
  readonly #noted = new Set<string>()

  constructor(db: Database, dir: string) {
    this.#db = db
    this.#dir = dir
  }

  add(kind: ErasedKind, value: string, nowMs: number): void {
    if (this.isEmpty) this.#createKey()
    const sql = 'INSERT OR IGNORE INTO erased VALUES (?, ?, ?)'
    this.#db.run(sql, KEY_MARK, this.#mac(KEY_MARK, ''), nowMs)
    this.#db.run(sql, kind, this.#mac(kind, value), nowMs)
    this.#isEmpty = false
  }

  /** As `add`, for as long as this store is open: whoever only reads keeps nothing. */
  note(kind: ErasedKind, value: string): void {
    this.#noted.add(this.#mac(kind, value))
  }

  has(kind: ErasedKind, value: string): boolean {
    if (this.isEmpty) return false
    const mac = this.#mac(kind, value)
    const sql = 'SELECT count(*) FROM erased WHERE kind = ? AND mac = ?'
    return this.#noted.has(mac) || this.#db.count(sql, kind, mac) > 0
  }

  /** Nobody was ever erased: the usual case, and the one that costs nothing. */
  get isEmpty(): boolean {
    this.#isEmpty ??= this.#db.count('SELECT EXISTS (SELECT 1 FROM erased)') === 0
    return this.#isEmpty
  }

  #mac(kind: ErasedKind | typeof KEY_MARK, value: string): string {
    this.#key ??= this.#readKey()
    return macOf(this.#key, kind, value)
  }

  /** Versions before 0.2.0 left no mark. */
  #isOurs(key: Buffer): boolean {
    const read = (row: Row) => readText(row, 'mac')
    const mark = this.#db.one('SELECT mac FROM erased WHERE kind = ?', [KEY_MARK], read)
    return mark === null || mark === macOf(key, KEY_MARK, '')
  }

  /** A key that lies there before anybody was erased may have been laid there by whoever knows it: it is not taken. */
  #createKey(): void {
    try {
      writeWhole(join(this.#dir, KEY_FILE), `${randomBytes(32).toString('hex')}\n`, PRIVATE)
    } catch (error) {
      throw explainStateFailure(error, this.#dir)
    }
  }

  #readKey(): Buffer {
    const path = join(this.#dir, KEY_FILE)
    const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
    const key = /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : null
    if (key !== null && this.#isOurs(key)) return key
    throw new FatalError(
      'ERASURE_KEY',
      `People were erased from this profile, and ${path}, by which ` +
        'they are known again, is missing, damaged or another one.',
      {
        suggestions: [
          `put ${KEY_FILE} back from a backup of the state folder`,
          'without one: begin a new state folder and erase those people again',
        ],
      },
    )
  }
}

function macOf(key: Buffer, kind: string, value: string): string {
  return createHmac('sha256', key).update(`${kind}:${value}`).digest('hex')
}
