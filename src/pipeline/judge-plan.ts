import { RefusedError, UsageError } from '../errors.ts'
import type { Settlement } from '../match/match.ts'
import { judgeRow, type Verdict } from '../review/decide.ts'
import type { Failure } from '../review/failures.ts'
import { readReviewCsv } from '../review/read.ts'
import type { Decision } from './apply-decisions.ts'
import type { Session } from './run.ts'

/** What a reviewed plan asks for, before anything is sent. */
export interface Judged {
  readonly approved: readonly Decision[]
  readonly settlements: readonly { readonly callId: string; readonly settlement: Settlement }[]
  readonly refused: readonly Failure[]
  readonly counts: {
    create: number
    update: number
    unchanged: number
    skipped: number
    held: number
    refused: number
  }
}

/** A run id stands for its plan as it was made: every create and update of it. @throws UsageError RUN_UNKNOWN. */
export function judgeRun(session: Session, runId: string): Judged {
  const { store } = session
  if (store.runs.get(runId) === null) {
    throw new UsageError('PLAN_UNKNOWN', `There is no file and no run named ${runId}.`, {
      suggestions: ['aircall-sync runs'],
    })
  }
  const judged = emptyJudged()
  for (const row of store.plans.iterate(runId)) {
    if (row.action === 'create' || row.action === 'update') take(judged, row, null, null)
    else if (row.action === 'hold') judged.counts.held += 1
    else if (row.action === 'unchanged') judged.counts.unchanged += 1
  }
  if (
    judged.counts.held + judged.counts.unchanged + judged.approved.length === 0 &&
    [...store.plans.iterate(runId)].length === 0
  ) {
    throw new UsageError('PLAN_UNKNOWN', `Run ${runId} made no plan.`, { suggestions: ['aircall-sync runs'] })
  }
  return judged
}
