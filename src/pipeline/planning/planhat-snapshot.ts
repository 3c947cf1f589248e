import type { PlanhatUser } from '../../domain.ts'
import { HttpError } from '../../http/client.ts'
import type { PlanhatReader } from '../../planhat/client.ts'
import { looksLikeOurs } from '../../reconcile/recognise.ts'
import { PLANHAT_USERS } from '../../store/stored/facts.ts'
import type { Session } from '../run/session.ts'
import { USERS_KEY } from '../run/tenant-facts.ts'
import { settleIntents } from './settle-intents.ts'

const SCAN_COST_KEY = 'planhat.scanRequests'

/**
 * Takes a snapshot of Planhat's Conversations: whole pages, replacing the snapshot of
 * an earlier run; then settles by it what an earlier run sent and did not hear of.
 */
export async function scanPlanhat(session: Session, reader: PlanhatReader): Promise<number> {
  const {
    store,
    settings,
    clock,
    signal,
    progress,
    book: { facts },
  } = session
  progress.start(0, 'Planhat conversations')
  let seen = 0
  store.snapshot.begin(clock.nowMs())
  const sentBefore = reader.stats.total
  const doomed = store.erasures.doomed()
  for await (const records of reader.conversations({
    signal,
    wanted: (row) => looksLikeOurs(row, settings.config.conversation),
  })) {
    store.transaction(() => store.snapshot.add(records.filter(({ _id }) => !doomed.has(_id))))
    seen += records.length
    progress.update(seen, {})
  }
  progress.stop()
  store.meta.set(SCAN_COST_KEY, String(reader.stats.total - sentBefore))
  facts.scannedAtMs = clock.nowMs()
  // An empty answer is an outage: it proves nothing.
  if (seen > 0 || store.ledger.count() === 0) settleIntents(session)
  return seen
}

/** So long what a scan saw is taken for what is there. */
const FRESH_MS = 10 * 60_000

/** Whether this run scanned Planhat a moment ago. */
export function isSnapshotFresh({ clock, book: { facts } }: Session): boolean {
  return facts.scannedAtMs !== null && clock.nowMs() - facts.scannedAtMs < FRESH_MS
}

/** Requests that the last scan took; null where there was none. */
export function scanCost({ store }: Pick<Session, 'store'>): number | null {
  const cost = store.meta.get(SCAN_COST_KEY)
  return cost === null ? null : Number(cost)
}

/** Reads Planhat's users (one request) and remembers them, so that an apply builds the payload its plan showed. */
export async function refreshUsers(session: Session, reader: PlanhatReader): Promise<void> {
  const users = await readUsers(session, reader)
  if (users === null) return
  // Every Planhat account has users: with an empty answer each record would lose its agent.
  session.book.facts.sources.push({
    name: "Planhat's list of users",
    returned: users.length,
    before: storedUsers(session).size,
  })
  if (users.length > 0) session.store.meta.write(USERS_KEY, PLANHAT_USERS, users)
}

/** A token that may not list users is no reason to stop: records then name the agent without a Planhat id. */
async function readUsers(session: Session, reader: PlanhatReader): Promise<PlanhatUser[] | null> {
  try {
    return await reader.users(session.signal)
  } catch (error) {
    const refusal = error instanceof Error && error.cause instanceof HttpError ? error.cause : error
    if (!(refusal instanceof HttpError) || refusal.status === 401) throw error
    session.warn(
      'USERS_UNREADABLE',
      `Planhat's users could not be read (${refusal.status}): agents ` +
        'are named by e-mail, without the id of their Planhat user.',
    )
    return null
  }
}

/** Planhat's users by lower-case e-mail, as they were last read. */
export function storedUsers({ store }: Pick<Session, 'store'>): ReadonlyMap<string, PlanhatUser> {
  const users = store.meta.read(USERS_KEY, PLANHAT_USERS) ?? []
  return new Map(
    users.flatMap((user) => (user.email === null ? [] : [[user.email.toLowerCase(), user] as const])),
  )
}
