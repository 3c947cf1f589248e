import { BUCKETS, type Bucket, type GuardSettings } from '../domain.ts'

/** As `--allow` takes them, causes before consequences. */
export const GUARD_NAMES = [
  'max-changes',
  'one-end-user',
  'match-rate',
  'match-rate-drop',
  'index-shrink',
  'damaged-ids',
  'empty-source',
  'tenant-change',
] as const
export type GuardName = (typeof GUARD_NAMES)[number]

/** A reason to let a person look first. `message` says number, limit and how to pass. */
export interface GuardTrip {
  readonly name: GuardName
  readonly number: number
  readonly limit: number
  readonly message: string
}

export interface GuardInput {
  /** Records that would be created or updated. */
  readonly changes: number
  readonly buckets: Readonly<Record<Bucket, number>>
  /** The calls of the whole plan, where only some of its rows are to be written. */
  readonly planned?: Readonly<Record<Bucket, number>>
  /** Matched calls by End User id; a shared line has no End User and is not in it. */
  readonly matchedByEndUser: ReadonlyMap<string, number>
  /** End Users in the index, now and at the last run; null when there was none. */
  readonly index: { readonly endUsers: number; readonly before: number | null }
  /** Match rate of the last run of this command that no guard spoke against, over how many calls. */
  readonly lastMatch: { readonly rate: number; readonly calls: number } | null
  /** What each source returned, and what it is known to have held for the same question before. */
  readonly sources: readonly { readonly name: string; readonly returned: number; readonly before: number }[]
}

// docs/contract.md section 7: shares and rates of fewer calls than this are noise.
export const ENOUGH_CALLS = 50
const MATCHABLE: readonly Bucket[] = ['matched', 'shared-line', 'ambiguous', 'proposed', 'unmatched']

/** Guards that trip and are not in `allowed`, causes before what they bring about. */
export function checkGuards(
  input: GuardInput,
  settings: GuardSettings,
  allowed: ReadonlySet<string>,
): GuardTrip[] {
  const trips = [
    ...input.sources.map(checkSource),
    checkIndex(input),
    checkMatchRate(input, settings),
    checkMatchRateDrop(input),
    checkOneEndUser(input, settings),
    checkChanges(input, settings),
  ]
  return trips.filter((trip) => trip !== null).filter((trip) => !allowed.has(trip.name))
}

/** Matched share of the calls that could match: having a usable number of somebody else, ended, not filtered. */
export function matchRate(buckets: Readonly<Record<Bucket, number>>): { rate: number; calls: number } {
  const calls = BUCKETS.filter((bucket) => MATCHABLE.includes(bucket)).reduce((sum, b) => sum + buckets[b], 0)
  const matched = buckets.matched + buckets['shared-line']
  return { calls, rate: calls === 0 ? 0 : matched / calls }
}

function checkChanges({ changes }: GuardInput, { maxChanges }: GuardSettings): GuardTrip | null {
  if (maxChanges === null || changes <= maxChanges) return null
  const message = `The plan changes ${changes} records; guards.maxChanges allows ${maxChanges}.`
  return trip('max-changes', { number: changes, limit: maxChanges, message })
}

function checkOneEndUser(
  { buckets, matchedByEndUser }: GuardInput,
  settings: GuardSettings,
): GuardTrip | null {
  const limit = settings.maxShareOfOneEndUser
  const total = buckets.matched + buckets['shared-line']
  if (total < ENOUGH_CALLS) return null
  const [id, calls] = [...matchedByEndUser].reduce((top, one) => (one[1] > top[1] ? one : top), ['', 0])
  const number = calls / total
  if (number <= limit) return null
  const message =
    `End User ${id} takes ${calls} of ${total} matched calls (${percent(number)}); ` +
    `guards.maxShareOfOneEndUser allows ${percent(limit)}. Is the number a switchboard, or a default contact?`
  return trip('one-end-user', { number, limit, message })
}

function checkMatchRate(
  { buckets, planned = buckets }: GuardInput,
  { minMatchRate }: GuardSettings,
): GuardTrip | null {
  const { rate, calls } = matchRate(planned)
  if (minMatchRate === null || calls === 0 || rate >= minMatchRate) return null
  const message = `${percent(rate)} of ${calls} calls match; guards.minMatchRate asks for ${percent(minMatchRate)}.`
  return trip('match-rate', { number: rate, limit: minMatchRate, message })
}

/** A rate that fell to less than half speaks of an index gone wrong, not of new callers. */
function checkMatchRateDrop({ buckets, planned = buckets, lastMatch }: GuardInput): GuardTrip | null {
  const { rate, calls } = matchRate(planned)
  if (lastMatch === null || calls < ENOUGH_CALLS || lastMatch.calls < ENOUGH_CALLS) return null
  const limit = lastMatch.rate / 2
  if (rate >= limit) return null
  const message =
    `${percent(rate)} of ${calls} calls match; the last run ` +
    `matched ${percent(lastMatch.rate)}, half of which is the limit.`
  return trip('match-rate-drop', { number: rate, limit, message })
}

/** An empty index matches nobody; one that lost half its End Users since the last run lost them by accident. */
function checkIndex({ index }: GuardInput): GuardTrip | null {
  const limit = index.before === null ? 1 : Math.max(1, Math.ceil(index.before / 2))
  if (index.endUsers >= limit) return null
  const before = index.before === null ? '' : `; the last run had ${index.before}`
  const message = `The index holds ${index.endUsers} End Users${before}, and at least ${limit} are expected.`
  return trip('index-shrink', { number: index.endUsers, limit, message })
}

function checkSource(source: GuardInput['sources'][number]): GuardTrip | null {
  if (source.returned > 0 || source.before === 0) return null
  const message =
    `${source.name} returned nothing where it returned ${source.before} ` +
    'before; an empty answer is an outage, not a deletion.'
  return trip('empty-source', { number: 0, limit: 1, message })
}

function trip(name: GuardName, o: { number: number; limit: number; message: string }): GuardTrip {
  return { name, number: o.number, limit: o.limit, message: `${o.message} Pass with --allow ${name}.` }
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10}%`
}
