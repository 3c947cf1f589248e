import { toMatchSettings } from '../config/defaults.ts'
import type { Content } from '../content.ts'
import type { Call } from '../domain.ts'
import { UsageError } from '../errors.ts'
import { explainNumber, type NumberExplanation } from '../match/explain.ts'
import type { DesiredRecord } from '../records.ts'
import type { ExplainedRecord, Explanation } from '../report/text/explanation.ts'
import { openStore } from '../store/store.ts'
import { conceal } from './intake/conceal.ts'
import { explainInsights } from './intake/explain-insights.ts'
import { explainTranscript } from './intake/explain-transcript.ts'
import { contentOf, desiredRecords, isWritable } from './planning/desired.ts'
import { createMatcher } from './planning/matcher.ts'
import { planOne } from './planning/plan-calls.ts'
import { storedUsers } from './planning/planhat-snapshot.ts'
import { connectAircall, connectPlanhat } from './run/connect.ts'
import { type Desk, openDesk } from './run/session.ts'
import type { Surroundings } from './run/surroundings.ts'

/**
 * One call from raw number to what Planhat holds. Reads only; asks Aircall for a call that is not held yet and Planhat
 * for its records. @throws UsageError CALL_UNKNOWN.
 */
export async function explainCall(world: Surroundings, callId: string): Promise<Explanation> {
  const store = openStore(world.settings.stateDir, { readOnly: true })
  try {
    const desk = openDesk(world, store)
    const call = store.calls.get(callId) ?? (await fetchCall(desk, callId))
    const match = createMatcher(desk)(call)
    const content = contentOf(desk, call)
    const { steps } = explainParty(desk, call)
    return {
      call,
      match: { ...match, steps },
      transcript: explainTranscript(desk, call),
      chain: { earlier: content.chain.earlier?.callId ?? null, later: content.chain.later?.callId ?? null },
      insights: explainInsights(desk, call),
      records: isWritable(match)
        ? await explainRecords(desk, content, desiredRecords(desk, content, match, storedUsers(desk)))
        : [],
    }
  } finally {
    store.close()
  }
}

async function fetchCall(desk: Desk, callId: string): Promise<Call> {
  const found = /^\d{1,16}$/.test(callId) ? await connectAircall(desk).getCall(callId, desk.signal) : null
  const [call] = conceal(desk, found === null ? [] : [found], { readOnly: true })
  if (call !== undefined) return call
  throw new UsageError('CALL_UNKNOWN', `Neither the local state nor Aircall has a call ${callId}.`, {
    suggestions: ['aircall-sync backfill --since 30d --dry-run', 'aircall-sync runs'],
  })
}

function explainParty({ store, settings }: Desk, call: Call): Pick<NumberExplanation, 'steps'> {
  if (call.rawDigits === null) return { steps: ['Aircall gave no number of the other party.'] }
  return explainNumber(call.rawDigits, call.line?.country ?? null, {
    index: store.index,
    settings: toMatchSettings(settings.config),
  })
}

async function explainRecords(
  desk: Desk,
  content: Content,
  desired: readonly DesiredRecord[],
): Promise<ExplainedRecord[]> {
  const { reader } = connectPlanhat(desk)
  const explained: ExplainedRecord[] = []
  for (const record of desired) {
    const { externalId } = record.payload
    const known = desk.store.ledger.get(externalId)
    const remote = await reader.conversation(
      known === null ? { externalId } : { id: known.planhatId },
      desk.signal,
    )
    const planned = planOne(desk, content, record, remote === null ? [] : [remote])
    explained.push({
      externalId,
      action: planned.action,
      payload: planned.payload,
      planhat: remote,
      changes: planned.changes,
    })
  }
  return explained
}
