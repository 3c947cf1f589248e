import { askAround, fillBetween, growOutwards, narrowBorders } from './borders.ts'
import { missesForNothing, missesToBelieve, shareIn, shareOf } from './chance.ts'
import { type Sort, type Stream, totalOf } from './evidence.ts'
import { spreadMore, spreadSamples } from './samples.ts'
import type { Wishes } from './stretches.ts'
import { ENOUGH_NEAR, tallyNearTexts } from './tally.ts'

/** Ask for `count` calls of this day that are open, the first ones by start and id. */
export interface Question {
  readonly line: string | null
  readonly sort: Sort
  readonly day: number
  readonly count: number
}

/** A line with so few calls is simply asked: to learn about it would cost as much. */
export const SMALL_LINE = 40

/**
 * What to ask next, given what is known: nothing more when what is left open is assumed to have no text. Ask all of it,
 * put the answers into the evidence, and come again. The same evidence gives the same questions.
 *
 * First samples are spread over each stream. Then the borders between days with texts and days
 * without are narrowed by halving, and everything on the side that has some is asked, with a margin.
 * Last, a stream that showed nothing is asked as often as the share seen elsewhere calls for.
 */
export function nextQuestions(streams: readonly Stream[]): Question[] {
  const small = smallLines(streams)
  const isSmall = ({ line }: Stream) => small.has(line)
  const large = streams.filter((stream) => !isSmall(stream))
  const first = [
    ...streams.filter(isSmall).flatMap((stream) => toQuestions(stream, everything(stream))),
    ...large.flatMap((stream) => toQuestions(stream, spreadSamples(stream))),
  ]
  if (first.length > 0) return first
  const sorts = [...new Set(large.map(({ sort }) => sort))]
  const phases = [
    lookAround,
    followTexts(narrowBorders),
    followTexts(fillBetween),
    followTexts(growOutwards),
    doubtNothing,
  ]
  for (const phase of phases) {
    const next = sorts.flatMap((sort) => phase(large.filter((stream) => stream.sort === sort)))
    if (next.length > 0) return next
  }
  return []
}

function smallLines(streams: readonly Stream[]): Set<string | null> {
  const calls = new Map<string | null, number>()
  for (const stream of streams) {
    const { open, none, ready } = totalOf(stream)
    calls.set(stream.line, (calls.get(stream.line) ?? 0) + open + none + ready)
  }
  return new Set([...calls].filter(([, count]) => count <= SMALL_LINE).map(([line]) => line))
}

function everything({ days }: Stream): Wishes {
  return new Map(days.map(({ open }, index) => [index, open]))
}

/** What stands beside a text, until it tells how many have one where it is switched on. */
function lookAround(streams: readonly Stream[]): Question[] {
  return streams
    .filter((stream) => tallyNearTexts(stream).asked < ENOUGH_NEAR)
    .flatMap((stream) => toQuestions(stream, askAround(stream)))
}

type Look = (stream: Stream, misses: number) => Wishes

/** Streams that have texts, each as far as its own share of them calls for. */
const followTexts =
  (look: Look) =>
  (streams: readonly Stream[]): Question[] => {
    const share = shareOf(streams)
    return streams
      .filter((stream) => totalOf(stream).ready > 0)
      .flatMap((stream) => toQuestions(stream, look(stream, missesToBelieve(shareIn(stream, share)))))
  }

/** Streams that showed nothing: where texts are rare in the others, a few samples prove little. */
function doubtNothing(streams: readonly Stream[]): Question[] {
  const misses = missesForNothing(streams)
  return streams.flatMap((stream) => {
    const { none, ready } = totalOf(stream)
    return ready > 0 || none >= misses ? [] : toQuestions(stream, spreadMore(stream, misses - none))
  })
}

function toQuestions({ line, sort, days }: Stream, wishes: Wishes): Question[] {
  return [...wishes]
    .sort(([a], [b]) => a - b)
    .flatMap(([index, wanted]) => {
      const { day, open } = days[index] ?? { day: 0, open: 0 }
      const count = Math.min(wanted, open)
      return count > 0 ? [{ line, sort, day, count }] : []
    })
}
