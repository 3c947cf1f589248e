import { outcomeOf } from '../../conversation/outcome.ts'
import type { Call } from '../../domain.ts'
import type { ReasonRow } from './model.ts'

/** Counts inbound calls that nobody answered by the reason that Aircall gives, `''` where it gives none. */
export interface Reasons {
  add(call: Call): void
  /** Most frequent first. */
  rows(): ReasonRow[]
}

export function createReasons(): Reasons {
  const counts = new Map<string, number>()
  return {
    add(call) {
      if (outcomeOf(call) === 'answered') return
      const reason = call.missedReason?.trim() ?? ''
      counts.set(reason, (counts.get(reason) ?? 0) + 1)
    },
    rows: () =>
      [...counts]
        .map(([reason, calls]) => ({ reason, calls }))
        .sort((a, b) => b.calls - a.calls || (a.reason < b.reason ? -1 : 1)),
  }
}
