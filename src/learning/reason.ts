import { dayOf, type Place, type Stream, secondsOfDay } from './evidence.ts'

/** What speaks against a text of one call: so many calls of its line were asked around it, and none had one. */
export interface Reason {
  readonly asked: number
  /** UNIX seconds: the beginning of the first day asked about and the end of the last. */
  readonly since: number
  readonly until: number
}

/**
 * The calls asked in a row around this one, back and forth to the nearest that
 * had a text. Null when nothing was asked.
 */
export function reasonFor(streams: readonly Stream[], place: Place): Reason | null {
  const stream = streams.find(({ line, sort }) => line === place.line && sort === place.sort)
  const day = dayOf(place)
  const days = stream?.days ?? []
  const before = days.findLastIndex((one) => one.day < day && one.ready > 0)
  const after = days.findIndex((one) => one.day > day && one.ready > 0)
  const around = days
    .slice(before + 1, after < 0 ? undefined : after)
    .filter(({ none, ready }) => none > 0 && ready === 0)
  const [first, last] = [around.at(0), around.at(-1)]
  if (first === undefined || last === undefined) return null
  return {
    asked: around.reduce((sum, { none }) => sum + none, 0),
    since: secondsOfDay(first.day).since,
    until: secondsOfDay(last.day).until,
  }
}

const dateOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10)

/** One sentence for people. `line` is its name; null for the calls without a line. */
export function sayReason({ asked, since, until }: Reason, line: string | null, sort: Place['sort']): string {
  const where = line === null ? 'among the calls without a line' : `on line ${line}`
  const what = sort === 'voicemail' ? 'voicemails' : 'calls'
  const number = asked === 1 ? `the one of its ${what}` : `none of the ${asked} ${what}`
  const had = asked === 1 ? 'had none' : 'had one'
  return `${where} ${number} asked between ${dateOf(since)} and ${dateOf(until - 1)} ${had}`
}
