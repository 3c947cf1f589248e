import { type DayRow, outcomesOf } from './model.ts'

/** docs/contract.md section 12. */
export const CSV_COLUMNS = [
  'date',
  'agent',
  'email',
  'direction',
  'calls',
  'answered',
  'missed',
  'voicemail',
  'talk_s',
] as const

/** PURE. A row for each day, agent and direction that had calls; the writer of the CSV makes the cells safe. */
export function* csvRows(days: readonly DayRow[]): Generator<string[]> {
  for (const { day, agents } of days) {
    for (const { name, email, tally } of agents) {
      for (const direction of ['inbound', 'outbound'] as const) {
        const { calls, answered, missed, voicemail, talkSeconds } = outcomesOf(tally, direction)
        if (calls === 0) continue
        yield [day, name, email, direction, ...[calls, answered, missed, voicemail, talkSeconds].map(String)]
      }
    }
  }
}
