import pLimit from 'p-limit'
import type { AircallClient } from '../../aircall/client.ts'
import type { InsightAnswer, InsightValue } from '../../aircall/insights.ts'
import type { Insight } from '../../content-settings.ts'
import { talkSeconds } from '../../conversation/outcome.ts'
import { compileRedactor, type Redactor } from '../../conversation/redact.ts'
import type { Call } from '../../domain.ts'
import { createBreather } from '../run/breathe.ts'
import type { Desk, Session } from '../run/session.ts'
import { formatMinutes } from './calls.ts'
import { createPatience, type Patience } from './patience.ts'
import { isYoung } from './transcripts.ts'

/** As for transcripts: eight in flight hide four seconds of latency. */
const IN_FLIGHT = 8
/** Named one by one; the rest as a number. */
const MOST_NAMED = 5

interface Asking {
  readonly session: Session
  readonly client: AircallClient
  readonly kind: Insight
  readonly redact: Redactor
  readonly patience: Patience
  readonly total: number
  answered: boolean
  denied: boolean
  done: number
  unreadable: number
}

/** The insights that the configuration names. */
export function wantedInsights({ settings }: Pick<Desk, 'settings'>): readonly Insight[] {
  return settings.config.conversation.content.insights
}

/** Whether a call can have insights (docs/contract.md section 10): answered, ended, and with enough talk. */
export function canHaveInsights({ settings }: Pick<Desk, 'settings'>, call: Call): boolean {
  if (call.status !== 'done' || call.answeredAt === null) return false
  return talkSeconds(call) >= settings.config.conversation.content.insightsMinTalkSeconds
}

/**
 * Whether a request is due. A call whose line is known to have no transcripts has no summary
 * of one either: it is not asked before its transcript is (docs/contract.md section 11).
 */
function isDue(session: Session, call: Call, o: { kind: Insight; refresh: boolean }): boolean {
  if (!canHaveInsights(session, call)) return false
  if (session.store.transcripts.status(call.id).state === 'assumed') return false
  const state = session.store.insights.state(call.id, o.kind)
  return o.refresh || (state !== 'ready' && state !== 'none')
}

/**
 * Asks for the insights that are on, kind by kind, of calls that are written.
 * What it costs is said first; every answer is stored as it arrives, so a run
 * that was stopped goes on where it was. `calls` is walked twice for each kind.
 */
export async function fetchInsights(
  session: Session,
  connect: () => AircallClient,
  o: { readonly calls: () => Iterable<Call>; readonly refresh: boolean },
): Promise<void> {
  const plans: { kind: Insight; total: number }[] = []
  for (const kind of wantedInsights(session)) {
    const breathe = createBreather(session.signal)
    let total = 0
    for (const call of o.calls()) {
      await breathe()
      if (isDue(session, call, { kind, refresh: o.refresh })) total += 1
    }
    if (total > 0) plans.push({ kind, total })
  }
  if (plans.length === 0) return
  const client = connect()
  for (const { kind, total } of plans) announce(session, client, kind, total)
  for (const { kind, total } of plans) {
    const due = function* () {
      for (const call of o.calls()) if (isDue(session, call, { kind, refresh: o.refresh })) yield call
    }
    await fetchKind(session, client, kind, { due: due(), total })
  }
}

function announce({ log }: Session, { perMinute }: AircallClient, kind: Insight, total: number): void {
  const time = `${formatMinutes(total / perMinute)} at ${perMinute} requests a minute`
  log.info(`Insight ${kind}: ${total} ${total === 1 ? 'call' : 'calls'}, ${time}.`)
}

async function fetchKind(
  session: Session,
  client: AircallClient,
  kind: Insight,
  { due, total }: { readonly due: Iterable<Call>; readonly total: number },
): Promise<void> {
  const { config } = session.settings
  const asking: Asking = {
    session,
    client,
    kind,
    redact: compileRedactor(config.transcripts.redact, config),
    patience: createPatience(client),
    total,
    answered: false,
    denied: false,
    done: 0,
    unreadable: 0,
  }
  session.progress.start(total, `insights (${kind})`)
  try {
    await askAll(asking, due)
  } finally {
    session.progress.stop()
  }
  const unnamed = asking.unreadable - MOST_NAMED
  if (unnamed > 0)
    session.warn(
      'INSIGHT_UNREADABLE',
      `${unnamed} more insights (${kind}) could not be read; they stay pending.`,
    )
}

async function askAll(asking: Asking, due: Iterable<Call>): Promise<void> {
  const limit = pLimit(IN_FLIGHT)
  const running = new Set<Promise<void>>()
  try {
    for (const call of due) {
      if (asking.denied) break
      asking.session.signal.throwIfAborted()
      const task = limit(() => askOne(asking, call)).finally(() => running.delete(task))
      running.add(task)
      // The first answer decides whether the account has this kind at all.
      if (!asking.answered) await task
      else if (running.size >= IN_FLIGHT) await Promise.race(running)
    }
    await Promise.all(running)
  } finally {
    await Promise.allSettled(running)
  }
}

async function askOne(asking: Asking, call: Call): Promise<void> {
  const { session, client, kind, patience, total } = asking
  try {
    const answer = await client.getInsight(kind, call.id, session.signal)
    patience.answered()
    take(asking, call, answer)
  } catch (error) {
    leavePending(asking, call, await patience.excuse(error))
  }
  asking.done += 1
  session.progress.update(asking.done, { total, etaMs: ((total - asking.done) / client.perMinute) * 60_000 })
}

function take(asking: Asking, call: Call, answer: InsightAnswer): void {
  const { session, kind } = asking
  const { insights } = session.store
  const nowMs = session.clock.nowMs()
  if (answer.kind === 'denied') {
    deny(asking, call, answer.message)
    return
  }
  asking.answered = true
  if (answer.kind === 'ready') insights.saveReady(call.id, kind, redacted(asking, answer.value), nowMs)
  // What is held already is not lost because it was asked for again and is not there now.
  else if (insights.state(call.id, kind) !== 'ready')
    insights.saveState(call.id, kind, isYoung(session, call) ? 'pending' : 'none', nowMs)
}

/** Before anything is stored, so that no copy of what was cut out exists here. */
function redacted({ redact }: Asking, value: InsightValue): InsightValue {
  return typeof value === 'string' ? redact(value).text : value.map((one) => redact(one).text)
}

function leavePending(asking: Asking, call: Call, why: string): void {
  const { session, kind } = asking
  if (session.store.insights.state(call.id, kind) !== 'ready')
    session.store.insights.saveState(call.id, kind, 'pending', session.clock.nowMs())
  asking.unreadable += 1
  if (asking.unreadable > MOST_NAMED) return
  session.warn(
    'INSIGHT_UNREADABLE',
    `The ${kind} of call ${call.id} could not be read and stays pending: ${why}`,
  )
}

function deny(asking: Asking, call: Call, message: string): void {
  const { session, kind } = asking
  if (session.store.insights.state(call.id, kind) !== 'ready')
    session.store.insights.saveState(call.id, kind, 'denied', session.clock.nowMs())
  // One refused call among answered ones is about that call; a refusal before any answer is about the account.
  if (asking.answered) return
  asking.denied = true
  session.book.facts.insightsDenied.add(kind)
  session.warn(
    'INSIGHT_DENIED',
    `Aircall refuses the insight ${kind} to this account (403: ${message}). Everything else goes on ` +
      'without it. It needs an Aircall AI package; else take it out of conversation.content.insights.',
  )
}
