import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UsageError } from '../../../src/errors.ts'
import { PlanRows } from '../../../src/pipeline/planning/plan-rows.ts'
import { StateWriter } from '../../../src/pipeline/state/writer.ts'
import { COLUMNS, draftRow } from '../../../src/review/columns.ts'
import { openStore } from '../../../src/store/store.ts'
import { call, matched, planned } from '../../review/rows.ts'
import { temporaryDir } from '../../store/samples.ts'

const RUN = '20260601-120000-ab12'
const rows = (...ids: string[]) =>
  ids.map((id, seq) =>
    draftRow({ runId: RUN, call: call(id), match: matched(), planned: planned(id), record: 'call', seq }),
  )

function start() {
  const dir = temporaryDir()
  const writer = new StateWriter(join(dir, 'state'))
  onTestFinished(() => writer.close())
  mkdirSync(join(dir, 'out'))
  const path = join(dir, 'out', 'review.csv')
  return { writer, path, stateDir: join(dir, 'state'), files: () => readdirSync(join(dir, 'out')) }
}

describe('the thread that writes the state', () => {
  it('stores rows where this thread reads them, and publishes the same rows as CSV', async () => {
    const { writer, path, stateDir, files } = start()
    await writer.say({ kind: 'begin-review', draft: { path, overwrite: false } })
    await Promise.all(['1', '2', '3'].map((id) => writer.say({ kind: 'rows', runId: id, rows: rows(id) })))
    expect(files()).not.toContain('review.csv')
    await writer.say({ kind: 'publish-review' })
    await writer.say({ kind: 'discard-review' })
    await writer.close()
    const store = openStore(stateDir)
    const stored = ['1', '2', '3'].flatMap((id) => [...store.plans.iterate(id)])
    store.close()
    const lines = readFileSync(path, 'utf8').trimEnd().split('\r\n')
    expect(lines[0]).toBe(`\ufeff${COLUMNS.join(',')}`)
    expect(lines.slice(1).map((line) => line.split(',').at(-1))).toEqual(
      stored.map(({ rowDigest }) => rowDigest),
    )
    expect(files()).toEqual(['review.csv'])
  })

  it('leaves no file of a plan that was not published, and the rows in the state', async () => {
    const { writer, path, stateDir, files } = start()
    await writer.say({ kind: 'begin-review', draft: { path, overwrite: false } })
    await writer.say({ kind: 'rows', runId: RUN, rows: rows('1') })
    expect(files()).toHaveLength(1)
    await writer.say({ kind: 'discard-review' })
    expect(files()).toEqual([])
    await writer.close()
    const store = openStore(stateDir, { readOnly: true })
    expect([...store.plans.callIds(RUN)]).toEqual(['1'])
    store.close()
  })

  it('throws here what went wrong there, and goes on with the next word', async () => {
    const { writer, path, files } = start()
    const nowhere = join(path, 'deeper', 'review.csv')
    const failed = writer.say({ kind: 'begin-review', draft: { path: nowhere, overwrite: false } })
    await expect(failed).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE', exitCode: 2 })
    await expect(failed).rejects.toBeInstanceOf(UsageError)
    await writer.say({ kind: 'rows', runId: RUN, rows: rows('1') })
    const again = writer.say({ kind: 'rows', runId: RUN, rows: rows('1') })
    await expect(again).rejects.toThrow()
    await writer.say({ kind: 'begin-review', draft: { path, overwrite: false } })
    await writer.say({ kind: 'publish-review' })
    expect(files()).toEqual(['review.csv'])
  })

  it('carries out what was said before it ends, refuses what comes after, and costs nothing unused', async () => {
    const { writer, path } = start()
    const said = writer.say({ kind: 'begin-review', draft: { path, overwrite: false } })
    const published = writer.say({ kind: 'publish-review' })
    await writer.close()
    await Promise.all([said, published])
    expect(existsSync(path)).toBe(true)
    await expect(writer.say({ kind: 'publish-review' })).rejects.toThrow('has ended')
    const unused = start()
    await unused.writer.close()
    expect(existsSync(unused.stateDir)).toBe(false)
  })
})

describe('the rows of a plan', () => {
  it('travel in groups that are bounded in number and in length, each row once', async () => {
    const sizes: number[] = []
    const seen: number[] = []
    const writer = new StateWriter(temporaryDir())
    writer.say = async (word) => {
      if (word.kind !== 'rows') throw new Error('only rows')
      sizes.push(word.rows.length)
      seen.push(...word.rows.map(({ seq }) => seq))
    }
    const plan = new PlanRows(writer, RUN)
    const [short] = rows('1')
    for (let seq = 0; seq < 460; seq++)
      await plan.add({ ...short!, seq, payload: seq < 10 ? 'x'.repeat(100_000) : '{}' })
    await plan.flush()
    expect(sizes).toEqual([4, 4, 200, 200, 52])
    expect(seen).toEqual(Array.from({ length: 460 }, (_, seq) => seq))
  })
})
