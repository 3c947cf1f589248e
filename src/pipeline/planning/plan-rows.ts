import { join, resolve } from 'node:path'
import type { DraftRow } from '../../review/columns.ts'
import type { Session } from '../run/session.ts'
import type { StateWriter } from '../state/writer.ts'

/** Rows a word: one transaction each. Fewer, where they are long: a transcript may be a thousand times what a call is. */
const MOST_ROWS = 200
const MOST_CHARS = 400_000
/** Words on their way: neither thread waits for the other, and memory stays flat. */
const AHEAD = 6

/** Sends the rows of one plan to the state and its review CSV, in groups. */
export class PlanRows {
  readonly #writer: StateWriter
  readonly #runId: string
  readonly #sent: Promise<void>[] = []
  #group: DraftRow[] = []
  #chars = 0

  constructor(writer: StateWriter, runId: string) {
    this.#writer = writer
    this.#runId = runId
  }

  /** A promise where the writer is behind: wait for it before more rows come. It rejects with what earlier rows ended with. */
  add(row: DraftRow): Promise<void> | undefined {
    this.#group.push(row)
    this.#chars += row.cells.length + (row.payload?.length ?? 0)
    return this.#group.length < MOST_ROWS && this.#chars < MOST_CHARS ? undefined : this.#send()
  }

  /** Every row is stored and in the CSV. */
  async flush(): Promise<void> {
    await this.#send()
    await Promise.all(this.#sent)
  }

  async #send(): Promise<void> {
    const said = this.#writer.say({ kind: 'rows', runId: this.#runId, rows: this.#group })
    this.#group = []
    this.#chars = 0
    // It is awaited in its turn; until then a failure is not "unhandled".
    said.catch(() => undefined)
    this.#sent.push(said)
    if (this.#sent.length > AHEAD) await this.#sent.shift()
  }
}

/** The review CSV is written while `plan` goes on; a plan that the guards refuse leaves no file that could be approved. */
export async function publishReview(
  { writer, summary, runDir }: Session,
  { output, overwrite }: { readonly output?: string | undefined; readonly overwrite: boolean },
  plan: () => Promise<void>,
): Promise<void> {
  const path = output ?? join(runDir, 'review.csv')
  await writer.say({ kind: 'begin-review', draft: { path: resolve(path), overwrite } })
  try {
    await plan()
    await writer.say({ kind: 'publish-review' })
    summary.files.review = path
  } finally {
    await writer.say({ kind: 'discard-review' })
  }
}
