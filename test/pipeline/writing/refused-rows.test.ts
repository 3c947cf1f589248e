import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { describe, expect, it } from 'vitest'
import { type Journey, startJourney } from '../../support/journey.ts'

type Row = Record<string, string>

/** A review CSV in which the subject of the first `count` create rows was typed over. */
async function tamper(journey: Journey, count: number): Promise<{ path: string; creates: number }> {
  const plan = await journey.backfill()
  const rows = parse<Row>(readFileSync(plan.files.review), { bom: true, columns: true })
  const creates = rows.filter((row) => row['action'] === 'create')
  for (const row of creates.slice(0, count)) row['subject'] = 'typed over'
  const path = join(journey.folder, 'edited.csv')
  writeFileSync(path, stringify(rows, { header: true, bom: true }))
  return { path, creates: creates.length }
}

describe('rows that apply refuses', () => {
  it('are named before anything is asked, with line, column and what was expected, the first 20 of them', async () => {
    const journey = await startJourney({ sandbox: { calls: 120, endUsers: 60 } })
    const { path, creates } = await tamper(journey, 23)
    journey.lines.length = 0
    const asked: string[][] = []
    const confirm = async () => asked.push([...journey.lines]) > 0
    const applied = await journey.apply({ plan: path, yes: false }, { confirm })
    const [before = []] = asked
    expect(
      before.filter((line) => /^Line \d+, call \d+, \w+: Column subject: .*Expected: "/.test(line)),
    ).toHaveLength(20)
    expect(before).toContain('and 3 more rows, see failures.csv')
    expect(before.at(-2)).toMatch(
      new RegExp(`${creates - 23} create, \\d+ update, 0 unchanged, 0 skipped .* 23 refused`),
    )
    expect(applied.applied).toMatchObject({ created: creates - 23, failed: 23 })
    expect(applied.run.exitCode).toBe(3)
    const failures = parse<Row>(readFileSync(applied.files.failures), { bom: true, columns: true })
    expect(failures).toHaveLength(23)
    expect(
      failures.every((row) => Number(row['line']) > 1 && row['message']?.includes('Column subject')),
    ).toBe(true)
    // Said once: not again after the writing.
    expect(journey.lines.filter((line) => line.includes('Column subject'))).toHaveLength(20)
  })
})
