/**
 * What is known of where texts are: counts a day, for each line and sort of call. So
 * much is kept as there are days with calls, however many calls those days had. Generic
 * over the text asked for: whoever learns of another one makes another `Evidence`. PURE.
 */

const DAY_SECONDS = 86_400

/** A voicemail and a conversation are switched on apart, so what holds for one says nothing of the other. */
export type Sort = 'call' | 'voicemail'

/** Where a call stands. A call without a line has the line null: all of them together are one line. */
export interface Place {
  readonly line: string | null
  readonly sort: Sort
  /** UNIX seconds. */
  readonly startedAt: number
}

/** `open`: may be asked for. `none`: was asked for and had none. `ready`: had one. */
export type Known = 'open' | 'none' | 'ready'

/** One day of one stream: how many calls of each. */
export interface Day {
  /** Days since 1970-01-01, UTC. */
  readonly day: number
  readonly open: number
  readonly none: number
  readonly ready: number
}

/** The calls of one line and sort, by day, ascending. Only days that have calls. */
export interface Stream {
  readonly line: string | null
  readonly sort: Sort
  readonly days: readonly Day[]
}

interface Growing {
  readonly line: string | null
  readonly sort: Sort
  readonly days: Map<number, { day: number; open: number; none: number; ready: number }>
}

export function dayOf({ startedAt }: Pick<Place, 'startedAt'>): number {
  return Math.floor(startedAt / DAY_SECONDS)
}

/** UNIX seconds, half-open. */
export function secondsOfDay(day: number): { since: number; until: number } {
  return { since: day * DAY_SECONDS, until: (day + 1) * DAY_SECONDS }
}

/** Collects what is known of calls. The order in which it came does not matter. */
export class Evidence {
  readonly #streams = new Map<string, Growing>()

  add(place: Place, known: Known, count = 1): void {
    const key = `${place.sort} ${place.line === null ? '' : `on ${place.line}`}`
    const stream = this.#streams.get(key) ?? { line: place.line, sort: place.sort, days: new Map() }
    this.#streams.set(key, stream)
    const day = dayOf(place)
    const counts = stream.days.get(day) ?? { day, open: 0, none: 0, ready: 0 }
    stream.days.set(day, counts)
    counts[known] += count
  }

  /** One call was asked for. */
  answer(place: Place, known: 'none' | 'ready'): void {
    this.add(place, 'open', -1)
    this.add(place, known)
  }

  /** One call was asked for and its answer says nothing of its line, such as a refusal or a defect. */
  forget(place: Place): void {
    this.add(place, 'open', -1)
  }

  /** By line and sort, the calls without a line first. */
  streams(): Stream[] {
    const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))
    return [...this.#streams.entries()]
      .sort(([a], [b]) => compare(a, b))
      .map(([, { line, sort, days }]) => ({
        line,
        sort,
        days: [...days.values()]
          .filter(({ open, none, ready }) => open + none + ready > 0)
          .sort((a, b) => a.day - b.day)
          .map((counts) => ({ ...counts })),
      }))
  }
}

export function totalOf({ days }: Stream): { open: number; none: number; ready: number } {
  const total = { open: 0, none: 0, ready: 0 }
  for (const { open, none, ready } of days) {
    total.open += open
    total.none += none
    total.ready += ready
  }
  return total
}
