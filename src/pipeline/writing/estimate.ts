import type { Config } from '../../config/schema.ts'

/** Records by what is done with them; `moves` are among the updates. */
export interface WriteCounts {
  readonly create: number
  readonly update: number
  readonly moves: number
}

export interface WriteLimits {
  readonly planhatPerMinute: number
  readonly recordsPerRequest: number
  readonly strategy: 'auto' | 'bulk' | 'resolve' | 'single'
}

/** Where nobody counted: a tenant's calls of a range are with a fifth as many companies at the most. */
const RECORDS_A_COMPANY = 5
/** Ids of companies that one list request names (docs/reference/planhat-api.md section 3: 2,000 characters of URL). */
const COMPANIES_A_LIST = 50

/**
 * Planhat requests that a write of so many records takes when all goes well. PURE. In bulk:
 * the first record alone and read back, then batches; each company is looked into once before
 * a record is created there, and moves are looked at in the lists of the companies that they
 * leave and come to. `companies`: how many the records belong to, where it is known.
 */
export function countRequests(counts: WriteCounts, limits: WriteLimits, companies?: number): number {
  const { create, update, moves } = counts
  const records = create + update
  if (records === 0) return 0
  // By external id, the company's list, the record itself; an update is one request.
  if (limits.strategy === 'single') return 3 * create + update + 1
  const most = companies ?? Math.ceil(records / RECORDS_A_COMPANY)
  const lists = (some: number) => Math.ceil(Math.min(some, most) / COMPANIES_A_LIST)
  const batches = Math.ceil(records / limits.recordsPerRequest)
  return batches + 2 + lists(create) + lists(2 * moves)
}

export function writeLimits({ limits, planhat }: Pick<Config, 'limits' | 'planhat'>): WriteLimits {
  const { strategy, batchItems } = planhat
  return { planhatPerMinute: limits.planhatPerMinute, recordsPerRequest: batchItems, strategy }
}
