import type { HygieneItem } from '../../match/hygiene.ts'
import type { IndexInfo } from '../../store/phone-index/info.ts'
import type { BorneByMany } from '../../store/phone-index/stats.ts'
import { type FileReading, sayReading } from './index-import.ts'
import { formatCount, formatNoun } from './words.ts'

/** docs/contract.md section 5, `index pull|import`. */
export interface IndexResult extends Omit<IndexInfo, 'kind' | 'builtAtMs'> {
  /** ISO 8601. */
  readonly builtAt: string
}

/** As `IndexResult`, with what was read of the file. */
export interface ImportResult extends IndexResult {
  readonly read: FileReading
}

export interface StatsResult extends IndexResult {
  /** Share of End Users with at least one usable number. */
  readonly coverage: number
  /** Most bearers first. */
  readonly sharedNumbers: readonly BorneByMany[]
  /** The account's own numbers that End Users have: never matched. */
  readonly ownNumbers: readonly { readonly number: string; readonly endUsers: readonly string[] }[]
  /** Numbers that, if fixed in Planhat, would match calls; empty until calls were read. */
  readonly hygiene: readonly HygieneItem[]
}

/** Rows of each list shown on a terminal; `--json` and `--output` have them all. */
const SHOWN = 10

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

/** What an index holds, for people. */
export function sayIndex(index: IndexResult): string {
  return [
    `Index of ${formatNoun(index.endUsers, 'End User')} from ${index.source}, built ${index.builtAt}`,
    `  with a usable phone  ${formatCount(index.withPhone)}`,
    `  distinct numbers     ${formatCount(index.numbers)}`,
    `  shared numbers       ${formatCount(index.shared)}`,
    ...index.unusable.map(({ reason, count }) => `  unusable: ${reason}  ${formatCount(count)}`),
    ...sayAssumed(index),
  ].join('\n')
}

/** A national number of another country, read with the default one, is lost, or somebody else's. */
function sayAssumed({ assumed }: Pick<IndexResult, 'assumed'>): string[] {
  if (assumed === null || assumed.unusable === 0) return []
  const { country, unusable } = assumed
  return [
    `  ${formatNoun(unusable, 'phone is', 'phones are')} written without a country's code, ` +
      `and no ${unusable === 1 ? 'number' : 'numbers'} of ${country}, the defaultCountry.`,
    `  A file needs a column of the country (--map "country=<column>"), Planhat the country of the companies;`,
    '  or set defaultCountry in the configuration.',
  ]
}

/** What was read of a file, and the index that it gave. */
export function sayImport(result: ImportResult): string {
  return [...sayReading(result.read), '', sayIndex(result)].join('\n')
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const more = lines.length > SHOWN ? [`  … and ${formatCount(lines.length - SHOWN)} more`] : []
  return ['', title, ...lines.slice(0, SHOWN).map((line) => `  ${line}`), ...more]
}

export function sayStats(stats: StatsResult): string {
  return [
    sayIndex(stats),
    `  coverage             ${percent(stats.coverage)}`,
    ...section(
      'Numbers that several End Users have',
      stats.sharedNumbers.map(
        (s) =>
          `${s.e164}: ${formatNoun(s.endUsers, 'End User')} of ` +
          `${s.companies === 1 ? 'one company' : `${formatCount(s.companies)} companies`}`,
      ),
    ),
    ...section(
      'Own numbers on End Users (never matched; take them off in Planhat)',
      stats.ownNumbers.map((o) => `${o.number}: ${o.endUsers.join(' ')}`),
    ),
    ...section(
      'Phone hygiene: fixed, these would match the most calls',
      stats.hygiene.map((h) => `${formatNoun(h.calls, 'call')}: ${h.number}, ${h.reason}. ${h.advice}`),
    ),
  ].join('\n')
}
