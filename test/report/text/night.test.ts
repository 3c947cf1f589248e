import { expect, it } from 'vitest'
import { nextCommands } from '../../../src/cli/next-commands.ts'
import { emptyApplied, emptyDrift, emptySummary, type Summary } from '../../../src/report/summary.ts'
import { formatQuietNight, isQuietNight } from '../../../src/report/text/night.ts'
import { formatSummary } from '../../../src/report/text/summary.ts'

const limits = { planhatPerMinute: 180, recordsPerRequest: 500, strategy: 'auto' } as const

function aNight(over: Partial<Summary> = {}, run: Partial<Summary['run']> = {}): Summary {
  const empty = emptySummary({
    id: '20261122-031700-ab12',
    command: 'reconcile',
    mode: 'fix',
    startedAt: '2026-11-22T03:17:00.000Z',
    endedAt: '2026-11-22T03:17:03.000Z',
    since: '2026-11-15T03:17:00.000Z',
    until: '2026-11-22T03:17:00.000Z',
    ...run,
  })
  return {
    ...empty,
    calls: { ...empty.calls, read: 57 },
    drift: { ...emptyDrift(), 'in-sync': 1200 },
    remaining: {},
    ...over,
  }
}

it('is one line when nothing is to be done, with date, range, cost and run', () => {
  expect(isQuietNight(aNight())).toBe(true)
  expect(formatQuietNight(aNight(), 'UTC')).toBe(
    'Calls from 2026-11-15 03:17 to 2026-11-22 03:17 UTC: nothing to do. 57 calls, 1,200 records in sync ' +
      '(0 Aircall and 0 Planhat requests, 3 s; run 20261122-031700-ab12).',
  )
})

it('counts in that line what only stands there, and what waits for a person', () => {
  const base = aNight()
  const night = aNight({
    drift: { ...emptyDrift(), 'in-sync': 3, unsupported: 30, edited: 2, 'stale-placeholder': 4 },
    records: { ...base.records, hold: 12 },
    files: { ...base.files, held: '/s/held.csv' },
  })
  expect(isQuietNight(night)).toBe(true)
  const line = formatQuietNight(night, 'UTC')
  expect(line).toContain(
    '4 stale-placeholder, 2 edited, 30 unsupported left as they are; 12 held (/s/held.csv)',
  )
  expect(line.split('\n')).toHaveLength(1)
})

it('is more than a line when something was written, failed, could not be checked or remains', () => {
  const loud: Partial<Summary>[] = [
    { applied: { ...emptyApplied(), created: 1 } },
    { applied: { ...emptyApplied(), failed: 1 } },
    { unchecked: 1 },
    { remaining: { missing: 1 } },
    { error: { code: 'X', message: 'x' } },
  ]
  for (const over of loud) expect(isQuietNight(aNight(over))).toBe(false)
})

it('says why it ends with 4, what heals it, and the command for each thing to do', () => {
  const night = aNight(
    {
      drift: { ...emptyDrift(), missing: 3, moved: 1, duplicate: 2, unsupported: 30 },
      remaining: { missing: 3, moved: 1, duplicate: 2 },
    },
    { mode: 'report', exitCode: 4 },
  )
  const next = nextCommands(night, { flags: '', limits })
  const text = formatSummary(night, { width: 100, next })
  expect(text.split('\n')[0]).toBe(
    'Calls from 2026-11-15 03:17 to 2026-11-22 03:17 UTC. Run 20261122-031700-ab12.',
  )
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'Can be healed and remains (exit 4): 3 missing, 1 moved, 2 duplicate; reconcile heals it with --fix and --prune.',
  )
  expect(next.map(({ command }) => command)).toEqual([
    'aircall-sync reconcile --since 2026-11-15T03:17:00.000Z --fix',
    'aircall-sync reconcile --since 2026-11-15T03:17:00.000Z --prune --max-deletes 2',
  ])
})

it('looks into what failed rather than writing it again', () => {
  const night = aNight({ applied: { ...emptyApplied(), failed: 2 }, remaining: { missing: 2 } })
  const next = nextCommands(night, {
    flags: ' --profile emea',
    limits,
  })
  expect(next.map(({ command }) => command)).toEqual([
    'aircall-sync runs 20261122-031700-ab12 --profile emea',
  ])
})
