import type { AircallClient } from '../../aircall/client.ts'
import type { Call } from '../../domain.ts'
import { formatCount } from '../../report/text/words.ts'
import type { Assumed } from '../../store/search-places.ts'
import type { Session } from '../run/session.ts'
import type { Asker } from './ask-each.ts'
import { openTranscripts } from './transcripts.ts'

/** A call that has a transcript although none was expected makes those of its line so close to it due at once. */
const NEIGHBOUR_SECONDS = 7 * 86_400

const CHUNK = 200

/**
 * Asks for calls that are assumed to have no transcript, the newest first, whatever the window
 * of the run: up to `transcripts.verifyPerRun`, all of them when `transcripts.search` is `all`;
 * and beyond that number for the neighbours of each that has one (docs/contract.md section 11).
 */
export async function verifyAssumed(
  session: Session,
  client: AircallClient,
  isWanted: (call: Call) => boolean,
): Promise<void> {
  const { search, verifyPerRun } = session.settings.config.transcripts
  const limit = search === 'all' ? Number.POSITIVE_INFINITY : verifyPerRun
  if (limit === 0 || session.book.facts.transcriptsDenied) return
  if (session.store.searchPlaces.assumed({ count: 1 }).length === 0) return
  const asker = openTranscripts(session, client, Math.min(limit, session.store.searchPlaces.countAssumed()))
  const verification = { session, asker, isWanted, found: 0 }
  try {
    await askNewest(verification, limit)
  } finally {
    asker.close()
  }
  if (verification.found > 0)
    session.log.info(
      `${formatCount(verification.found)} calls that were assumed to have no transcript have one: they are taken up.`,
    )
}

interface Verification {
  readonly session: Session
  readonly asker: Asker
  readonly isWanted: (call: Call) => boolean
  found: number
}

async function askNewest(verification: Verification, limit: number): Promise<void> {
  const { searchPlaces } = verification.session.store
  let asked = 0
  let after: Assumed | undefined
  while (asked < limit) {
    const chunk = searchPlaces.assumed({ count: CHUNK, ...(after && { after }) })
    after = chunk.at(-1)
    if (after === undefined) return
    const due = wantedOf(verification, chunk).slice(0, limit - asked)
    asked += due.length
    if (!(await askAround(verification, due))) return
  }
}

function wantedOf({ session, isWanted }: Verification, assumed: readonly Assumed[]): Found[] {
  return assumed.flatMap((place) => {
    const call = session.store.calls.get(place.callId)
    return call !== null && isWanted(call) ? [{ place, call }] : []
  })
}

interface Found {
  readonly place: Assumed
  readonly call: Call
}

/** These, then the neighbours of each that has one, and theirs. Returns false when the account is denied. */
async function askAround(verification: Verification, first: readonly Found[]): Promise<boolean> {
  const { session, asker } = verification
  const { transcripts, searchPlaces } = session.store
  let due = first
  while (due.length > 0) {
    if (!(await asker.ask(due.map(({ call }) => call)))) return false
    const found = due.filter(({ call }) => transcripts.status(call.id).state === 'ready')
    verification.found += found.length
    const near = new Map<string, Assumed>()
    for (const { place } of found) {
      const { line, startedAt } = place
      const [from, to] = [startedAt - NEIGHBOUR_SECONDS, startedAt + NEIGHBOUR_SECONDS]
      for (const one of searchPlaces.assumedNear({ line, from, to })) near.set(one.callId, one)
    }
    due = wantedOf(verification, [...near.values()])
  }
  return true
}
