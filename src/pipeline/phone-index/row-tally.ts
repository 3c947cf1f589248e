import type { LeftOut } from '../../report/text/index-import.ts'

/** Enough to find them in the file. */
const LINES_KEPT = 5

/** What became of the rows of one sheet. */
export class RowTally {
  rows = 0
  taken = 0
  readonly #reasons = new Map<string, { count: number; lines: number[] }>()

  leaveOut(reason: string, line: number): void {
    const rows = this.#reasons.get(reason) ?? { count: 0, lines: [] }
    rows.count += 1
    if (rows.lines.length < LINES_KEPT) rows.lines.push(line)
    this.#reasons.set(reason, rows)
  }

  /** A row that was taken, and then seen to give no End User of its own. */
  takeBack(reason: string, line: number): void {
    this.taken -= 1
    this.leaveOut(reason, line)
  }

  countOf(reason: string): number {
    return this.#reasons.get(reason)?.count ?? 0
  }

  /** The commonest reasons first. */
  leftOut(): LeftOut[] {
    return [...this.#reasons]
      .map(([reason, { count, lines }]) => ({ reason, count, lines }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
  }
}
