import type { Day, Stream } from './evidence.ts'

/** So many answers beside texts are enough to tell the share. */
export const ENOUGH_NEAR = 8

const NOTHING = { none: 0, ready: 0 }

export interface Tally {
  readonly asked: number
  readonly ready: number
}

/**
 * Among calls beside one that has a text, on its day and the days next to it, how
 * many have one: the share where the text is switched on. The text that led there
 * does not count, or every single sample would say that all calls have one.
 */
export function tallyNearTexts({ days }: Stream): Tally {
  const first = days.findIndex(({ ready }) => ready > 0)
  if (first < 0) return { asked: 0, ready: 0 }
  const last = days.findLastIndex(({ ready }) => ready > 0)
  const inside = tallyBetween(days, first, last)
  return inside.asked >= ENOUGH_NEAR ? inside : tallyBetween(days, first - 1, last + 1)
}

function tallyBetween(days: readonly Day[], from: number, to: number): Tally {
  let [asked, texts] = [0, 0]
  for (let index = Math.max(0, from); index <= Math.min(to, days.length - 1); index++) {
    const { none, ready } = days[index] ?? NOTHING
    const near = [days[index - 1], days[index + 1]].filter((day) => (day?.ready ?? 0) > 0).length
    // Of its own texts one is left out: without it the day would not be here.
    const known = ready > 0 ? 1 : 0
    asked += ((none + ready) * near) / 2 + (none + ready - known) * known
    texts += (ready * near) / 2 + (ready - known) * known
  }
  return { asked, ready: texts }
}
