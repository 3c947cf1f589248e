import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeRun, reportPath } from '../../src/pipeline/runs.ts'
import { startJourney } from '../support/journey.ts'
import { conversationsOf, undo } from '../support/writing.ts'

it('names every record that a run changed once, with its company and what became of it', async () => {
  const journey = await startJourney({ sandbox: { calls: 20, endUsers: 20, automation: 0.5 } })
  journey.sandbox.aircall.ripen()
  const written = await journey.backfill({ mode: 'apply' })
  const { writes } = describeRun(journey.world(), written.run.id)
  const { created = 0, updated = 0 } = written.applied ?? {}
  expect(writes.filter(({ outcome }) => outcome === 'created')).toHaveLength(created)
  expect(writes.filter(({ outcome }) => outcome === 'updated')).toHaveLength(updated)
  const remote = new Map(conversationsOf(journey).map((one) => [one._id, one]))
  for (const { planhatId, externalId, companyId } of writes) {
    expect(remote.get(planhatId)).toMatchObject({ externalId, companyId })
  }

  const back = await undo(journey, written.run.id)
  const undone = describeRun(journey.world(), back.run.id).writes
  expect(undone.map(({ planhatId }) => planhatId).sort()).toEqual(
    writes.map(({ planhatId }) => planhatId).sort(),
  )
  expect(undone.filter(({ outcome }) => outcome === 'deleted')).toHaveLength(created)
})

it('finds the files of a run in a state folder that was moved since', async () => {
  const journey = await startJourney({ sandbox: { calls: 20, endUsers: 20 } })
  const { run } = await journey.backfill({ mode: 'dry-run' })
  const { settings } = journey.world()
  const stateDir = `${settings.stateDir}-moved`
  renameSync(settings.stateDir, stateDir)
  const world = { settings: { ...settings, stateDir } }
  const folder = join(stateDir, 'runs', run.id)
  expect(describeRun(world, run.id).summary?.files).toMatchObject({
    review: join(folder, 'review.csv'),
    summary: join(folder, 'summary.json'),
    drift: '',
  })
  expect(reportPath(world, run.id)).toBe(join(folder, 'report.html'))
})
