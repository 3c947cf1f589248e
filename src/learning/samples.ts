import { type Stream, totalOf } from './evidence.ts'
import { dayAt, stretchesOf, type Wishes } from './stretches.ts'

/** Samples of a stream: a share of its calls, at least so many, at most one for each week that Aircall keeps. */
const SAMPLE_SHARE = 0.02
const FEWEST = 3
const MOST = 26

/**
 * Samples so that no stretch without a text holds more calls than the stream's share for one
 * sample, the newest call among them: what is switched on is most likely switched on now.
 */
export function spreadSamples(stream: Stream): Wishes {
  const { days } = stream
  const { open, none, ready } = totalOf(stream)
  const calls = open + none + ready
  const samples = Math.min(MOST, Math.max(FEWEST, Math.round(calls * SAMPLE_SHARE)))
  const wishes: Wishes = new Map()
  for (const stretch of stretchesOf(days)) {
    if (stretch.left === 'some' || stretch.right === 'some') continue
    if (stretch.right === 'edge') wishes.set(stretch.to, 1)
    const within = Math.ceil((stretch.open * samples) / calls) - 1
    for (let n = 1; n <= within; n++) wishes.set(dayAt(days, stretch, n / (within + 1)), 1)
  }
  return wishes
}

/** So many samples more, evenly over what is still open. */
export function spreadMore({ days }: Stream, wanted: number): Wishes {
  const open = days.reduce((sum, day) => sum + day.open, 0)
  const whole = { from: 0, to: days.length - 1, open, left: 'edge', right: 'edge' } as const
  const wishes: Wishes = new Map()
  for (let n = 0; n < Math.min(wanted, open); n++) {
    const index = dayAt(days, whole, (n + 0.5) / Math.min(wanted, open))
    wishes.set(index, (wishes.get(index) ?? 0) + 1)
  }
  return wishes
}
