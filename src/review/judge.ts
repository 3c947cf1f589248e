import type { Action, StoredRow } from '../records.ts'
import { type Cells, COLUMNS, nameCells } from './columns.ts'
import { judgeRow, readRowDigest, refuseNumberTwice, refuseTwice } from './decide.ts'
import { type ReviewRow, readReviewCsv } from './read.ts'
import type { ReviewLookup, Verdict } from './verdict.ts'

/** One line of a reviewed file with its verdict. Small: a plan's payloads stay in the state. */
export interface JudgedLine {
  readonly line: number
  readonly rowDigest: string
  readonly callId: string
  readonly record: string
  readonly externalId: string
  /** Of the other party, as the plan shows it. */
  readonly number: string
  /** Null where no plan has the row. */
  readonly runId: string | null
  readonly action: Action | null
  readonly verdict: Verdict
}

export interface JudgeContext {
  readonly plans: { byDigest(rowDigest: string): StoredRow | null }
  readonly lookup: ReviewLookup
  /** Whether rows were added to the plan since the file was written, as to that of a listener's day. */
  readonly isGrowing: (runId: string) => boolean
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
  return agreeOnNumbers([...byRow.values()].flatMap(agree)).sort((a, b) => a.line - b.line)
}

/** What is said of one number in several rows has to be the same. */
function agreeOnNumbers(lines: readonly JudgedLine[]): JudgedLine[] {
  const spoken = lines.filter(({ verdict }) => isOfNumber(verdict))
  const byNumber = [...Map.groupBy(spoken, ({ number, runId }) => `${runId} ${number}`).values()]
  const contradicted = byNumber.filter((same) => new Set(same.map(saidOf)).size > 1)
  const refusals = new Map(
    contradicted.flatMap((same) => {
      const refusal = refuseNumberTwice(same.map(({ line }) => line))
      return same.map((line) => [line, refusal] as const)
    }),
  )
  return lines.map((line) => ({ ...line, verdict: refusals.get(line) ?? line.verdict }))
}

function isOfNumber(verdict: Verdict): boolean {
  return verdict.kind === 'never' || (verdict.kind === 'apply' && verdict.always)
}

function saidOf({ verdict }: JudgedLine): string {
  return JSON.stringify(verdict)
}

function judgeLine({ line, cells }: ReviewRow, { plans, lookup, isGrowing }: JudgeContext): JudgedLine {
  const rowDigest = readRowDigest(cells)
  const found = plans.byDigest(rowDigest)
  const stored = found !== null && isGrowing(found.runId) ? asCounted(found, cells) : found
  const shown = stored === null ? cells : nameCells(stored)
  return {
    line,
    rowDigest,
    callId: stored?.callId ?? cells.call_id,
    record: stored?.record ?? cells.record,
    externalId: shown.external_id,
    number: shown.number,
    runId: stored?.runId ?? null,
    action: stored?.action ?? null,
    verdict: judgeRow(stored, cells, lookup),
  }
}

/** The row as it was when the file was written: the count of its number may be another by now, and decides nothing. */
function asCounted(stored: StoredRow, { calls_of_number: count }: Cells): StoredRow {
  const at = COLUMNS.indexOf('calls_of_number')
  return /^\d+$/.test(count.trim()) ? { ...stored, cells: stored.cells.with(at, count.trim()) } : stored
}

function agree(copies: readonly JudgedLine[]): JudgedLine[] {
  const [first, ...others] = copies
  if (first === undefined) return []
  const asked = JSON.stringify(first.verdict)
  if (others.every(({ verdict }) => JSON.stringify(verdict) === asked)) return [first]
  const refusal = refuseTwice(copies.map(({ line }) => line))
  return copies.map((copy) => ({ ...copy, verdict: refusal }))
}
