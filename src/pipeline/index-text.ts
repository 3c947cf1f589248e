import type { IndexResult } from './index-build.ts'
import type { StatsResult } from './index-stats.ts'

/** Rows of each list shown on a terminal; `--json` and `--output` have them all. */
const SHOWN = 10

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

/** What an index holds, for people. */
export function sayIndex(index: IndexResult): string {
  return [
    `Index of ${index.endUsers} End Users from ${index.source}, built ${index.builtAt}`,
    `  with a usable phone  ${index.withPhone}`,
    `  distinct numbers     ${index.numbers}`,
    `  shared numbers       ${index.shared}`,
    ...index.unusable.map(({ reason, count }) => `  unusable: ${reason}  ${count}`),
  ].join('\n')
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const more = lines.length > SHOWN ? [`  … and ${lines.length - SHOWN} more`] : []
  return ['', title, ...lines.slice(0, SHOWN).map((line) => `  ${line}`), ...more]
}

export function sayStats(stats: StatsResult): string {
  return [
    sayIndex(stats),
    `  coverage             ${percent(stats.coverage)}`,
    ...section(
      'Numbers that several End Users bear',
      stats.sharedNumbers.map(
        (s) =>
          `${s.e164}: ${s.endUsers} End Users of ${s.companies === 1 ? 'one company' : `${s.companies} companies`}`,
      ),
    ),
    ...section(
      'Own numbers on End Users (never matched; take them off in Planhat)',
      stats.ownNumbers.map((o) => `${o.number}: ${o.endUsers.join(' ')}`),
    ),
    ...section(
      'Phone hygiene: mended, these would match the most calls',
      stats.hygiene.map((h) => `${h.calls} calls: ${h.number}, ${h.reason}. ${h.advice}`),
    ),
  ].join('\n')
}
