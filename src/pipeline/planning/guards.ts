import { BUCKETS, type Bucket, type Match } from '../../domain.ts'
import { RefusedError, UsageError } from '../../errors.ts'
import { checkGuards, ENOUGH_CALLS, type GuardInput, type GuardTrip, matchRate } from '../../plan/guard.ts'
import type { Decision } from '../../records.ts'
import { readSummary } from '../../report/summary.ts'
import { formatNoun } from '../../report/text/words.ts'
import { nameCells } from '../../review/columns.ts'
import { LAST_MATCH } from '../../store/stored/facts.ts'
import type { GuardFacts, Session } from '../run/session.ts'

const INDEX_SIZE_KEY = 'guards.indexEndUsers'

/** Counts a matched call for the share of one End User. */
export function noteMatch(facts: GuardFacts, match: Match): void {
  if (match.kind === 'matched') count(facts.matchedByEndUser, match.endUsers[0].id)
}

/** Checks the plan of this run; in a plan a trip is a warning, because nothing is sent. */
export function checkPlan(session: Session): void {
  for (const trip of tripsOf(session, planInput(session))) session.warn(codeOf(trip), trip.message)
}

/**
 * @throws RefusedError GUARD_… (exit 6) when a guard trips and was not passed
 * by `--allow`; `changes` where fewer are sent than planned.
 */
export function enforcePlan(session: Session, changes?: number): void {
  const input = planInput(session)
  refuseAny(session, tripsOf(session, { ...input, changes: changes ?? input.changes }))
}

/** What a listener is measured by: the calls and changes of the last 24 hours. */
export type Recent = Pick<GuardInput, 'changes' | 'buckets' | 'matchedByEndUser'>

/** The same for a listener, whose single writes say nothing. @throws RefusedError GUARD_… (exit 6). */
export function enforceRecent(session: Session, recent: Recent): void {
  const measure = lastMatch(session.store, 'reconcile')
  refuseAny(session, tripsOf(session, { ...planInput(session), ...recent, lastMatch: measure }))
}

/**
 * A source that answers nothing where it had something is an outage, never
 * drift. @throws RefusedError GUARD_EMPTY_SOURCE.
 */
export function enforceSources(session: Session): void {
  refuseAny(
    session,
    tripsOf(session, planInput(session)).filter(
      ({ name }) => name === 'empty-source' || name === 'index-shrink',
    ),
  )
}

/**
 * The same for rows that a person approved; `changes`: the records that they come to, as a settled
 * row stands for all of its call's. @throws RefusedError GUARD_… (exit 6).
 */
export function enforceDecisions(session: Session, decisions: readonly Decision[], changes: number): void {
  refuseAny(session, tripsOf(session, { ...decisionInput(session, decisions), changes }))
}

/**
 * Remembers what the next run compares itself with. A run that a guard warned of or refused is no measure for the next
 * one: else running twice would pass every guard.
 */
export function rememberForGuards(session: Session): void {
  const {
    store,
    book: { run, summary },
  } = session
  const tripped = new Set(tripsOf(session, planInput(session)).map(({ name }) => name))
  if (!tripped.has('index-shrink')) store.meta.set(INDEX_SIZE_KEY, String(store.index.size.endUsers))
  const match = matchRate(summary.calls.buckets)
  if (match.calls < ENOUGH_CALLS || tripped.has('match-rate-drop') || tripped.has('match-rate')) return
  store.meta.write(matchKey(run.command), LAST_MATCH, match)
}

/** @throws RefusedError GUARD_MAX_DELETES (exit 6) when more would go than is allowed. */
export function enforceDeletes(deletes: number, maxDeletes: number): void {
  if (deletes <= maxDeletes) return
  throw new RefusedError(
    'GUARD_MAX_DELETES',
    `${formatNoun(deletes, 'record')} would be deleted; the limit is ` +
      `${maxDeletes} (guards.maxDeletes or --max-deletes). Nothing was sent.`,
    { suggestions: [`if that is right, run the same command with --max-deletes ${deletes}`] },
  )
}

/**
 * Deleting is bounded and confirmed. @throws RefusedError GUARD_MAX_DELETES,
 * UsageError NEEDS_YES where nobody can be asked.
 */
export async function confirmDeletes(
  session: Session,
  deletes: number,
  o: { maxDeletes: number; yes: boolean; restores?: number },
): Promise<void> {
  enforceDeletes(deletes, o.maxDeletes)
  if (o.yes) return
  if (session.confirm === undefined) {
    throw new UsageError('NEEDS_YES', 'Nobody can be asked here, so this needs --yes.', {
      suggestions: ['run the same command with --yes'],
    })
  }
  const restored = o.restores ? ` and ${o.restores} restored` : ''
  if (!(await session.confirm(`Go on? ${formatNoun(deletes, 'record')} will be deleted${restored}.`))) {
    throw new RefusedError('NOT_CONFIRMED', 'Nothing was sent: it was not confirmed.')
  }
}

function planInput({ store, book: { summary, facts, run } }: Session): GuardInput {
  return {
    changes: summary.records.create + summary.records.update,
    buckets: summary.calls.buckets,
    matchedByEndUser: facts.matchedByEndUser,
    index: { endUsers: store.index.size.endUsers, before: indexBefore(store.meta.get(INDEX_SIZE_KEY)) },
    lastMatch: lastMatch(store, run.command),
    sources: facts.sources,
  }
}

function decisionInput(session: Session, decisions: readonly Decision[]): Omit<GuardInput, 'changes'> {
  const {
    store,
    book: { facts },
  } = session
  const buckets = zeroBuckets()
  const matchedByEndUser = new Map<string, number>()
  const runIds = new Set<string>()
  for (const { rowDigest } of decisions) {
    const row = store.plans.byDigest(rowDigest)
    if (row !== null) runIds.add(row.runId)
    if (row === null || row.record !== 'call') continue
    const endUserId = nameCells(row).enduser_id
    // What was declined and is wanted after all counts as what it matched.
    const bucket = row.reason === 'declined' ? (endUserId === '' ? 'shared-line' : 'matched') : row.reason
    buckets[bucket] += 1
    if (bucket === 'matched' && endUserId !== '') count(matchedByEndUser, endUserId)
  }
  return {
    buckets,
    planned: bucketsOfPlans(store, runIds),
    matchedByEndUser,
    index: { endUsers: store.index.size.endUsers, before: indexBefore(store.meta.get(INDEX_SIZE_KEY)) },
    lastMatch: lastMatch(store, 'backfill'),
    sources: facts.sources,
  }
}

/** Only matched calls are approved, so the match rate is that of the plans they come from. */
function bucketsOfPlans({ runs }: Session['store'], runIds: ReadonlySet<string>): Record<Bucket, number> {
  const total = zeroBuckets()
  for (const runId of runIds) {
    const summary = readSummary(runs.get(runId)?.summary)
    for (const bucket of BUCKETS) total[bucket] += summary?.calls.buckets[bucket] ?? 0
  }
  return total
}

function lastMatch({ meta }: Session['store'], command: string): GuardInput['lastMatch'] {
  return meta.read(matchKey(command), LAST_MATCH)
}

function matchKey(command: string): string {
  return `guards.match.${command}`
}

function zeroBuckets(): Record<Bucket, number> {
  return Object.fromEntries(BUCKETS.map((bucket) => [bucket, 0])) as Record<Bucket, number>
}

function tripsOf(session: Session, input: GuardInput): GuardTrip[] {
  return checkGuards(input, session.settings.config.guards, session.allow)
}

/** Names all that trip, so that nobody has to pass them one run at a time; the code is the first one's. */
function refuseAny(session: Session, trips: readonly GuardTrip[]): void {
  const [first] = trips
  if (first === undefined) return
  const { review, drift } = session.book.summary.files
  const look = review || drift
  const flags = trips.map(({ name }) => `--allow ${name}`).join(' ')
  throw new RefusedError(codeOf(first), trips.map(({ message }) => message).join(' '), {
    suggestions: [
      ...(look === '' ? [] : [`look into ${look}`]),
      `if it is right, run the same command with ${flags}`,
    ],
  })
}

function codeOf({ name }: GuardTrip): string {
  return `GUARD_${name.toUpperCase().replaceAll('-', '_')}`
}

function indexBefore(text: string | null): number | null {
  return text === null ? null : Number(text)
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
