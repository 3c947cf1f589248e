import type { DatabaseSync } from 'node:sqlite'
import type { CountryCode, EndUser, Holder, Tier } from '../../domain.ts'
import { RefusedError } from '../../errors.ts'
import type { IndexedEndUser, PhoneIndex } from '../../match/phone-index.ts'
import { Statements } from '../statements.ts'
import { IndexBuild, type Origin } from './build.ts'
import { countNext, INDEX_INFO, type IndexInfo, type IndexSource } from './info.ts'
import { SWAP_NEXT } from './schema.ts'
import { type BorneByMany, type HeldUnusable, readBearers, readShared, readUnusable } from './stats.ts'

/** Contract of `--allow`: an import that shrinks the index by more than half is refused. */
export const SHRINK_GUARD = 'index-shrink'
const MIN_SHARE_KEPT = 0.5

const TABLES_BY_SEQ = ['index_phones', 'index_proposals', 'index_unusable', 'index_end_users'] as const

interface HolderRow {
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly companyId: string
  readonly companyName: string | null
  readonly country: string | null
  readonly archived: number
  readonly field: string
  readonly tier: number
}

const COLUMNS = `u.id AS id, u.name AS name, u.email AS email, u.company_id AS companyId, c.name AS companyName,
  u.country AS country, u.archived AS archived`
const PEOPLE = 'index_end_users u LEFT JOIN index_companies c ON c.id = u.company_id'

/** What a build takes besides End Users. */
export interface IndexWriter {
  add(endUser: EndUser, origin?: Origin): void
  /** Counts a row of the source that gave no End User, by its reason. */
  addProblem(reason: string): void
}

/** What an index is built from. */
export interface BuildSource extends IndexSource {
  readonly defaultCountry: CountryCode
  readonly allowShrink?: boolean
  /** Of a source that gave nobody: why, for whoever is to mend it. */
  readonly whyEmpty?: () => readonly string[]
}

/** The phone index over SQLite: one prepared statement a lookup, replaced as a whole or not at all. */
export class IndexStore implements PhoneIndex {
  readonly #db: DatabaseSync
  readonly #statements: Statements

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#statements = new Statements(db)
  }

  holders(e164: string): readonly Holder[] {
    const sql = `SELECT ${COLUMNS}, p.field AS field, p.tier AS tier FROM index_phones p
      CROSS JOIN index_end_users u ON u.seq = p.seq LEFT JOIN index_companies c ON c.id = u.company_id
      WHERE p.e164 = ? ORDER BY u.id`
    return (this.#statements.all(sql, [e164]) as unknown as HolderRow[]).map(toHolder)
  }

  proposals(e164: string): readonly Holder[] {
    const sql = `SELECT ${COLUMNS}, p.field AS field, 3 AS tier FROM index_proposals p
      CROSS JOIN index_end_users u ON u.seq = p.seq LEFT JOIN index_companies c ON c.id = u.company_id
      WHERE p.e164 = ? ORDER BY u.id`
    return (this.#statements.all(sql, [e164]) as unknown as HolderRow[]).map(toHolder)
  }

  endUser(id: string): IndexedEndUser | null {
    const row = this.#statements.one(`SELECT ${COLUMNS} FROM ${PEOPLE} WHERE u.id = ?`, [id])
    return row ? toEndUser(row as unknown as HolderRow) : null
  }

  /** The numbers of one End User, as they were read (tiers 1 and 2). */
  numbersOf(endUserId: string): string[] {
    const sql = `SELECT p.e164 AS e164 FROM index_phones p JOIN index_end_users u ON u.seq = p.seq WHERE u.id = ?`
    return this.#statements.all(sql, [endUserId]).map((row) => String(row['e164']))
  }

  storedNumbers(endUserId: string): string[] {
    return this.phoneTextsOf(endUserId).map(({ text }) => text)
  }

  /** What stands in the phone fields of one End User, unusable texts too, and the country they are read with. */
  phoneTextsOf(endUserId: string): { text: string; country: CountryCode | null }[] {
    const sql = `SELECT p.e164 AS text, u.country AS country FROM index_phones p
      JOIN index_end_users u ON u.seq = p.seq WHERE u.id = ?1
      UNION SELECT n.raw, u.country FROM index_unusable n JOIN index_end_users u ON u.seq = n.seq WHERE u.id = ?1`
    return this.#statements.all(sql, [endUserId]).map((row) => ({
      text: String(row['text']),
      country: row['country'] === null ? null : String(row['country']),
    }))
  }

  /** Those who have this name or e-mail, compared without case and outer blanks. */
  endUsersCalled(nameOrEmail: string): IndexedEndUser[] {
    const sql =
      `SELECT ${COLUMNS} FROM ${PEOPLE} WHERE lower(trim(u.email)) = ?1 ` +
      'OR lower(trim(u.name)) = ?1 ORDER BY u.id'
    return this.#statements
      .all(sql, [nameOrEmail.trim().toLowerCase()])
      .map((row) => toEndUser(row as unknown as HolderRow))
  }

  /** Takes one End User out; the counts of the index stay as they were built. Returns the rows that went. */
  removeEndUser(id: string): number {
    const seq = this.#statements.one('SELECT seq FROM index_end_users WHERE id = ?', [id])?.['seq']
    if (typeof seq !== 'number') return 0
    return TABLES_BY_SEQ.reduce(
      (rows, table) =>
        rows + Number(this.#statements.run(`DELETE FROM ${table} WHERE seq = ?`, [seq]).changes),
      0,
    )
  }

  /**
   * Takes a number out in all its spellings, whoever has it, and the unusable texts that are it too.
   * `isIt` is asked of each unusable text, with the country it is read with.
   */
  removeNumber(
    spellings: readonly string[],
    isIt: (text: string, country: CountryCode | null) => boolean,
  ): void {
    for (const table of ['index_phones', 'index_proposals']) {
      for (const e164 of spellings) this.#statements.run(`DELETE FROM ${table} WHERE e164 = ?`, [e164])
    }
    const unusable =
      'SELECT n.rowid AS id, n.raw AS raw, u.country AS country ' +
      'FROM index_unusable n LEFT JOIN index_end_users u ON u.seq = n.seq'
    for (const { id, raw, country } of this.#statements.all(unusable, [])) {
      if (!isIt(String(raw), country === null ? null : String(country))) continue
      this.#statements.run('DELETE FROM index_unusable WHERE rowid = ?', [Number(id)])
    }
  }

  companyName(id: string): string | null {
    const row = this.#statements.one('SELECT name FROM index_companies WHERE id = ?', [id])
    return (row?.['name'] as string | null | undefined) ?? null
  }

  hasCompany(id: string): boolean {
    return this.#statements.one('SELECT 1 FROM index_companies WHERE id = ?', [id]) !== null
  }

  get size(): { endUsers: number; numbers: number } {
    const info = this.info()
    return { endUsers: info?.endUsers ?? 0, numbers: info?.numbers ?? 0 }
  }

  /** The counts of the index in force; null before the first build. */
  info(): IndexInfo | null {
    const row = this.#statements.one('SELECT info FROM index_info', [])
    return row ? INDEX_INFO.read(JSON.parse(String(row['info']))) : null
  }

  shared(limit: number): BorneByMany[] {
    return readShared(this.#db, limit)
  }

  unusable(): IterableIterator<HeldUnusable> {
    return readUnusable(this.#db)
  }

  bearers(e164s: Iterable<string>): { e164: string; holders: readonly Holder[] }[] {
    return readBearers(this, e164s)
  }

  /**
   * Builds a new index and puts it in force in one transaction; whatever is thrown leaves the old one.
   * Throws RefusedError INDEX_EMPTY or INDEX_SHRINK (exit 6): an empty or halved source is an outage until a
   * person says otherwise.
   */
  async replaceAll(
    source: BuildSource,
    write: (writer: IndexWriter) => void | Promise<void>,
  ): Promise<IndexInfo> {
    const build = new IndexBuild(this.#db, source)
    try {
      await write({
        add: (endUser, origin) => build.add(endUser, origin),
        addProblem: (reason) => build.addProblem(reason),
      })
      const info = countNext(this.#db, source, build.finish())
      this.#guard(info, source)
      this.#swap(info)
      return info
    } catch (error) {
      build.abandon()
      throw error
    }
  }

  #guard(next: IndexInfo, o: BuildSource): void {
    if (next.endUsers === 0) {
      throw new RefusedError(
        'INDEX_EMPTY',
        `${next.source} holds no End User that can be used; the index is left as it was.`,
        {
          suggestions: [
            ...(o.whyEmpty?.() ?? []),
            'Look into the source: each End User needs an id and a company id',
            'aircall-sync index pull',
          ],
        },
      )
    }
    const before = this.info()?.endUsers ?? 0
    if (o.allowShrink || next.endUsers >= before * MIN_SHARE_KEPT) return
    throw new RefusedError(
      'INDEX_SHRINK',
      `${next.source} holds ${next.endUsers} End Users and the ` +
        `index ${before}: more than half would go. It is left as it was.`,
      { suggestions: [`If that is right, run it again with --allow ${SHRINK_GUARD}`] },
    )
  }

  #swap(info: IndexInfo): void {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      this.#db.exec(SWAP_NEXT)
      this.#db.prepare('INSERT OR REPLACE INTO index_info VALUES (1, ?)').run(INDEX_INFO.write(info))
      this.#db.exec('COMMIT')
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
  }
}

function toEndUser(row: HolderRow): IndexedEndUser {
  const { id, name, email, companyId, companyName, country } = row
  return { id, name, email, companyId, companyName, country, archived: row.archived === 1 }
}

function toHolder(row: HolderRow): Holder {
  return { endUser: toEndUser(row), field: row.field, tier: row.tier as Tier }
}
