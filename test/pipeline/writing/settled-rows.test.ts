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

it('asks to write as many records as it then writes, transcripts of settled calls among them', async () => {
  const journey = await startJourney({ sandbox: { calls: 200, endUsers: 60 } })
  const plan = await settle(journey)
  const held = parse<Row>(readFileSync(plan), { bom: true, columns: true }).length
  const applied = await journey.apply({ plan })
  const created = applied.applied?.created ?? 0
  expect(created).toBeGreaterThan(held)
  const lines = journey.lines.join('\n')
  expect(lines).toContain(`This plan: ${created} create, 0 update`)
  expect(lines).toContain(`This run writes ${created} records (${created} create, 0 update)`)
})

it('counts every record of a settled call against guards.maxChanges', async () => {
  const journey = await startJourney({
    sandbox: { calls: 200, endUsers: 60 },
    config: { guards: { maxChanges: 13 } },
  })
  const plan = await settle(journey)
  const held = parse<Row>(readFileSync(plan), { bom: true, columns: true }).length
  expect(held).toBeLessThanOrEqual(13)
  await expect(journey.apply({ plan })).rejects.toMatchObject({ code: 'GUARD_MAX_CHANGES' })
})

it('counts settled calls by what Planhat holds now, not by what it held when they were planned', async () => {
  const journey = await startJourney({ sandbox: { calls: 200, endUsers: 60 } })
  const plan = await settle(journey)
  const other = await startJourney({ on: journey.sandbox })
  const first = await other.apply({ plan: await settle(other) })
  const applied = await journey.apply({ plan })
  expect(applied.applied).toMatchObject({ created: 0, updated: 0, unchanged: first.applied?.created })
  expect(journey.lines.join('\n')).toContain('This run writes nothing new')
})

it('counts what a settled call has in Planhat already once, also with a limit in the middle of it', async () => {
  const journey = await startJourney({ sandbox: { calls: 200, endUsers: 60 } })
  const plan = await settle(journey)
  const counts: unknown[] = []
  for (let created = 1, done = 0; created > 0; done += created) {
    const { applied } = await journey.apply({ plan, limit: 1 })
    created = applied?.created ?? 0
    expect(applied).toMatchObject({ unchanged: done, failed: 0 })
    counts.push(created)
  }
  expect(counts.length).toBeGreaterThan(13)
})

it('counts a call once that rows of two plans in one file settle', async () => {
  const journey = await startJourney({ sandbox: { calls: 200, endUsers: 60 } })
  const [one, two] = [await settle(journey), join(journey.folder, 'both.csv')]
  const first = parse<Row>(readFileSync(one), { bom: true, columns: true })
  const second = parse<Row>(readFileSync(await settle(journey)), { bom: true, columns: true })
  writeFileSync(two, stringify([...first, ...second], { header: true, bom: true }))
  const { applied } = await journey.apply({ plan: two })
  expect(applied?.failed).toBe(0)
  expect(journey.lines.join('\n')).toContain(`This run writes ${applied?.created} records`)
})
