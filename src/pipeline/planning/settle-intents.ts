import { findLanded, payloadLanded } from '../../plan/intent-fate.ts'
import { formatNoun } from '../../report/text/words.ts'
import type { Intent, IntentKind } from '../../store/written/intents.ts'
import { bookWrite } from '../run/book-write.ts'
import type { Session } from '../run/session.ts'

/** A request that a killed run had sent may still be carried out for a while: until then, absence proves nothing. */
const LATE_MS = 2 * 60_000

/**
 * Settles what an earlier run sent and did not hear of, by the snapshot that was
 * taken just now: what arrived is booked as a write of that run, so that `runs`,
 * undo and every later comparison know it as ours; what did not is forgotten.
 */
export function settleIntents(
  session: Session,
  wasLookedFor: (intent: Intent) => boolean = () => true,
): void {
  const { store, clock, log } = session
  let booked = 0
  for (const intent of store.intents.all()) {
    if (!wasLookedFor(intent)) continue
    if (bookLanded(session, intent)) booked += 1
    else if (clock.nowMs() - intent.atMs >= LATE_MS) store.intents.settle(intent)
  }
  if (booked > 0)
    log.info(`${formatNoun(booked, 'write')} of an earlier run reached Planhat without its answer: booked.`)
}

function bookLanded(session: Session, intent: Intent): boolean {
  const { kind, payload, planhatId } = intent
  if (payload !== null) return bookLandedWrite(session, intent, payload)
  if (planhatId === null || session.store.snapshot.get(planhatId) !== null) return false
  bookWrite(session, kind, { ...rest(session, intent), planhatId, kind: 'deleted', payload: null })
  return true
}

function bookLandedWrite(session: Session, intent: Intent, payload: NonNullable<Intent['payload']>): boolean {
  const { snapshot } = session.store
  const { externalId, planhatId } = intent
  const sent = { ...intent, payload }
  const found =
    planhatId === null
      ? snapshot.byExternalId(externalId)
      : [snapshot.get(planhatId)].filter((one) => one !== null)
  const landed = findLanded(sent, found)
  if (landed === null) return false
  bookWrite(session, intent.kind, {
    ...rest(session, intent),
    planhatId: landed._id,
    kind: isCreate(intent.kind) ? 'created' : 'updated',
    payload: payloadLanded(sent, landed),
  })
  return true
}

function rest({ clock }: Session, { runId, externalId, callId, record, before }: Intent) {
  return { runId, externalId, callId, record, before, atMs: clock.nowMs() }
}

function isCreate(kind: IntentKind): boolean {
  return kind === 'create'
}
