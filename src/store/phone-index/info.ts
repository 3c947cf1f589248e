import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { every, Shape } from '../stored/shape.ts'
import type { AssumedCountry, BuildCounts } from './build.ts'

export interface IndexSource {
  /** Where it came from, for people: a file name, or the API's host. */
  readonly name: string
  readonly kind: 'api' | 'file'
  readonly builtAtMs: number
}

/** docs/contract.md section 5, `index pull|import`. `unusable` counts phone values, and rows that gave no End User. */
export interface IndexInfo {
  readonly endUsers: number
  readonly withPhone: number
  /** Distinct E.164 numbers. */
  readonly numbers: number
  /** Numbers that several End Users have. */
  readonly shared: number
  readonly unusable: readonly { readonly reason: string; readonly count: number }[]
  readonly source: string
  readonly kind: 'api' | 'file'
  readonly builtAtMs: number
  /** Null in an index that version 0.1.0 has built. */
  readonly assumed: AssumedCountry | null
}

export const INDEX_INFO = new Shape<IndexInfo>(
  'the counts of the phone index',
  1,
  every<IndexInfo>()({
    endUsers: z.number(),
    withPhone: z.number(),
    numbers: z.number(),
    shared: z.number(),
    unusable: z.array(z.object({ reason: z.string(), count: z.number() })),
    source: z.string(),
    kind: z.enum(['api', 'file']),
    builtAtMs: z.number(),
    assumed: z
      .object({ country: z.string(), numbers: z.number(), unusable: z.number() })
      .nullable()
      .default(null),
  }),
)

const NUMBERS = `SELECT count(*) AS numbers, coalesce(sum(bearers > 1), 0) AS shared
  FROM (SELECT count(*) AS bearers FROM index_phones_next GROUP BY e164)`

type Reason = { reason: string; count: number }

/** Counts what was built, before it is put in force. Most frequent reasons first, then by name. */
export function countNext(db: DatabaseSync, source: IndexSource, built: BuildCounts): IndexInfo {
  const numbers = db.prepare(NUMBERS).get() as { numbers: number; shared: number }
  const phones = db
    .prepare('SELECT reason, count(*) AS count FROM index_unusable_next GROUP BY reason')
    .all() as unknown as Reason[]
  const rows = [...built.problems].map(([reason, count]) => ({ reason, count }))
  const unusable = [...phones, ...rows]
    .map(({ reason, count }) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
  const { name, kind, builtAtMs } = source
  return {
    endUsers: built.endUsers,
    withPhone: built.withPhone,
    ...numbers,
    unusable,
    source: name,
    kind,
    builtAtMs,
    assumed: built.assumed,
  }
}
