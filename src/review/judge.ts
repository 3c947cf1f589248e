import type { Action, StoredRow } from '../records.ts'
import { nameCells } from './columns.ts'
import { judgeRow, readRowDigest, refuseTwice } from './decide.ts'
import { type ReviewRow, readReviewCsv } from './read.ts'
import type { ReviewLookup, Verdict } from './verdict.ts'

/** One line of a reviewed file with its verdict. Small: a plan's payloads stay in the state. */
export interface JudgedLine {
  readonly line: number
  readonly rowDigest: string
  readonly callId: string
  readonly record: string
  readonly externalId: string
  /** Null where no plan has the row. */
  readonly runId: string | null
  readonly action: Action | null
  readonly verdict: Verdict
}

export interface JudgeContext {
  readonly plans: { byDigest(rowDigest: string): StoredRow | null }
  readonly lookup: ReviewLookup
}

/**
 * Judges a whole reviewed file, in its order. A row that stands in it twice counts once when the decisions agree;
 * when they contradict each other every one of its lines is refused. Errors as `readReviewCsv`.
 */
export async function judgeReview(path: string, context: JudgeContext): Promise<JudgedLine[]> {
  const byRow = new Map<string, JudgedLine[]>()
  for await (const row of readReviewCsv(path)) {
    const judged = judgeLine(row, context)
    const key = judged.runId === null ? `line ${row.line}` : judged.rowDigest
    byRow.set(key, [...(byRow.get(key) ?? []), judged])
  }
  return [...byRow.values()].flatMap(agree).sort((a, b) => a.line - b.line)
}

function judgeLine({ line, cells }: ReviewRow, { plans, lookup }: JudgeContext): JudgedLine {
  const rowDigest = readRowDigest(cells)
  const stored = plans.byDigest(rowDigest)
  return {
    line,
    rowDigest,
    callId: stored?.callId ?? cells.call_id,
    record: stored?.record ?? cells.record,
    externalId: stored === null ? cells.external_id : nameCells(stored).external_id,
    runId: stored?.runId ?? null,
    action: stored?.action ?? null,
    verdict: judgeRow(stored, cells, lookup),
  }
}

function agree(copies: readonly JudgedLine[]): JudgedLine[] {
  const [first, ...others] = copies
  if (first === undefined) return []
  const asked = JSON.stringify(first.verdict)
  if (others.every(({ verdict }) => JSON.stringify(verdict) === asked)) return [first]
  const refusal = refuseTwice(copies.map(({ line }) => line))
  return copies.map((copy) => ({ ...copy, verdict: refusal }))
}
