import { join, resolve } from 'node:path'
import type { StoredRow } from '../../records.ts'
import { bindRow, COLUMNS, type DraftRow, lineOf } from '../../review/columns.ts'
import { CsvDraft, writeCsv } from '../../review/write.ts'
import type { PlanStore } from '../../store/plans.ts'
import type { Session } from '../run/session.ts'

/** Rows of one transaction. Fewer, where they are long: a transcript may be a thousand times what a call is. */
const MOST_ROWS = 200
const MOST_CHARS = 400_000

/** Puts the rows of one plan into the state and its review CSV, in groups. */
export class PlanRows {
  readonly #plans: PlanStore
  readonly #review: CsvDraft | null
  readonly #runId: string
  #group: DraftRow[] = []
  #chars = 0

  constructor(o: { plans: PlanStore; review: CsvDraft | null; runId: string }) {
    this.#plans = o.plans
    this.#review = o.review
    this.#runId = o.runId
  }

  /** @throws FatalError, UsageError as the store and the CSV do. */
  add(row: DraftRow): void {
    this.#group.push(row)
    for (const cell of row.cells) this.#chars += cell.length
    if (this.#group.length >= MOST_ROWS || this.#chars >= MOST_CHARS) this.flush()
  }

  /** Afterwards every row is stored and in the CSV. */
  flush(): void {
    const rows = this.#group.map(bindRow)
    this.#group = []
    this.#chars = 0
    this.#plans.add(this.#runId, rows)
    this.#review?.append(rows.map(lineOf))
  }
}

/**
 * The held rows of a plan, the numbers with most calls first, as `held.csv` of the run: what a person works
 * through, and `apply` takes. Returns its path, empty where nothing is held. `always`: also where nothing is.
 */
export function writeHeldCsv(
  plans: PlanStore,
  runId: string,
  runDir: string,
  { name, always }: { readonly name: string; readonly always: boolean } = { name: 'held.csv', always: false },
): string {
  const seqs = plans.heldByCalls(runId, COLUMNS.indexOf('calls_of_number'), COLUMNS.indexOf('number'))
  if (seqs.length === 0 && !always) return ''
  const path = join(runDir, name)
  writeCsv(path, COLUMNS, linesOf(plans.inOrder(runId, seqs)), { overwrite: true })
  return path
}

function* linesOf(rows: Iterable<Pick<StoredRow, 'cells' | 'rowDigest'>>): Generator<string[]> {
  for (const row of rows) yield lineOf(row)
}

/**
 * The review CSV is written while `plan` goes on; a plan that the guards refuse
 * leaves no file that could be approved.
 */
export async function publishReview(
  { store, book: { run, summary, runDir } }: Session,
  { output, overwrite }: { readonly output?: string | undefined; readonly overwrite: boolean },
  plan: (rows: PlanRows) => Promise<void>,
): Promise<void> {
  const path = output ?? join(runDir, 'review.csv')
  const review = new CsvDraft(resolve(path), COLUMNS, { overwrite })
  try {
    await plan(new PlanRows({ plans: store.plans, review, runId: run.id }))
    review.publish()
    summary.files.review = path
    summary.files.held = writeHeldCsv(store.plans, run.id, runDir)
  } finally {
    review.discard()
  }
}
