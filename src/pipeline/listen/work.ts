import { findChain } from '../../conversation/chain.ts'
import type { OpenCall, Outcome } from '../../inbox/schedule.ts'
import type { DriftRow } from '../../reconcile/drift-row.ts'
import { scanCalls } from '../healing/drift-scan.ts'
import { type HealRequest, healDrift } from '../healing/heal.ts'
import { enforceRecent } from '../planning/guards.ts'
import { createMatcher, type Matcher } from '../planning/matcher.ts'
import { storedUsers } from '../planning/planhat-snapshot.ts'
import type { Session } from '../run/session.ts'
import { noteCall } from './day.ts'
import type { Listener } from './listener.ts'
import { type Looked, lookAtPlanhat } from './look.ts'
import { type Reading, readDue } from './reading.ts'
import { Recent } from './recent.ts'
import type { Shift } from './shift.ts'
import { askTexts, missingTexts } from './texts.ts'

export interface Result {
  readonly taken: OpenCall
  readonly outcome: Outcome
}

/** What `reconcile --fix` does, and nothing more. */
const FIX = { fix: true, prune: false, overwriteEdits: false, restoreDeleted: false, maxDeletes: 0 } as const

/**
 * Works calls that are due: reads each from Aircall, matches it, compares it with Planhat, writes what is missing or
 * differs, as `reconcile --fix` does. Doing it again changes nothing.
 * @returns what became of each. @throws what concerns all of them: an outage, credentials, a guard.
 */
export async function workCalls(shift: Shift, due: readonly OpenCall[]): Promise<readonly Result[]> {
  const { session, aircall, planhat, listener } = shift
  const readings = await readDue(session, aircall, due, listener.memory.unknownAtMs)
  const matcher = createMatcher(session)
  const recent = recentOf(listener, shift, matcher)
  const looked = due.flatMap((taken): Looked[] => {
    const reading = readings.get(taken.callId)
    return reading?.kind === 'call' ? [{ taken, call: reading.call, match: matcher(reading.call) }] : []
  })
  const ended = looked.filter(({ match }) => match.kind !== 'in-progress')
  session.store.transaction(() => {
    for (const { call, match } of ended) noteCall(session, call, match)
  })
  for (const { call, match } of ended) recent.note(call, match, session.clock.nowMs())
  const asked = await askTexts(shift, ended)
  await lookAtPlanhat(session, planhat.reader, ended)
  const failed = await heal(shift, { looked: ended, matcher, recent })
  return due.map((taken) => ({
    taken,
    outcome: outcomeOf(shift, {
      reading: readings.get(taken.callId),
      looked: looked.find((one) => one.taken === taken),
      code: failed.get(taken.callId),
      asked: asked.has(taken.callId),
    }),
  }))
}

function recentOf({ memory }: Listener, { session }: Shift, matcher: Matcher): Recent {
  if (memory.recent !== null) return memory.recent
  memory.recent = new Recent()
  memory.recent.seed(session.store, matcher, session.clock.nowMs())
  return memory.recent
}

/** Writes what differs. Returns the code of each call that could not be written. */
async function heal(
  { session, planhat, listener }: Shift,
  { looked, matcher, recent }: { looked: readonly Looked[]; matcher: Matcher; recent: Recent },
): Promise<ReadonlyMap<string, string>> {
  const { store, clock } = session
  const request: HealRequest = FIX
  const rows: DriftRow[] = []
  const failed = new Map<string, string>()
  const written = new Set<string>()
  const scan = {
    session,
    matcher,
    users: storedUsers(session),
    options: request,
    onFinding: ({ row }: { row: DriftRow }) => {
      if (row.class !== 'in-sync') rows.push(row)
    },
    onHeld: () => {},
    enforce: (_: unknown, changes: number) =>
      enforceRecent(session, recent.measure(store, clock.nowMs(), changes)),
    onOutcome: ({ callId, outcome, code }: { callId: string; outcome: string; code?: string }) => {
      if (outcome === 'failed' || outcome === 'held') failed.set(callId, code ?? 'UNKNOWN')
      if (outcome === 'created' || outcome === 'updated') written.add(callId)
    },
  }
  await scanCalls(scan, looked)
  try {
    await healDrift(scan, planhat, request, rows)
  } finally {
    if (written.size > 0) await listener.inbox.note('lastWriteAt', new Date(clock.nowMs()).toISOString())
  }
  await listener.inbox.add(continuedBy(session, looked, written), { again: true })
  return failed
}

/** Calls that continue one that was written, or that it continues: what they say of each other may have changed. */
function continuedBy(
  { store, settings }: Session,
  looked: readonly Looked[],
  written: ReadonlySet<string>,
): string[] {
  if (!settings.config.conversation.content.transfers) return []
  return looked.flatMap(({ call }) => {
    if (!written.has(call.id)) return []
    const { earlier, later } = findChain(call, (one) => store.calls.around(one))
    const begins = [earlier?.startedAt, later?.startedAt]
    const linked = store.calls.around(call).filter(({ startedAt }) => begins.includes(startedAt))
    return linked.map(({ id }) => id).filter((id) => store.ledger.byCall(id).length > 0)
  })
}

interface Became {
  readonly reading: Reading | undefined
  readonly looked: Looked | undefined
  readonly code: string | undefined
  readonly asked: boolean
}

function outcomeOf(shift: Shift, { reading, looked, code, asked }: Became): Outcome {
  if (reading === undefined || reading.kind === 'unknown') return { kind: 'not-found' }
  if (reading.kind === 'failed') return { kind: 'failed', code: reading.code }
  if (code !== undefined) return { kind: 'failed', code }
  const { call } = reading
  if (looked === undefined || looked.match.kind === 'in-progress') return { kind: 'not-ended' }
  const missing = missingTexts(shift, looked)
  if (missing.length === 0) return { kind: 'done' }
  return { kind: 'waits', endedMs: (call.endedAt ?? call.startedAt) * 1000, missing, asked }
}
