import type { Settlement } from '../../match/number-word.ts'
import { nameCells } from '../../review/columns.ts'
import { isWritable } from '../planning/desired.ts'
import { createMatcher, type Said } from '../planning/matcher.ts'
import { plannedRows } from '../planning/plan-calls.ts'
import { storedUsers } from '../planning/planhat-snapshot.ts'
import type { Session } from '../run/session.ts'
import type { Judged } from './judge-plan.ts'

/**
 * What `always` of a number settles: its other held rows of the same plan, also
 * those that are not in the file, but for calls whose own row says something else,
 * or tried to and was refused. `settledCalls` of the result say what is added.
 */
export function spreadAlways({ store }: Session, judged: Judged): void {
  const approved = new Set(judged.approved.map(({ rowDigest }) => rowDigest))
  const refused = new Set(judged.refused.map(({ callId }) => callId))
  const words = judged.numberWords.filter(({ word }) => word.kind === 'always')
  for (const [runId, said] of Map.groupBy(words, (one) => one.runId)) {
    const numbers = new Set(said.map(({ number }) => number))
    for (const row of store.plans.held(runId)) {
      if (approved.has(row.rowDigest) || refused.has(row.callId)) continue
      if (!numbers.has(nameCells(row).number)) continue
      judged.approved.push({ rowDigest: row.rowDigest, line: null })
      judged.settledCalls.push({ rowDigest: row.rowDigest, callId: row.callId })
      if (judged.heldRows.delete(row.rowDigest)) judged.counts.held -= 1
    }
  }
}

/**
 * How many records the settled calls would create and update: known before
 * anybody is asked, but for transcripts to come.
 */
export function countSettled(session: Session, judged: Judged): void {
  if (judged.settledCalls.length === 0) return
  const matcher = createMatcher(session, {}, saidOf(judged))
  const users = storedUsers(session)
  for (const callId of new Set(judged.settledCalls.map((one) => one.callId))) {
    const call = session.store.calls.get(callId)
    const match = call === null ? null : matcher(call)
    if (call === null || match === null || !isWritable(match)) continue
    for (const { action } of plannedRows(session, call, match, users)) {
      if (action === 'create' || action === 'update') judged.counts[action] += 1
    }
  }
}

/** What the reviewer said of calls and numbers, for a matcher that is asked before it is remembered. */
export function saidOf({ settlements, numberWords }: Judged): Said {
  const calls = new Map<string, Settlement>(settlements.map((one) => [one.callId, one.settlement]))
  const numbers = new Map(numberWords.map(({ number, word }) => [number, word]))
  return { ofCall: (callId) => calls.get(callId) ?? null, ofNumber: (number) => numbers.get(number) ?? null }
}
