import { canHaveTranscript } from '../../aircall/transcript.ts'
import type { Call, Match } from '../../domain.ts'
import { readInbox } from '../../inbox/standing.ts'
import { isHeld } from '../../match/held.ts'
import { isOpen } from '../healing/drift-scan.ts'
import { readRange } from '../intake/calls.ts'
import { horizonOf } from '../intake/horizon.ts'
import { refreshOldIndex } from '../phone-index/build.ts'
import { isWritable } from '../planning/desired.ts'
import { refreshFieldKinds } from '../planning/field-kinds.ts'
import { createMatcher, type Matcher, refreshLines } from '../planning/matcher.ts'
import { refreshUsers } from '../planning/planhat-snapshot.ts'
import { createBreather } from '../run/breathe.ts'
import type { Session } from '../run/session.ts'
import type { Shift } from './shift.ts'

/** docs/contract.md section 9: what was rewritten or ended late is within two hours of the last good moment. */
const BACK_MS = 2 * 3_600_000
/** The last mark of the transcripts' clock and a little. */
const TEXT_SECONDS = 6.5 * 3600
/** Lines and users change with staff: a few requests a day. */
const PEOPLE_MS = 6 * 3_600_000

/**
 * Lists the calls since the last good moment and takes up what is new, unfinished, held or waiting for its transcript:
 * what came while nobody listened, and what events should have said and did not. From now on this is the good moment.
 */
export async function catchUp(shift: Shift): Promise<void> {
  const { listener, aircall, planhat } = shift
  const { inbox, options, clock } = listener
  // Each 15 minutes the same words about pages would only fill the log.
  const session = { ...shift.session, log: { ...shift.session.log, info: shift.session.log.debug } }
  const nowMs = clock.nowMs()
  const goodAt = inbox.noted('goodAt')
  const sinceMs = goodAt === null ? nowMs - options.windowMs : Math.min(nowMs, Date.parse(goodAt)) - BACK_MS
  const range = {
    since: Math.max(Math.floor(sinceMs / 1000), horizonOf(session)),
    until: Math.floor(nowMs / 1000),
  }
  if (session.store.index.info() === null) await refreshOldIndex(session, planhat.reader)
  await refreshPeople(shift)
  const matcher = createMatcher(session)
  await readRange(session, aircall, range, { transcripts: false, anew: true })
  const left = await inbox.add([
    ...(await openCalls(session, matcher, range)),
    ...(await rematch(shift, matcher)),
  ])
  await inbox.healed(healedOf(session, matcher))
  if (left === 0) await inbox.note('goodAt', new Date(nowMs).toISOString())
}

/**
 * Who may stand in a record besides the caller: without Planhat's users,
 * records would name their agent without an id.
 */
async function refreshPeople({ listener, session, aircall, planhat }: Shift): Promise<void> {
  const { memory, clock } = listener
  if (memory.peopleAtMs !== null && clock.nowMs() - memory.peopleAtMs < PEOPLE_MS) return
  await refreshLines(session, aircall)
  await refreshUsers(session, planhat.reader)
  await refreshFieldKinds(session, planhat.reader)
  memory.peopleAtMs = clock.nowMs()
}

/** Dead calls that somebody's reconcile has put in order since. */
function healedOf(session: Session, matcher: Matcher): string[] {
  const { store, clock } = session
  const dead = readInbox(store.dir, clock.nowMs())?.deadCalls ?? []
  const isInOrder = (callId: string) => {
    const call = store.calls.get(callId)
    return call !== null && store.ledger.byCall(callId).length > 0 && !isOpen(session, call, matcher(call))
  }
  return dead.map(({ callId }) => callId).filter(isInOrder)
}

async function openCalls(
  session: Session,
  matcher: Matcher,
  range: { since: number; until: number },
): Promise<string[]> {
  const breathe = createBreather(session.signal)
  const ids: string[] = []
  for (const call of session.store.calls.iterate(range)) {
    await breathe()
    if (isUnfinished(session, call, matcher(call))) ids.push(call.id)
  }
  return ids
}

function isUnfinished(session: Session, call: Call, match: Match): boolean {
  if (match.kind === 'in-progress' || isHeld(match)) return true
  if (!isWritable(match) || isDeclined(session, call)) return false
  return isOpen(session, call, match) || isTextOpen(session, call)
}

function isDeclined({ store }: Session, { id }: Call): boolean {
  return store.declined.covers({ callId: id, record: 'call' }, { written: false })
}

function isTextOpen({ store, settings, clock }: Session, call: Call): boolean {
  if (!settings.config.transcripts.enabled || !canHaveTranscript(call)) return false
  const { state } = store.transcripts.status(call.id)
  const ageSeconds = clock.nowMs() / 1000 - (call.endedAt ?? call.startedAt)
  return state === 'not-asked' || (state === 'pending' && ageSeconds < TEXT_SECONDS)
}

/** Calls that nobody had, of any age, where the index was renewed since it was last looked at. */
async function rematch({ listener, session }: Shift, matcher: Matcher): Promise<string[]> {
  const { inbox } = listener
  const builtAt = String(session.store.index.info()?.builtAtMs ?? '')
  const before = inbox.noted('indexBuiltAt')
  if (builtAt === before) return []
  await inbox.note('indexBuiltAt', builtAt)
  if (before === null) return []
  const breathe = createBreather(session.signal)
  const edge = horizonOf(session)
  const ids: string[] = []
  for (const call of session.store.calls.iterateUnwritten()) {
    await breathe()
    if (call.startedAt >= edge && isWritable(matcher(call)) && !isDeclined(session, call)) ids.push(call.id)
  }
  return ids
}
