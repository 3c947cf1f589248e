import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatSummary } from '../../src/report/text/summary.ts'
import { startJourney } from '../support/journey.ts'

const WORLD = { sandbox: { seed: 7, calls: 60, endUsers: 40, automation: 0.3 } }

// `npx vitest run test/pipeline/golden.test.ts -u` writes them anew; read the difference before committing it.
describe('the plan of a small world', () => {
  it('is byte for byte the golden file, but for the digests that bind it to its run', async () => {
    const journey = await startJourney(WORLD)
    const plan = await journey.backfill()
    const csv = readFileSync(plan.files.review, 'utf8').replaceAll(/r[0-9a-f]{35}(?=\r\n)/g, 'ROW_DIGEST')
    await expect(csv).toMatchFileSnapshot('../../fixtures/review/plan.golden.csv')
  })

  it('is summed up in the terminal as in the golden file', async () => {
    const journey = await startJourney(WORLD)
    const plan = await journey.backfill()
    const text = formatSummary(plan, {
      width: 80,
      next: [{ command: `aircall-sync apply ${plan.files.review}`, note: 'Review the file, then write it:' }],
    })
    const said = text
      .replaceAll(dirname(plan.files.review), 'RUN')
      .replaceAll(plan.run.id, 'RUN_ID')
      .replace(/( {2}time +)\d.*/, '$1TIME')
    await expect(`${said}\n`).toMatchFileSnapshot('../../fixtures/review/plan.golden.txt')
    expect(Math.max(...said.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('is the same plan when it is made again', async () => {
    const journey = await startJourney(WORLD)
    const read = (path: string) => readFileSync(path, 'utf8').replaceAll(/r[0-9a-f]{35}(?=\r\n)/g, '')
    const [first, second] = [await journey.backfill(), await journey.backfill()]
    expect(read(second.files.review)).toBe(read(first.files.review))
  })
})
