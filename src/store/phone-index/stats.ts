import type { DatabaseSync } from 'node:sqlite'
import type { Holder } from '../../domain.ts'
import type { PhoneIndex } from '../../match/phone-index.ts'

/** A number that several End Users have. */
export interface BorneByMany {
  readonly e164: string
  readonly endUsers: number
  readonly companies: number
}

/** A phone value that gave no number, with its bearer. */
export interface HeldUnusable {
  readonly endUserId: string
  readonly name: string | null
  readonly companyId: string
  readonly companyName: string | null
  readonly field: string
  readonly raw: string
  readonly reason: string
  readonly hint: string | null
}

/** Most bearers first, then by number; at most `limit`. */
export function readShared(db: DatabaseSync, limit: number): BorneByMany[] {
  return db
    .prepare(
      `SELECT e164, count(*) AS endUsers, count(DISTINCT company_id) AS companies
       FROM index_phones JOIN index_end_users USING (seq) GROUP BY e164 HAVING count(*) > 1
       ORDER BY endUsers DESC, e164 LIMIT ?`,
    )
    .all(limit) as unknown as BorneByMany[]
}

export function readUnusable(db: DatabaseSync): IterableIterator<HeldUnusable> {
  return db
    .prepare(
      `SELECT u.id AS endUserId, u.name AS name, u.company_id AS companyId, c.name AS companyName,
         x.field AS field, x.raw AS raw, x.reason AS reason, x.hint AS hint
       FROM index_unusable x JOIN index_end_users u USING (seq) LEFT JOIN index_companies c ON c.id = u.company_id
       ORDER BY x.reason, u.id, x.field`,
    )
    .iterate() as unknown as IterableIterator<HeldUnusable>
}

/** The End Users who have any of these numbers; numbers nobody has are left out. */
export function readBearers(
  index: PhoneIndex,
  e164s: Iterable<string>,
): { e164: string; holders: readonly Holder[] }[] {
  return [...new Set(e164s)]
    .sort()
    .map((e164) => ({ e164, holders: index.holders(e164) }))
    .filter((own) => own.holders.length > 0)
}
