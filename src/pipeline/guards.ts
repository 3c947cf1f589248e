import { BUCKETS, type Bucket, type Match } from '../domain.ts'
import { RefusedError, UsageError } from '../errors.ts'
import { checkGuards, type GuardInput, type GuardTrip, matchRate } from '../plan/guard.ts'
import type { Summary } from '../report/summary.ts'
import type { Decision } from './decision.ts'
import type { GuardFacts, Session } from './session.ts'

const INDEX_SIZE_KEY = 'guards.indexEndUsers'

/** Counts a matched call for the share of one End User. */
export function noteMatch(facts: GuardFacts, match: Match): void {
  if (match.kind === 'matched') count(facts.matchedByEndUser, match.endUsers[0].id)
}

/** Checks the plan of this run; in a plan a trip is a warning, because nothing is sent. */
export function checkPlan(session: Session): void {
  for (const trip of tripsOf(session, planInput(session))) session.warn(codeOf(trip), trip.message)
}

/** @throws RefusedError GUARD_… (exit 6) at the first guard that trips and was not passed by `--allow`; `changes` where fewer are sent than planned. */
export function enforcePlan(session: Session, changes?: number): void {
  const input = planInput(session)
  refuseFirst(session, tripsOf(session, { ...input, changes: changes ?? input.changes }))
}

/** A source that answers nothing where it had something is an outage, never drift. @throws RefusedError GUARD_EMPTY_SOURCE. */
export function enforceSources(session: Session): void {
  refuseFirst(
    session,
    tripsOf(session, planInput(session)).filter(
      ({ name }) => name === 'empty-source' || name === 'index-shrink',
    ),
  )
}

/** The same for rows that a person approved. @throws RefusedError GUARD_… (exit 6). */
export function enforceDecisions(session: Session, decisions: readonly Decision[]): void {
  refuseFirst(session, tripsOf(session, decisionInput(session, decisions)))
}

/** Remembers what the next run compares itself with. */
export function rememberForGuards({ store }: Session): void {
  store.meta.set(INDEX_SIZE_KEY, String(store.index.size.endUsers))
}

/** @throws RefusedError GUARD_MAX_DELETES (exit 6) when more would go than is allowed. */
export function enforceDeletes(deletes: number, maxDeletes: number): void {
  if (deletes <= maxDeletes) return
  throw new RefusedError(
    'GUARD_MAX_DELETES',
    `${deletes} records would be deleted; the limit is ${maxDeletes} (guards.maxDeletes or --max-deletes). Nothing was sent.`,
    { suggestions: [`if that is right, run the same command with --max-deletes ${deletes}`] },
  )
}

/** Deleting is bounded and confirmed. @throws RefusedError GUARD_MAX_DELETES, UsageError NEEDS_YES where nobody can be asked. */
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
  if (!(await session.confirm(`Go on? ${deletes} records will be deleted${restored}.`))) {
    throw new RefusedError('NOT_CONFIRMED', 'Nothing was sent: it was not confirmed.')
  }
}

function planInput({ summary, facts, store, run }: Session): GuardInput {
  const last = store.runs.last(run.command)?.summary as Summary | null | undefined
  return {
    changes: summary.records.create + summary.records.update,
    buckets: summary.calls.buckets,
    matchedByEndUser: facts.matchedByEndUser,
    index: { endUsers: store.index.size.endUsers, before: indexBefore(store.meta.get(INDEX_SIZE_KEY)) },
    lastMatch: last ? matchRate(last.calls.buckets) : null,
    sources: facts.sources,
  }
}

function decisionInput(session: Session, decisions: readonly Decision[]): GuardInput {
  const { store, facts } = session
  const buckets = Object.fromEntries(BUCKETS.map((bucket) => [bucket, 0])) as Record<Bucket, number>
  const matchedByEndUser = new Map<string, number>()
  for (const { rowDigest } of decisions) {
    const row = store.plans.byDigest(rowDigest)
    if (row === null || row.record !== 'call') continue
    buckets[row.reason] += 1
    const endUserId = row.cells['enduser_id'] ?? ''
    if (row.reason === 'matched' && endUserId !== '') count(matchedByEndUser, endUserId)
  }
  return {
    changes: decisions.length,
    buckets,
    matchedByEndUser,
    index: { endUsers: store.index.size.endUsers, before: indexBefore(store.meta.get(INDEX_SIZE_KEY)) },
    lastMatch: null,
    sources: facts.sources,
  }
}

function tripsOf(session: Session, input: GuardInput): GuardTrip[] {
  return checkGuards(input, session.settings.config.guards, session.allow)
}

function refuseFirst(session: Session, [trip]: readonly GuardTrip[]): void {
  if (trip === undefined) return
  const look = session.summary.files.review
  throw new RefusedError(codeOf(trip), trip.message, {
    suggestions: [
      ...(look === '' ? [] : [`look into ${look}`]),
      `if it is right, run the same command with --allow ${trip.name}`,
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
