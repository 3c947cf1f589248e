import type { Insight } from '../../content-settings.ts'
import type { Call } from '../../domain.ts'
import type { InsightState } from '../../store/insights.ts'
import type { Desk } from '../run/session.ts'
import { canHaveInsights, wantedInsights } from './insights.ts'

export interface ExplainedInsight {
  readonly state: InsightState | 'ineligible'
  /** In one sentence. */
  readonly because: string
}

const REASONS: Readonly<Record<InsightState, string>> = {
  'not-asked': 'No run has asked for it yet.',
  pending: 'Aircall had none yet; every run asks once more.',
  ready: 'It is held.',
  none: 'It did not come in time; --refresh asks again.',
  denied: 'Aircall refuses it to this account.',
}

/** Where the insights that are on stand for one call, and why. */
export function explainInsights(desk: Desk, call: Call): Partial<Record<Insight, ExplainedInsight>> {
  return Object.fromEntries(wantedInsights(desk).map((kind) => [kind, explainOne(desk, call, kind)]))
}

function explainOne(desk: Desk, call: Call, kind: Insight): ExplainedInsight {
  if (!canHaveInsights(desk, call)) {
    const { insightsMinTalkSeconds } = desk.settings.config.conversation.content
    const because = `Only answered calls with ${insightsMinTalkSeconds} s of talk are asked for insights.`
    return { state: 'ineligible', because }
  }
  const state = desk.store.insights.state(call.id, kind)
  const isAssumed = state === 'not-asked' && desk.store.transcripts.status(call.id).state === 'assumed'
  return {
    state,
    because: isAssumed ? 'Its line is known to have no transcripts, so it is not asked.' : REASONS[state],
  }
}
