import type { AircallClient } from '../../aircall/client.ts'
import type { InsightAnswer } from '../../aircall/insights.ts'
import type { Insight } from '../../content-settings.ts'
import { talkSeconds } from '../../conversation/outcome.ts'
import { compileRedactor } from '../../conversation/redact.ts'
import type { Call } from '../../domain.ts'
import { formatNoun, sayPace } from '../../report/text/words.ts'
import { createBreather } from '../run/breathe.ts'
import type { Desk, Session } from '../run/session.ts'
import { openAsker, type Question } from './ask-each.ts'

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
    const asker = openAsker(session, client, { question: insightOf(session, client, kind), total })
    try {
      await asker.ask(due())
    } finally {
      asker.close()
    }
  }
}

function announce({ log }: Session, { perMinute }: AircallClient, kind: Insight, total: number): void {
  log.info(`Insight ${kind}: ${formatNoun(total, 'call')}, ${sayPace(total, perMinute)}.`)
}

function insightOf(session: Session, client: AircallClient, kind: Insight): Question<InsightAnswer> {
  const { config } = session.settings
  const { insights } = session.store
  const redact = compileRedactor(config.transcripts.redact, config)
  return {
    name: { one: kind, many: `insights (${kind})` },
    unreadable: 'INSIGHT_UNREADABLE',
    ask: (callId) => client.getInsight(kind, callId, session.signal),
    isReady: (callId) => insights.state(callId, kind) === 'ready',
    saveReady(call, { value }, nowMs) {
      // Before anything is stored, so that no copy of what was cut out exists here.
      const clean = typeof value === 'string' ? redact(value).text : value.map((one) => redact(one).text)
      insights.saveReady(call.id, kind, clean, nowMs)
    },
    saveState: (callId, state, nowMs) => insights.saveState(callId, kind, state, nowMs),
    sayDenied: (message) => sayDenied(session, kind, message),
  }
}

function sayDenied(session: Session, kind: Insight, message: string): void {
  session.book.facts.insightsDenied.add(kind)
  session.warn(
    'INSIGHT_DENIED',
    `Aircall refuses the insight ${kind} to this account (403: ${message}). Everything else goes on ` +
      'without it. It needs an Aircall AI package; else take it out of conversation.content.insights.',
  )
}
