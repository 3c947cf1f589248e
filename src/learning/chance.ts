import { type Day, type Stream, totalOf } from './evidence.ts'

/** How sure it must be that a run of calls without a text is no accident: one in a million. */
const DOUBT = 1e-6

/** Before anything is known, and no share is taken for surer or rarer than this. */
const SURE = 0.99
const RARE = 0.02

/** While little is known, a share of one in five is to be noticed. */
const NOTICED = 0.2
export const ENOUGH_MISSES = missesToBelieve(NOTICED)

/** So many answers beside texts are enough to tell the share. */
export const ENOUGH_NEAR = 8

const NOTHING = { none: 0, ready: 0 }

/** Standard deviations. */
const CAUTION = 2

interface Tally {
  readonly asked: number
  readonly ready: number
}

/**
 * Among calls beside one that has a text, on its day and the days next to it, how many have one: the share where the text is
 * switched on. The text that led there does not count, or every single sample would say that all calls have one.
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

/** The share of calls that have a text, in all these streams where they have any. */
export function shareOf(streams: readonly Stream[]): number {
  const tallies = streams.map(tallyNearTexts)
  // One that has told little is mostly seen at its border, and would make texts seem rarer than they are.
  const telling = tallies.filter((tally) => tally.asked >= ENOUGH_NEAR)
  let [asked, ready] = [0, 0]
  for (const tally of telling.length > 0 ? telling : tallies) {
    asked += tally.asked
    ready += tally.ready
  }
  const least = leastShare({ asked, ready })
  return telling.length > 0 ? least : Math.max(NOTICED, least)
}

/** Wilson's lower bound: the smallest share that the answers still agree with. 1 of 1 is less sure than 100 of 100. */
function leastShare({ asked, ready }: Tally): number {
  if (asked === 0) return 0.5
  const share = ready / asked
  const z2 = CAUTION ** 2
  const spread = CAUTION * Math.sqrt((share * (1 - share) + z2 / (4 * asked)) / asked)
  return (share + z2 / (2 * asked) - spread) / (1 + z2 / asked)
}

/** The share in one stream that has texts. While it has told little, what the others say counts too, if that is less. */
export function shareIn(stream: Stream, others: number): number {
  const { asked, ready } = tallyNearTexts(stream)
  return Math.min(...[2, 10].map((weight) => (ready + weight * others) / (asked + weight)))
}

/** So many calls in a row without a text say that it is switched off, not that these happen to have none. */
export function missesToBelieve(share: number): number {
  const within = Math.min(SURE, Math.max(RARE, share))
  return Math.ceil(Math.log(DOUBT) / Math.log(1 - within))
}

/** How many calls of a stream without any text are asked before it is believed to have none. */
export function missesForNothing(streams: readonly Stream[]): number {
  const isAny = streams.some((stream) => totalOf(stream).ready > 0)
  if (!isAny) return Math.ceil(ENOUGH_MISSES / Math.max(1, streams.length))
  return Math.min(ENOUGH_MISSES, missesToBelieve(shareOf(streams)))
}
