import { outcomeOf, talkSeconds } from '../../conversation/outcome.ts'
import type { Call } from '../../domain.ts'

/** PURE. Calls as a manager asks for them: a customer who was missed is another matter than one who did not pick up. */
export interface Tally {
  readonly inbound: number
  /** Inbound, nobody answered, and no message was left. */
  readonly missed: number
  /** Inbound, nobody answered, and a message was left. */
  readonly voicemail: number
  readonly outbound: number
  /** Outbound, and the other party did not answer. */
  readonly unanswered: number
  readonly inboundTalkSeconds: number
  readonly outboundTalkSeconds: number
}

export type TallyRow = Tally & { readonly name: string }
export type Writable<T> = { -readonly [K in keyof T]: T[K] }

const COUNTS = [
  'inbound',
  'missed',
  'voicemail',
  'outbound',
  'unanswered',
  'inboundTalkSeconds',
  'outboundTalkSeconds',
] as const satisfies readonly (keyof Tally)[]

/** One table: a row a name, what has none in a row of its own, and the total of all. */
export interface TallyTable {
  add(key: string | null, name: string | null, call: Call): void
  /** By name; `nobody` names the row of calls without a key, which comes last. */
  rows(nobody: string): TallyRow[]
}

export function createTallyTable(): TallyTable {
  const rows = new Map<string | null, Writable<TallyRow>>()
  return {
    add(key, name, call) {
      const row = rows.get(key) ?? emptyRow(name ?? '')
      rows.set(key, row)
      countCall(row, call)
    },
    rows(nobody) {
      const named = [...rows].filter(([key]) => key !== null).map(([, row]) => row)
      const none = rows.get(null)
      named.sort((a, b) => (a.name < b.name ? -1 : 1))
      return none === undefined ? named : [...named, { ...none, name: nobody }]
    },
  }
}

/** The sum of all rows. */
export function totalOf(rows: readonly TallyRow[], name: string): TallyRow {
  const total = emptyRow(name)
  for (const row of rows) for (const key of COUNTS) total[key] += row[key]
  return total
}

export function callsOf({ inbound, outbound }: Tally): number {
  return inbound + outbound
}

/** Adds one call to a row. */
export function countCall(row: Writable<Tally>, call: Call): void {
  const outcome = outcomeOf(call)
  row[call.direction] += 1
  if (call.direction === 'outbound' && outcome !== 'answered') row.unanswered += 1
  if (call.direction === 'inbound' && outcome !== 'answered') row[outcome] += 1
  row[call.direction === 'inbound' ? 'inboundTalkSeconds' : 'outboundTalkSeconds'] += talkSeconds(call)
}

export function emptyRow(name: string): Writable<TallyRow> {
  const zeros = Object.fromEntries(COUNTS.map((key) => [key, 0])) as Record<keyof Tally, number>
  return { name, ...zeros }
}
