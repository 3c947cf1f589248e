import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { CountryCode, EndUser } from '../domain.ts'
import {
  createFieldReader,
  type EndUserPhones,
  type FieldReader,
  readEndUserPhones,
} from '../match/end-user-phones.ts'
import { DROP_NEXT, OPEN_NEXT, SORT_NEXT } from './index-schema.ts'

/** How many End Users are written in one transaction: bounded memory, and few commits. */
const BATCH = 5_000
/** Distinct phone texts remembered, about 30 MB at most. */
const REMEMBERED = 100_000

type Row = readonly (string | number | null)[]

/** Builds an index beside the one in force. Nothing of it is seen until the tables are swapped. */
export class IndexBuild {
  readonly #db: DatabaseSync
  readonly #country: CountryCode
  readonly #read: FieldReader = createFieldReader({ capacity: REMEMBERED })
  readonly #batch: EndUser[] = []
  readonly #problems = new Map<string, number>()
  readonly #insert: Readonly<Record<'endUser' | 'company' | 'number' | 'unusable' | 'known', StatementSync>>
  #seq = 0

  constructor(db: DatabaseSync, o: { defaultCountry: CountryCode }) {
    db.exec(OPEN_NEXT)
    this.#db = db
    this.#country = o.defaultCountry
    this.#insert = {
      company: db.prepare(
        'INSERT INTO index_companies_next VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = coalesce(name, excluded.name)',
      ),
      endUser: db.prepare('INSERT OR IGNORE INTO index_end_users_next VALUES (?, ?, ?, ?, ?, ?, ?)'),
      known: db.prepare('SELECT seq, company_id AS companyId FROM index_end_users_next WHERE id = ?'),
      number: db.prepare('INSERT INTO index_gathered VALUES (?, ?, ?, ?)'),
      unusable: db.prepare('INSERT INTO index_unusable_next VALUES (?, ?, ?, ?, ?)'),
    }
  }

  add(endUser: EndUser): void {
    this.#batch.push(endUser)
    if (this.#batch.length >= BATCH) this.#flush()
  }

  /** A row of the source that gave no End User. */
  addProblem(reason: string): void {
    this.#problems.set(reason, (this.#problems.get(reason) ?? 0) + 1)
  }

  /** All is written; the reasons of rows that gave no End User are handed back with their counts. */
  finish(): ReadonlyMap<string, number> {
    this.#flush()
    this.#db.exec(SORT_NEXT)
    return this.#problems
  }

  abandon(): void {
    this.#db.exec(DROP_NEXT)
  }

  #flush(): void {
    this.#db.exec('BEGIN')
    try {
      let company: string | null = null
      for (const endUser of this.#batch) {
        // Exports stand in company order more often than not: one write for a run of the same company.
        if (company !== endUser.companyId) this.#insert.company.run(endUser.companyId, endUser.companyName)
        company = endUser.companyName === null ? null : endUser.companyId
        this.#write(endUser)
      }
      this.#db.exec('COMMIT')
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
    this.#batch.length = 0
  }

  #write(endUser: EndUser): void {
    const { id, name, email, companyId, country } = endUser
    const seq = this.#seq + 1
    const row: Row = [seq, id, name, email, companyId, country, endUser.archived ? 1 : 0]
    if (this.#insert.endUser.run(...row).changes === 0) return this.#writeAgain(endUser)
    this.#seq = seq
    this.#writePhones(seq, readEndUserPhones(endUser, { defaultCountry: this.#country, read: this.#read }))
  }

  /** The same id twice: one company gives one End User with the phones of both rows; two give the first row. */
  #writeAgain(endUser: EndUser): void {
    const known = this.#insert.known.get(endUser.id) as { seq: number; companyId: string } | undefined
    if (known?.companyId !== endUser.companyId) return this.addProblem('duplicate-in-other-company')
    this.addProblem('duplicate-row')
    const phones = readEndUserPhones(endUser, { defaultCountry: this.#country, read: this.#read })
    this.#writePhones(known.seq, { ...phones, unusable: [] })
  }

  #writePhones(seq: number, phones: EndUserPhones): void {
    for (const n of phones.numbers) this.#insert.number.run(n.e164, seq, n.field, n.tier)
    for (const n of phones.proposals) this.#insert.number.run(n.e164, seq, n.field, n.tier)
    for (const u of phones.unusable) this.#insert.unusable.run(seq, u.field, u.raw, u.reason, u.hint)
  }
}
