import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { expect, it } from 'vitest'
import { type Journey, startJourney } from '../../support/journey.ts'

type Row = Record<string, string>

/** A review CSV of the held rows with candidates, each settled on its first one. */
async function settle(journey: Journey): Promise<string> {
  const plan = await journey.backfill()
  const rows = parse<Row>(readFileSync(plan.files.review), { bom: true, columns: true })
  const held = rows.filter((row) => row['action'] === 'hold' && row['reason'] === 'ambiguous')
  for (const row of held) {
    row['decision'] = 'apply'
    row['enduser_id'] = row['candidates']?.split('@')[0] ?? ''
  }
  const path = join(journey.folder, 'settled.csv')
  writeFileSync(path, stringify(held, { header: true, bom: true }))
  return path
}

it('counts each record of a settled call, also when the same file is applied again', async () => {
  const journey = await startJourney({ sandbox: { calls: 200, endUsers: 60 } })
  const plan = await settle(journey)
  const first = await journey.apply({ plan })
  const again = await journey.apply({ plan })
  const created = first.applied?.created ?? 0
  expect(created).toBeGreaterThan(0)
  expect(again.applied).toMatchObject({ created: 0, updated: 0, unchanged: created, failed: 0 })
})

it('plans no transcript without transcripts, also where an earlier run read it', async () => {
  const journey = await startJourney({ sandbox: { calls: 60, endUsers: 40 } })
  const whole = await journey.backfill()
  const without = await journey.backfill({ transcripts: false })
  const records = (path: string) =>
    parse<Row>(readFileSync(path), { bom: true, columns: true }).map(({ record }) => record)
  expect(records(whole.files.review)).toContain('transcript')
  expect(records(without.files.review)).not.toContain('transcript')
  const later = await journey.backfill({ mode: 'apply' })
  expect(later.applied).toMatchObject({ created: whole.records.create, failed: 0 })
})
