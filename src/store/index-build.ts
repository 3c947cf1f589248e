import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { CountryCode, EndUser } from '../domain.ts'
import { createFieldReader, type EndUserPhones, readEndUserPhones } from '../match/end-user-phones.ts'
import { BulkInsert } from './bulk-insert.ts'
import { DROP_NEXT, OPEN_NEXT, SORT_NEXT } from './index-schema.ts'

/** How many End Users are held before they are written in one transaction: bounded memory, few commits. */
const BATCH = 10_000
/** Distinct odd phone texts, and companies, remembered: some megabytes at most. */
const REMEMBERED = 20_000

interface KnownEndUser {
  readonly seq: number
  readonly companyId: string
}

/** Counts that the build knows without asking the tables again. */
export interface BuildCounts {
  readonly endUsers: number
  readonly withPhone: number
  /** Rows that gave no End User of their own, by reason. */
  readonly problems: ReadonlyMap<string, number>
}

/** Builds an index beside the one in force. Nothing of it is seen until the tables are swapped. */
export class IndexBuild {
  readonly #db: DatabaseSync
  readonly #read: (endUser: EndUser) => EndUserPhones
  readonly #batch: EndUser[] = []
  readonly #problems = new Map<string, number>()
  readonly #companies = new Set<string>()
  readonly #withoutPhone = new Set<number>()
  readonly #insertCompany: StatementSync
  readonly #insertEndUser: StatementSync
  readonly #findKnown: StatementSync
  readonly #numbers: BulkInsert
  readonly #unusable: BulkInsert
  #seq = 0

  constructor(db: DatabaseSync, { defaultCountry }: { defaultCountry: CountryCode }) {
    db.exec(OPEN_NEXT)
    const read = createFieldReader({ capacity: REMEMBERED })
    this.#db = db
    this.#read = (endUser) => readEndUserPhones(endUser, { defaultCountry, read })
    this.#insertCompany = db.prepare(
      'INSERT INTO index_companies_next VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = coalesce(name, excluded.name)',
    )
    this.#insertEndUser = db.prepare(
      'INSERT OR IGNORE INTO index_end_users_next VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#findKnown = db.prepare('SELECT seq, company_id AS companyId FROM index_end_users_next WHERE id = ?')
    this.#numbers = new BulkInsert(db, 'index_gathered', 4)
    this.#unusable = new BulkInsert(db, 'index_unusable_next', 5)
  }

  add(endUser: EndUser): void {
    this.#batch.push(endUser)
    if (this.#batch.length >= BATCH) this.#flush()
  }

  /** A row of the source that gave no End User. */
  addProblem(reason: string): void {
    this.#problems.set(reason, (this.#problems.get(reason) ?? 0) + 1)
  }

  /** Writes what is left and sorts the numbers into their tables. */
  finish(): BuildCounts {
    this.#flush()
    this.#db.exec(SORT_NEXT)
    const endUsers = this.#seq
    return { endUsers, withPhone: endUsers - this.#withoutPhone.size, problems: this.#problems }
  }

  abandon(): void {
    this.#db.exec(DROP_NEXT)
  }

  #flush(): void {
    this.#db.exec('BEGIN')
    try {
      for (const endUser of this.#batch) this.#write(endUser)
      this.#numbers.flush()
      this.#unusable.flush()
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
    const archived = endUser.archived ? 1 : 0
    const { changes } = this.#insertEndUser.run(seq, id, name, email, companyId, country, archived)
    if (changes === 0) {
      this.#writeAgain(endUser)
      return
    }
    this.#seq = seq
    this.#writeCompany(endUser)
    const phones = this.#read(endUser)
    this.#writeNumbers(seq, phones)
    for (const u of phones.unusable) this.#unusable.push(seq, u.field, u.raw, u.reason, u.hint)
    if (phones.numbers.length === 0) this.#withoutPhone.add(seq)
  }

  /** The same id twice: in one company it is one End User with the phones of both rows; in two the first row stays. */
  #writeAgain(endUser: EndUser): void {
    const known = this.#findKnown.get(endUser.id) as KnownEndUser | undefined
    const isSame = known?.companyId === endUser.companyId
    this.addProblem(isSame ? 'duplicate-row' : 'duplicate-in-other-company')
    if (!known || !isSame) return
    const phones = this.#read(endUser)
    this.#writeNumbers(known.seq, phones)
    if (phones.numbers.length > 0) this.#withoutPhone.delete(known.seq)
  }

  #writeCompany({ companyId, companyName }: EndUser): void {
    const key = companyName === null ? `${companyId} ` : companyId
    if (this.#companies.has(key)) return
    if (this.#companies.size >= REMEMBERED) this.#companies.clear()
    this.#companies.add(key)
    this.#insertCompany.run(companyId, companyName)
  }

  #writeNumbers(seq: number, phones: EndUserPhones): void {
    for (const n of phones.numbers) this.#numbers.push(n.e164, seq, n.field, n.tier)
    for (const n of phones.proposals) this.#numbers.push(n.e164, seq, n.field, n.tier)
  }
}
