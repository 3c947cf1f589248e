import type { AircallClient } from '../../aircall/client.ts'
import type { Call } from '../../domain.ts'
import { Evidence, type Place, type Stream, secondsOfDay } from '../../learning/evidence.ts'
import { nextQuestions, type Question } from '../../learning/questions.ts'
import { reasonFor, sayReason } from '../../learning/reason.ts'
import { formatCount, formatNoun, sayPace } from '../../report/text/words.ts'
import { createBreather } from '../run/breathe.ts'
import type { Desk, Session } from '../run/session.ts'
import { type Asker, isYoung } from './ask-each.ts'
import { openTranscripts } from './transcripts.ts'

/** Places that are written in one transaction. */
const BATCH = 500

/** Lines of which the result says why their calls were not asked. */
const MOST_REASONS = 20

export interface Search {
  /** Calls that can have a transcript and are written; walked twice. */
  readonly calls: () => Iterable<Call>
  /** Asks again for what is held or given up. */
  readonly refresh: boolean
  /** Asks for all of them, whatever was learnt. */
  readonly all: boolean
}

/**
 * Asks for the transcripts of these calls: for certain of young ones, those asked before and those of small lines;
 * of the others where what is learnt leaves a chance (docs/contract.md section 11). What is not asked is assumed
 * to have none. What was asked and what came is in the state, so a run that was killed goes on where it was.
 */
export async function searchTranscripts(
  session: Session,
  client: AircallClient,
  search: Search,
): Promise<void> {
  const scope = session.book.run.id
  const sure = await placeAll(session, search, scope)
  const open = session.store.searchPlaces.countOpen(scope)
  if (sure + open === 0) return
  const first = nextQuestions(streamsOf(session, scope)).reduce((sum, { count }) => sum + count, 0)
  announce(session, client, { least: sure + first, most: sure + open })
  const asker = openTranscripts(session, client, sure + open)
  try {
    const isEntitled = await asker.ask(sureOf(session, search))
    if (!isEntitled || !(await askWhatIsLearnt(session, asker, scope))) return
  } finally {
    asker.close()
  }
  assumeTheRest(session, scope)
}

/** Whether a call is asked for whatever was learnt, may be asked for, or is only evidence. */
function standingOf(session: Session, call: Call, { refresh, all }: Search): 'sure' | 'open' | 'known' {
  const { state } = session.store.transcripts.status(call.id)
  if (state === 'ready' || state === 'none') return refresh ? 'sure' : 'known'
  if (state !== 'not-asked' && state !== 'assumed') return 'sure'
  const isAll = all || session.settings.config.transcripts.search === 'all'
  return isAll || isYoung(session, call) ? 'sure' : 'open'
}

export function placeOf({ line, hasVoicemail, answeredAt, startedAt }: Call): Place {
  const sort = hasVoicemail && answeredAt === null ? 'voicemail' : 'call'
  return { line: line?.id ?? null, sort, startedAt }
}

/** Writes down where each call stands. Returns how many are asked for certain. */
async function placeAll(session: Session, search: Search, scope: string): Promise<number> {
  const { store } = session
  const breathe = createBreather(session.signal)
  let sure = 0
  let batch: (() => void)[] = []
  const flush = () => {
    const writes = batch
    batch = []
    store.transaction(() => {
      for (const write of writes) write()
    })
  }
  for (const call of search.calls()) {
    await breathe()
    const standing = standingOf(session, call, search)
    if (standing === 'sure') sure += 1
    batch.push(() => store.searchPlaces.put(call.id, placeOf(call), standing === 'open' ? scope : null))
    if (batch.length >= BATCH) flush()
  }
  flush()
  return sure
}

function* sureOf(session: Session, search: Search): Generator<Call> {
  for (const call of search.calls()) if (standingOf(session, call, search) === 'sure') yield call
}

export function streamsOf({ store }: Desk, scope: string): Stream[] {
  const evidence = new Evidence()
  store.searchPlaces.addEvidence(evidence, scope)
  return evidence.streams()
}

/** Round by round, until nothing that is left has a chance. Returns false when the account is denied. */
async function askWhatIsLearnt(session: Session, asker: Asker, scope: string): Promise<boolean> {
  for (;;) {
    const questions = nextQuestions(streamsOf(session, scope))
    if (questions.length === 0) return true
    const due = [...callsOf(session, questions, scope)]
    if (due.length === 0) return true
    if (!(await asker.ask(due))) return false
  }
}

function* callsOf({ store }: Session, questions: readonly Question[], scope: string): Generator<Call> {
  for (const { day, ...question } of questions) {
    for (const id of store.searchPlaces.open({ ...question, ...secondsOfDay(day) }, scope)) {
      const call = store.calls.get(id)
      if (call !== null) yield call
    }
  }
}

function announce(
  { log }: Session,
  { perMinute }: AircallClient,
  { least, most }: { readonly least: number; readonly most: number },
): void {
  if (least === most) {
    log.info(`${most} transcripts are to be asked for:`)
    log.info(`${sayPace(most, perMinute)}.`)
    return
  }
  log.info(`At least ${least} and at most ${most} transcripts are to be asked for, as each line shows:`)
  log.info(`${sayPace(most, perMinute, least)}.`)
}

/** What was left open is assumed to have none, and why is said once a line. */
function assumeTheRest(session: Session, scope: string): void {
  const { store, log, settings, book } = session
  store.searchPlaces.assume(scope)
  const assumed = store.searchPlaces.assumedBy(scope)
  const total = assumed.reduce((sum, { calls }) => sum + calls, 0)
  if (total === 0) return
  const streams = streamsOf(session, scope)
  const reasons = assumed.slice(0, MOST_REASONS).flatMap((one) => {
    const reason = reasonFor(streams, one)
    const line = store.calls.get(one.callId)?.line?.name ?? one.line
    return reason === null ? [] : [`${formatCount(one.calls)}: ${sayReason(reason, line, one.sort)}.`]
  })
  book.summary.transcripts.assumedBecause = reasons
  const { verifyPerRun } = settings.config.transcripts
  log.info(`${formatNoun(total, 'call')} not asked for: what was asked says that they have no transcript.`)
  log.info(`Every reconcile asks for up to ${verifyPerRun} of them; --all-transcripts asks for all.`)
}
