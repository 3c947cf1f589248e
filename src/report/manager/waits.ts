import { outcomeOf } from '../../conversation/outcome.ts'
import type { Call } from '../../domain.ts'
import type { WaitFigures } from './model.ts'

/** PURE. How long people waited, counted by the second: memory grows with the longest wait, not with the calls. */
export interface Waits {
  add(seconds: number): void
  /** The wait that this share of all waits does not exceed, in seconds; null without one. */
  quantile(share: number): number | null
}

/** A longer wait counts as this long: no caller holds for four hours, a clock that is wrong does. */
const LONGEST_S = 14_400

export function createWaits(): Waits {
  const bySecond = new Map<number, number>()
  let count = 0
  return {
    add(seconds) {
      const whole = Math.min(LONGEST_S, Math.max(0, Math.round(seconds)))
      bySecond.set(whole, (bySecond.get(whole) ?? 0) + 1)
      count += 1
    },
    quantile(share) {
      let left = Math.max(1, Math.ceil(share * count))
      for (const [seconds, waits] of [...bySecond].sort(([a], [b]) => a - b)) {
        left -= waits
        if (left <= 0) return seconds
      }
      return null
    },
  }
}

/** The waits of inbound calls, of those who were answered and of those who were not. */
export interface CallWaits {
  add(call: Call): void
  figures(): WaitFigures
}

export function createCallWaits(): CallWaits {
  const [answered, given] = [createWaits(), createWaits()]
  return {
    add(call) {
      const until = call.answeredAt ?? call.endedAt
      if (until === null) return
      const waits = outcomeOf(call) === 'answered' ? answered : given
      waits.add(until - call.startedAt)
    },
    figures: () => ({
      half: answered.quantile(0.5),
      nineOfTen: answered.quantile(0.9),
      gaveUpHalf: given.quantile(0.5),
    }),
  }
}
