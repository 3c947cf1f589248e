import type { Call, Holder, Match } from '../../domain.ts'
import { type HeldMatch, isHeld } from '../../match/held.ts'
import { nameCandidate } from '../../review/columns.ts'
import type { HeldNumber } from './model.ts'

/** A page stays one that can be mailed; `held.csv` has every row. */
const MAX_SHOWN = 2_000
/** Memory stays flat: beyond it the numbers with fewest calls go. */
const MAX_KEPT = 20_000

type Kept = { -readonly [K in keyof HeldNumber]: HeldNumber[K] }

/** Gathers the calls that wait for a person by their number: a person decides on numbers, not on calls. */
export interface HeldNumbers {
  add(call: Call, match: Match): void
  /** Those with most calls first; among equals, before the strangers, those for whom somebody is proposed. */
  list(): readonly HeldNumber[]
  /** All held calls, those of numbers that are not in the list too. */
  readonly calls: number
}

export function createHeldNumbers(): HeldNumbers {
  const kept = new Map<string, Kept>()
  let calls = 0
  const ranked = () => [...kept.values()].sort(compareHeld)
  return {
    add(call, match) {
      if (!isHeld(match)) return
      calls += 1
      const key = match.number ?? ''
      const row = kept.get(key) ?? toRow(match)
      kept.set(key, row)
      row.calls += 1
      row.lastAt = Math.max(row.lastAt, call.startedAt)
      if (kept.size > 2 * MAX_KEPT) for (const one of ranked().slice(MAX_KEPT)) kept.delete(one.number ?? '')
    },
    list: () => ranked().slice(0, MAX_SHOWN),
    get calls() {
      return calls
    },
  }
}

function compareHeld(a: HeldNumber, b: HeldNumber): number {
  const isStranger = ({ bucket }: HeldNumber) => (bucket === 'unmatched' ? 1 : 0)
  return b.calls - a.calls || isStranger(a) - isStranger(b) || ((a.number ?? '') < (b.number ?? '') ? -1 : 1)
}

function toRow({ kind, number, because, candidates }: HeldMatch): Kept {
  return { number, calls: 0, lastAt: 0, bucket: kind, because, candidates: candidates.map(toCandidate) }
}

function toCandidate(holder: Holder): HeldNumber['candidates'][number] {
  const { id, companyId } = holder.endUser
  return { id: `${id}@${companyId}`, name: nameCandidate(holder) }
}
