import type { HygieneItem } from '../match/hygiene.ts'
import type { PhoneReason } from '../match/phone.ts'
import { sayReason } from '../match/say.ts'
import { writeCsv } from '../review/write.ts'
import type { HeldUnusable } from '../store/phone-index/stats.ts'

const COLUMNS = [
  'number',
  'reason',
  'calls',
  'candidates',
  'advice',
  'enduser',
  'enduser_id',
  'company',
  'company_id',
  'field',
] as const

/**
 * The phone-hygiene list for a spreadsheet, in the review CSV's dialect and as safe;
 * readable by its owner only. First the numbers of calls, the most frequent on top;
 * then every phone of an End User that cannot be used, whether somebody called or not.
 */
export function writeHygieneCsv(
  path: string,
  items: Iterable<HygieneItem>,
  unusable: Iterable<HeldUnusable>,
): void {
  writeCsv(path, COLUMNS, rowsOf(items, unusable), { overwrite: true })
}

function* rowsOf(items: Iterable<HygieneItem>, unusable: Iterable<HeldUnusable>): Generator<string[]> {
  for (const { number, reason, calls, candidates, advice } of items)
    yield [number, reason, String(calls), candidates, advice, '', '', '', '', '']
  for (const one of unusable) {
    const { raw, reason, name, endUserId, companyName, companyId, field } = one
    yield [raw, reason, '', '', advise(one), name ?? '', endUserId, companyName ?? '', companyId, field]
  }
}

function advise({ reason, hint }: HeldUnusable): string {
  const why = sayReason(reason as PhoneReason)
  const what = hint === null ? "in full, with a plus and the country's code" : `as ${hint}, if that is meant`
  return `${why}. Write it ${what}.`
}
