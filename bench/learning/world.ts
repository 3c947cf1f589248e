/**
 * Made-up accounts for the search for transcripts: which calls there are and
 * which have one. Seeded, without a clock.
 */
import type { Place, Sort } from '../../src/learning/evidence.ts'

export interface SimulatedCall extends Place {
  /** Transcription was switched on for its line when it took place. */
  readonly isOn: boolean
  readonly has: boolean
}

/** From and to in days from the beginning of the range, half-open: when transcription was on. */
type Times = readonly (readonly [from: number, to: number])[]

export interface Pattern {
  readonly name: string
  /** Of the calls while it was on, how many have one. */
  readonly share: number
  readonly timesOf: (random: () => number, line: number) => Times
}

export const DAYS = 180
const DAY_SECONDS = 86_400
/** A Monday. */
const FIRST_DAY = 20_450
export const NOW = (FIRST_DAY + DAYS) * DAY_SECONDS

const between = (low: number, high: number, random: () => number) => low + random() * (high - low)

const never = (): Times => []
const always = (): Times => [[0, DAYS]]

/**
 * Every second line, each from some hour between four and twelve weeks ago: about 15 in 100 calls, as in the account of
 * which the issue speaks (3,000 of 20,000 answered calls).
 */
function lately(random: () => number, line: number): Times {
  return line % 2 === 0 ? [[DAYS - between(28, 84, random), DAYS]] : []
}

/** The same, but hardly begun: there is little to win and much to look through. */
function justNow(random: () => number, line: number): Times {
  return line % 2 === 0 ? [[DAYS - between(7, 21, random), DAYS]] : []
}

function onAndOff(random: () => number): Times {
  const times: (readonly [number, number])[] = []
  let day = between(-40, 40, random)
  while (day < DAYS) {
    const until = day + between(20, 60, random)
    if (until > 0) times.push([day, until])
    day = until + between(20, 60, random)
  }
  return times
}

function singleWeeks(random: () => number): Times {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const from = between(0, DAYS - 7, random)
    return [from, from + 7] as const
  })
}

const atRandom = (share: number): Pattern => ({
  name: `always, ${share * 100} % at random`,
  share,
  timesOf: always,
})

export const PATTERNS: readonly Pattern[] = [
  { name: 'lately, half of the lines', share: 1, timesOf: lately },
  { name: 'lately, half of the lines, 90 % at random', share: 0.9, timesOf: lately },
  { name: 'lately, half of the lines, 40 % at random', share: 0.4, timesOf: lately },
  { name: 'just now, half of the lines', share: 1, timesOf: justNow },
  { name: 'never', share: 0, timesOf: never },
  { name: 'always', share: 1, timesOf: always },
  ...[0.95, 0.5, 0.2, 0.1, 0.05].map(atRandom),
  { name: 'on and off', share: 1, timesOf: onAndOff },
  { name: 'on and off, 80 % at random', share: 0.8, timesOf: onAndOff },
  { name: 'single weeks', share: 1, timesOf: singleWeeks },
]

/** Of a hundred calls 69 have enough talk and 7 are voicemails: the shares of the embedded Aircall. */
function sortAt(chance: number): Sort | null {
  if (chance < 0.69) return 'call'
  return chance < 0.76 ? 'voicemail' : null
}

/** Business is done on weekdays: a weekend has a tenth of the calls of a weekday. */
function momentOf(random: () => number): number {
  for (;;) {
    const day = Math.floor(random() * DAYS)
    if (day % 7 >= 5 && random() >= 0.1) continue
    return (FIRST_DAY + day) * DAY_SECONDS + Math.floor(between(7, 21, random) * 3600)
  }
}

/** The calls that can have a transcript, by start. Line 2 has half the calls of line 1, line 3 a third, and so on. */
export function makeCalls(
  o: { readonly calls: number; readonly lines: number; readonly pattern: Pattern },
  random: () => number,
): SimulatedCall[] {
  const weights = Array.from({ length: o.lines }, (_, line) => 1 / (line + 1))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  // Whether the busiest line is one of those that have it is a matter of chance.
  const shift = o.lines > 1 && random() < 0.5 ? 1 : 0
  const times = weights.map((_, line) => o.pattern.timesOf(random, line + shift))
  const pickLine = (at: number) => {
    let passed = 0
    return weights.findIndex((weight) => {
      passed += weight
      return at < passed
    })
  }
  const made: SimulatedCall[] = []
  for (let n = 0; n < o.calls; n++) {
    const sort = sortAt(random())
    const line = pickLine(random() * sum)
    const startedAt = momentOf(random)
    const chance = random()
    if (sort === null) continue
    const day = startedAt / DAY_SECONDS - FIRST_DAY
    const isOn = (times[line] ?? []).some(([from, to]) => day >= from && day < to)
    made.push({ line: `line ${line + 1}`, sort, startedAt, isOn, has: isOn && chance < o.pattern.share })
  }
  return made.sort((a, b) => a.startedAt - b.startedAt)
}
