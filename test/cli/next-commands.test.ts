import { describe, expect, it } from 'vitest'
import { nextCommands } from '../../src/cli/next-commands.ts'
import type { WriteLimits } from '../../src/pipeline/writing/estimate.ts'
import { emptyApplied, emptyDrift, emptySummary, type Summary } from '../../src/report/summary.ts'

const limits: WriteLimits = { planhatPerMinute: 180, recordsPerRequest: 500, strategy: 'auto' }
const context = { flags: ' --profile emea', limits }
const next = (summary: Partial<Summary>, more: Partial<typeof context> = {}) =>
  nextCommands(
    { ...emptySummary({ id: '20261122-201455-ab12', since: '2026-11-15T00:00:00.000Z' }), ...summary },
    { ...context, ...more },
  )
const run = (mode: Summary['run']['mode']) => ({ run: { ...emptySummary({ id: 'run-1' }).run, mode } })
const records = { create: 9000, update: 1000, unchanged: 0, hold: 3, skip: 0 }
const files = { held: '', drift: '', review: "/s/it's here.csv", report: '', failures: '', summary: '' }

describe('nextCommands', () => {
  it('after a plan is to apply the file, with the time that writing takes', () => {
    expect(next({ records, files })).toEqual([
      {
        command: "aircall-sync apply '/s/it'\\''s here.csv' --profile emea",
        note: 'Review the file, then write 10,000 records, less than a minute:',
      },
    ])
    expect(next({ records, files }, { limits: { ...limits, strategy: 'single' } })[0]?.note).toContain(
      'about 2 h 36 min',
    )
  })

  it('after a plan of held rows alone is to settle them, and of nothing is nothing', () => {
    const held = { ...records, create: 0, update: 0 }
    expect(next({ records: held, files })[0]?.note).toBe('Once held rows are settled in the review file:')
    expect(next({ records: { ...held, hold: 0 }, files })).toEqual([])
  })

  it('after an apply is the nightly comparison, and how to take it back', () => {
    const applied = { ...emptyApplied(), created: 7, updated: 2 }
    expect(next({ ...run('apply'), applied }).map(({ command }) => command)).toEqual([
      'aircall-sync reconcile --since 7d --profile emea',
      'aircall-sync runs undo run-1 --max-deletes 7 --profile emea',
    ])
    expect(next({ ...run('apply'), applied: emptyApplied() })).toEqual([])
  })

  it('after failures begins with the failures file', () => {
    const applied = { ...emptyApplied(), created: 7, failed: 1 }
    const [fix] = next({ ...run('apply'), applied })
    expect(fix?.note).toContain('failures file')
    expect(fix?.command).toBe('aircall-sync backfill --since 30d --dry-run --profile emea')
    const ranged = { ...emptySummary({ mode: 'apply', since: '2026-10-01T00:00:00.000Z' }), applied }
    expect(next(ranged)[0]?.command).toContain('backfill --since 2026-10-01T00:00:00.000Z --dry-run')
  })

  it('after a comparison heals what writing and what deleting heals, over the same window', () => {
    const drift = { ...emptyDrift(), missing: 2, moved: 1, duplicate: 4, edited: 9 }
    expect(next({ drift }).map(({ command }) => command)).toEqual([
      'aircall-sync reconcile --since 2026-11-15T00:00:00.000Z --fix --profile emea',
      'aircall-sync reconcile --since 2026-11-15T00:00:00.000Z --prune --max-deletes 4 --profile emea',
    ])
    const lastWeek = { since: '2026-11-01T00:00:00.000Z', until: '2026-11-08T00:00:00.000Z' }
    const past = { ...emptySummary({ ...lastWeek, startedAt: '2026-11-20T00:00:00.000Z' }), drift }
    expect(next(past)[0]?.command).toContain(
      'reconcile --since 2026-11-01T00:00:00.000Z --until 2026-11-08T00:00:00.000Z --fix',
    )
    expect(next({ ...run('fix'), drift })).toEqual([])
  })
})
