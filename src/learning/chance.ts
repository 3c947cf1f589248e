import { type Stream, totalOf } from './evidence.ts'
import { ENOUGH_NEAR, type Tally, tallyNearTexts } from './tally.ts'

/** How sure it must be that a run of calls without a text is no accident: one in a million. */
const DOUBT = 1e-6

/** Before anything is known, and no share is taken for surer or rarer than this. */
const SURE = 0.99
const RARE = 0.02

/** While little is known, a share of one in five is to be noticed. */
const NOTICED = 0.2
export const ENOUGH_MISSES = missesToBelieve(NOTICED)

/** Standard deviations. */
const CAUTION = 2

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

/**
 * The share in one stream that has texts. While it has told little, what the
 * others say counts too, if that is less.
 */
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
