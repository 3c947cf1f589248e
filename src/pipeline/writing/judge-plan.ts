import { RefusedError, UsageError } from '../../errors.ts'
import type { NumberWord, Settlement } from '../../match/number-word.ts'
import { remember } from '../../match/remember.ts'
import type { Decision, RecordKind, StoredRow } from '../../records.ts'
import { formatNoun } from '../../report/text/words.ts'
import type { Failure } from '../../review/failures.ts'
import { type JudgedLine, judgeReview } from '../../review/judge.ts'
import type { Verdict } from '../../review/verdict.ts'
import type { Session } from '../run/session.ts'
import { LISTENER } from '../run/take-lock.ts'

/**
 * `lifts`: it was shown as declined, or held, and is to be written. `wants`: a
 * transcript that was approved beside its call.
 */
export interface ReviewWord {
  readonly kind: 'declines' | 'lifts' | 'wants'
  readonly runId: string
  readonly rowDigest: string
  readonly callId: string
  readonly record: RecordKind
}

/** What a reviewed plan asks for, before anything is sent. */
export interface Judged {
  readonly approved: Decision[]
  readonly settlements: {
    readonly rowDigest: string
    readonly callId: string
    readonly settlement: Settlement
  }[]
  /** What the reviewer said of numbers, for good. */
  readonly numberWords: { readonly runId: string; readonly number: string; readonly word: NumberWord }[]
  /** Every held call that this plan settles, by itself or by its number. */
  readonly settledCalls: { readonly rowDigest: string; readonly callId: string }[]
  /** Held rows of the file that were left as they are. */
  readonly heldRows: Set<string>
  /** What the reviewer said of records that were preset to `apply`, or shown as declined. */
  readonly words: ReviewWord[]
  readonly refused: Failure[]
  /** The runs that planned its rows. */
  readonly runIds: Set<string>
  readonly counts: {
    create: number
    update: number
    unchanged: number
    skipped: number
    held: number
    refused: number
  }
}

/** A run id stands for its plan as it was made: every create and update of it. @throws UsageError PLAN_UNKNOWN. */
export function judgeRun({ store }: Session, runId: string): Judged {
  if (store.runs.get(runId) === null) {
    throw new UsageError('PLAN_UNKNOWN', `There is no file and no run named ${runId}.`, {
      suggestions: ['aircall-sync runs'],
    })
  }
  const judged = emptyJudged()
  judged.runIds.add(runId)
  let rows = 0
  for (const row of store.plans.iterate(runId)) {
    rows += 1
    if (row.action === 'create' || row.action === 'update') approve(judged, row, null)
    else if (row.action === 'unchanged') judged.counts.unchanged += 1
    else if (row.action === 'hold') judged.counts.held += 1
  }
  if (rows > 0) return judged
  throw new UsageError('PLAN_UNKNOWN', `Run ${runId} made no plan.`, { suggestions: ['aircall-sync runs'] })
}

/**
 * Judges a reviewed CSV row by row against the stored plan. @throws RefusedError PLAN_FOREIGN (exit
 * 6) when no row of it belongs to a plan of this profile; UsageError for a file that is no plan.
 */
export async function judgeCsv(session: Session, path: string): Promise<Judged> {
  const { store } = session
  const lines = await judgeReview(path, {
    plans: store.plans,
    lookup: store.index,
    // Thousands of rows are of one run, or of a few.
    isGrowing: remember((runId: string) => store.runs.get(runId)?.command === LISTENER),
  })
  if (lines.length > 0 && lines.every(({ runId }) => runId === null)) {
    throw new RefusedError('PLAN_FOREIGN', `No row of ${path} belongs to a plan of this profile's state.`, {
      suggestions: [
        'apply it with the --profile or --state-dir that made it',
        'or make a new plan: aircall-sync backfill --since 30d',
      ],
    })
  }
  const judged = emptyJudged()
  for (const line of lines) takeLine(judged, line)
  warnLeftHeld(session, lines)
  return judged
}

/** Lines named in a warning: enough to find the slip, few enough for a terminal. */
const SHOWN_LINES = 10

/** Whoever fills in `enduser_id` and forgets the decision would wait for calls that never come. */
function warnLeftHeld(session: Session, lines: readonly JudgedLine[]): void {
  const left = lines.filter(({ verdict }) => verdict.kind === 'skip' && verdict.named)
  if (left.length === 0) return
  const shown = left.slice(0, SHOWN_LINES).map(({ line }) => line)
  const more = left.length > shown.length ? ', …' : ''
  session.warn(
    'ROWS_LEFT_HELD',
    `${formatNoun(left.length, 'held row')} with an enduser_id or company_id and the decision skip: ` +
      `left held. To settle them set decision to apply or always (line ${shown.join(', ')}${more}).`,
  )
}

function takeLine(judged: Judged, line: JudgedLine): void {
  const { verdict, runId } = line
  if (runId !== null) judged.runIds.add(runId)
  if (verdict.kind === 'refused') {
    judged.counts.refused += 1
    judged.refused.push(toFailure(line, verdict))
  } else if (verdict.kind === 'skip') {
    countSkipped(judged, line)
    if (verdict.declines) say(judged, line, 'declines')
  } else if (verdict.kind === 'never') {
    judged.counts.skipped += 1
    sayOfNumber(judged, line, { kind: 'never' })
  } else {
    takeApproved(judged, line, verdict)
  }
}

function countSkipped({ counts, heldRows }: Judged, { action, rowDigest }: JudgedLine): void {
  if (action === 'hold') {
    heldRows.add(rowDigest)
    counts.held += 1
  } else if (action === 'unchanged') counts.unchanged += 1
  else if (action === 'create' || action === 'update') counts.skipped += 1
}

function takeApproved(judged: Judged, line: JudgedLine, verdict: Verdict & { kind: 'apply' }): void {
  const { rowDigest, callId } = line
  const { settlement } = verdict
  if (verdict.lifts || settlement !== null) say(judged, line, 'lifts')
  else if (line.record === 'transcript') say(judged, line, 'wants')
  if (settlement !== null) {
    judged.settledCalls.push({ rowDigest, callId })
    if (verdict.always) sayOfNumber(judged, line, { kind: 'always', settlement })
    else judged.settlements.push({ rowDigest, callId, settlement })
  }
  approve(judged, line, line.line)
}

function sayOfNumber(judged: Judged, { runId, number }: JudgedLine, word: NumberWord): void {
  if (runId !== null) judged.numberWords.push({ runId, number, word })
}

function say(
  judged: Judged,
  { runId, rowDigest, callId, record }: JudgedLine,
  kind: ReviewWord['kind'],
): void {
  if (runId !== null) judged.words.push({ kind, runId, rowDigest, callId, record: record as RecordKind })
}

function approve(
  judged: Judged,
  row: { rowDigest: string; action: StoredRow['action'] | null },
  line: number | null,
): void {
  judged.approved.push({ rowDigest: row.rowDigest, line })
  if (row.action === 'update') judged.counts.update += 1
  else if (row.action === 'create' || row.action === 'skip') judged.counts.create += 1
}

function toFailure(
  line: JudgedLine,
  refusal: { code: string; column: string; expected: string; message: string },
): Failure {
  const { callId, record, externalId } = line
  const message = `Column ${refusal.column}: ${refusal.message} Expected: ${refusal.expected}.`
  return { line: line.line, callId, record, externalId, code: refusal.code, message, planhatMessage: '' }
}

function emptyJudged(): Judged {
  return {
    approved: [],
    settlements: [],
    numberWords: [],
    settledCalls: [],
    heldRows: new Set(),
    words: [],
    refused: [],
    runIds: new Set(),
    counts: { create: 0, update: 0, unchanged: 0, skipped: 0, held: 0, refused: 0 },
  }
}
