import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Summary } from '../../../src/report/summary.ts'
import { type Journey, startJourney } from '../../support/journey.ts'
import { readReview } from '../../support/writing.ts'

const SMALL = { sandbox: { calls: 120, endUsers: 60 } }
const WHOLE_NUMBER = /\+\d{9,}/

const reportOf = (summary: { files: { report: string } }) => readFileSync(summary.files.report, 'utf8')

/** The figures of one table, row by row, as a reader sees them. */
function tableOf(page: string, caption: string): string[][] {
  const tables = page.split('<table ').filter((part) => part.includes(`<caption>${caption}`))
  const rows = tables.flatMap(
    (table) => table.split('<tbody')[1]?.split('</tbody>')[0]?.split('<tr ').slice(1) ?? [],
  )
  return rows.map((row) =>
    row
      .split(/<t[hd] /)
      .slice(1)
      .map((cell) =>
        cell
          .slice(cell.indexOf('>') + 1)
          .replaceAll(/<[^>]*>/g, '')
          .trim(),
      ),
  )
}

const sum = (rows: readonly string[][], columns: readonly number[]) =>
  rows.flatMap((row) => columns.map((at) => Number(row[at]?.replaceAll(',', '')))).reduce((a, b) => a + b, 0)

describe('the report of a run', () => {
  it('lies in the folder of the run, for its owner only, and the summary names it', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill()
    expect(plan.files.report).toBe(join(plan.files.summary, '..', 'report.html'))
    expect(statSync(plan.files.report).mode & 0o777).toBe(0o600)
    const stored = JSON.parse(readFileSync(plan.files.summary, 'utf8')) as typeof plan
    expect(stored.files).toEqual(plan.files)
  })

  it('counts every call once by day, by agent and by company, with a row for nobody and a total', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill()
    const page = reportOf(plan)
    expect(sum(tableOf(page, 'Calls by what became of them'), [1])).toBe(plan.calls.read)
    expect(sum(tableOf(page, 'Calls a day by outcome'), [1, 2, 3])).toBe(plan.calls.read)
    for (const caption of ['Calls and talk time by agent', 'Calls and talk time by company']) {
      const [total, ...rows] = tableOf(page, caption)
      expect(total?.[0]).toBe('Total')
      expect(sum([total ?? []], [1])).toBe(plan.calls.read)
      for (const column of [1, 2, 3, 4, 5, 6]) expect(sum(rows, [column])).toBe(sum([total ?? []], [column]))
    }
    expect(page).toContain('Nobody')
    expect(page).toContain('No company')
  })

  it('lists what waits for a person and what fixing numbers would bring, masked unless revealed', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill()
    const page = reportOf(plan)
    const caption = 'Numbers that wait for a person, those with most calls first'
    const numbers = tableOf(page, caption)
    expect(numbers).toHaveLength(new Set(readReview(plan.files.held).map((line) => line['number'])).size)
    expect(sum(numbers, [1])).toBe(plan.records.hold)
    const unlocked = sum(tableOf(page, 'Numbers to fix, by the calls that they would unlock'), [1])
    expect(unlocked).toBe(plan.records.hold)
    expect(page).not.toMatch(WHOLE_NUMBER)
    const revealed = reportOf(await journey.backfill({}, { reveal: true }))
    expect(revealed).toMatch(WHOLE_NUMBER)
  })

  it('of an apply is about the calls of the plan that was applied', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill()
    const applied = await journey.apply({ plan: plan.files.review })
    expect(applied.calls).toEqual(plan.calls)
    const page = reportOf(applied)
    expect(page).toContain('What was written to Planhat')
    expect(sum(tableOf(page, 'Calls by what became of them'), [1])).toBe(plan.calls.read)
    expect(sum(tableOf(page, 'Calls a day by outcome'), [1, 2, 3])).toBe(plan.calls.read)
  })

  it('of an apply in several runs tells what all of them wrote of the plan', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill()
    const first = await journey.apply({ plan: plan.files.review, limit: 10 })
    expect(reportOf(first)).not.toContain('Written of this plan so far')
    const rest = await journey.apply({ plan: plan.files.review })
    const page = reportOf(rest)
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
    expect(page).toContain(
      `Written of this plan so far ${plan.records.create} ${plan.records.create} new, 0 changed, in 2 runs`,
    )
  })

  it('of a reconcile counts the drift by class, and shows on which days it arose', async () => {
    const journey = await startJourney(SMALL)
    const nightly = await journey.reconcile()
    const missing = tableOf(reportOf(nightly), 'Records by drift class').find(([name]) => name === 'Missing')
    expect(missing?.[1]).toBe(String(nightly.drift?.missing))
    expect(reportOf(nightly)).toMatch(new RegExp(`In all:[^<]*Missing ${nightly.drift?.missing}`))
  })

  it('is written after a failure, too, when there was a plan', async () => {
    const journey = await startJourney(SMALL)
    await expect(failingApply(journey)).rejects.toThrow(/minMatchRate|match/i)
    const files = filesOfLast(journey)
    expect(readFileSync(files.report, 'utf8')).toContain('The run ended early')
  })

  it('is not made of a run that never came to a plan', async () => {
    const journey = await startJourney(SMALL)
    const stop = AbortSignal.abort()
    await expect(journey.backfill({}, { signal: stop })).rejects.toThrow()
    const files = filesOfLast(journey)
    expect(files.report).toBe('')
    expect(existsSync(files.summary)).toBe(true)
  })
})

function filesOfLast(journey: Journey): { report: string; summary: string } {
  const [run] = journey.look((store) => store.runs.list(1))
  if (run === undefined) throw new Error('no run was kept')
  return (run.summary as Summary).files
}

function failingApply(journey: Journey) {
  const { settings } = journey.world()
  const guards = { ...settings.config.guards, minMatchRate: 1 }
  return journey.backfill(
    { mode: 'apply' },
    { settings: { ...settings, config: { ...settings.config, guards } } },
  )
}
