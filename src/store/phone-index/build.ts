import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { CountryCode, EndUser } from '../../domain.ts'
import { createFieldReader, type EndUserPhones, readEndUserPhones } from '../../match/end-user-phones.ts'
import { isWrittenNationally } from '../../match/phone-text.ts'
import { BulkInsert } from './bulk-insert.ts'
import { EndUserRows } from './end-user-rows.ts'
import { DROP_NEXT, OPEN_NEXT, SORT_NEXT } from './schema.ts'

/** How many End Users are held before they are written in one transaction: bounded memory, few commits. */
const BATCH = 10_000
/** Distinct odd phone texts, and companies, remembered: some megabytes at most. */
const REMEMBERED = 20_000

/** What a number of another country is, read as one of the default country. */
const FOREIGN: readonly string[] = ['not-valid', 'lost-plus', 'old-format', 'needs-country']

/** Why a row that was taken gives no End User of its own after all. */
export type TakenBack = 'duplicate-row' | 'duplicate-in-other-company' | 'erased'

/** A row of a source, for whoever counts what became of each. */
export interface Origin {
  /** Where it stands, in whatever way the source counts. */
  readonly place: number
  /** Told, sooner or later, that the row at this place was taken back: the same function for all rows of a source. */
  readonly takeBack: (reason: TakenBack, place: number) => void
}

/** Of a phone that cannot be used, so much is enough to find it. */
const RAW_KEPT = 200

/** National numbers of End Users without a country, which were read as numbers of the default country. */
export interface AssumedCountry {
  readonly country: CountryCode
  readonly numbers: number
  /** Those that are no numbers there: another country's, most likely. */
  readonly unusable: number
}

/** Counts that the build knows without asking the tables again. */
export interface BuildCounts {
  readonly endUsers: number
  readonly withPhone: number
  readonly assumed: AssumedCountry
  /** Rows that gave no End User of their own, by reason. */
  readonly problems: ReadonlyMap<string, number>
}

/** Builds an index beside the one in force. Nothing of it is seen until the tables are swapped. */
export class IndexBuild {
  readonly #db: DatabaseSync
  readonly #read: (endUser: EndUser) => EndUserPhones
  readonly #batch: EndUser[] = []
  readonly #origins: (Origin | undefined)[] = []
  /** By End User: so many numbers are some megabytes, so many origins would be a hundred. */
  readonly #places: (number | undefined)[] = []
  #takeBack: Origin['takeBack'] | undefined
  readonly #disputed = new Set<number>()
  readonly #assumed: { country: CountryCode; numbers: number; unusable: number }
  readonly #problems = new Map<string, number>()
  readonly #companies = new Set<string>()
  readonly #withoutPhone = new Set<number>()
  readonly #insertCompany: StatementSync
  readonly #rows: EndUserRows
  readonly #numbers: BulkInsert
  readonly #unusable: BulkInsert
  #seq = 0
  #lastCompany = ''

  constructor(db: DatabaseSync, { defaultCountry }: { defaultCountry: CountryCode }) {
    db.exec(OPEN_NEXT)
    const read = createFieldReader({ capacity: REMEMBERED })
    this.#db = db
    this.#assumed = { country: defaultCountry, numbers: 0, unusable: 0 }
    this.#read = (endUser) => readEndUserPhones(endUser, { defaultCountry, read })
    this.#insertCompany = db.prepare(
      'INSERT INTO index_companies_next VALUES (?, ?) ' +
        'ON CONFLICT (id) DO UPDATE SET name = coalesce(name, excluded.name)',
    )
    this.#rows = new EndUserRows(db)
    this.#numbers = new BulkInsert(db, 'temp.index_gathered', 4)
    this.#unusable = new BulkInsert(db, 'index_unusable_next', 5)
  }

  add(endUser: EndUser, origin?: Origin): void {
    this.#batch.push(endUser)
    this.#origins.push(origin)
    if (origin !== undefined) this.#takeBack = origin.takeBack
    if (this.#batch.length >= BATCH) this.#flush()
  }

  /** A row of the source that gave no End User. */
  addProblem(reason: string): void {
    this.#problems.set(reason, (this.#problems.get(reason) ?? 0) + 1)
  }

  /** Writes what is left and sorts the numbers into their tables. */
  finish(): BuildCounts {
    this.#flush()
    if (this.#disputed.size > 0) this.#rows.remove(this.#disputed)
    for (const seq of this.#disputed) this.#withoutPhone.delete(seq)
    this.#db.exec(SORT_NEXT)
    const endUsers = this.#seq - this.#disputed.size
    const withPhone = endUsers - this.#withoutPhone.size
    return { endUsers, withPhone, assumed: this.#assumed, problems: this.#problems }
  }

  abandon(): void {
    this.#db.exec(DROP_NEXT)
  }

  #flush(): void {
    this.#db.exec('BEGIN')
    try {
      const { chunk } = this.#rows
      for (let at = 0; at < this.#batch.length; at += chunk)
        this.#writeChunk(this.#batch.slice(at, at + chunk), at)
      this.#numbers.flush()
      this.#unusable.flush()
      this.#db.exec('COMMIT')
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
    this.#batch.length = 0
    this.#origins.length = 0
  }

  #writeChunk(endUsers: readonly EndUser[], from: number): void {
    const first = this.#seq + 1
    if (endUsers.length === this.#rows.chunk && this.#rows.insertMany(endUsers, first)) {
      this.#seq += endUsers.length
      for (const [i, endUser] of endUsers.entries())
        this.#writeParts(first + i, endUser, this.#origins[from + i])
      return
    }
    for (const [i, endUser] of endUsers.entries()) this.#write(endUser, this.#origins[from + i])
  }

  #write(endUser: EndUser, origin: Origin | undefined): void {
    const seq = this.#seq + 1
    if (!this.#rows.insert(endUser, seq)) {
      this.#leaveOut(this.#writeAgain(endUser), origin?.place)
      return
    }
    this.#seq = seq
    this.#writeParts(seq, endUser, origin)
  }

  #leaveOut(reason: TakenBack, place: number | undefined): void {
    this.addProblem(reason)
    if (place !== undefined) this.#takeBack?.(reason, place)
  }

  #writeParts(seq: number, endUser: EndUser, origin: Origin | undefined): void {
    if (origin !== undefined) this.#places[seq] = origin.place
    this.#writeCompany(endUser)
    const phones = this.#read(endUser)
    this.#writeNumbers(seq, phones)
    if (endUser.country === null) this.#countAssumed(phones)
    for (const u of phones.unusable)
      this.#unusable.push(seq, u.field, u.raw.slice(0, RAW_KEPT), u.reason, u.hint)
    if (phones.numbers.length === 0) this.#withoutPhone.add(seq)
  }

  /**
   * The same id twice: in one company it is one End User with the phones of both rows; in two companies nobody can tell
   * whose calls these are, and neither row is taken.
   */
  #writeAgain(endUser: EndUser): TakenBack {
    const known = this.#rows.find(endUser.id)
    if (known === null || this.#disputed.has(known.seq)) return 'duplicate-in-other-company'
    if (known.companyId !== endUser.companyId) {
      this.#disputed.add(known.seq)
      this.#leaveOut('duplicate-in-other-company', this.#places[known.seq])
      return 'duplicate-in-other-company'
    }
    const phones = this.#read(endUser)
    this.#writeNumbers(known.seq, phones)
    if (phones.numbers.length > 0) this.#withoutPhone.delete(known.seq)
    return 'duplicate-row'
  }

  /** Numbers that were read as the default country's, for want of a better one. */
  #countAssumed(phones: EndUserPhones): void {
    for (const number of phones.numbers) if (number.tier === 2) this.#assumed.numbers += 1
    for (const { raw, reason } of phones.unusable)
      if (FOREIGN.includes(reason) && isWrittenNationally(raw)) this.#assumed.unusable += 1
  }

  #writeCompany({ companyId, companyName }: EndUser): void {
    const key = companyName === null ? `${companyId} ` : companyId
    // Exports stand in company order more often than not.
    if (key === this.#lastCompany) return
    this.#lastCompany = key
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
