import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Call } from '../../src/domain.ts'
import { purge } from '../../src/pipeline/purge.ts'
import { report } from '../../src/pipeline/report.ts'
import { openStore } from '../../src/store/store.ts'
import { aCall, JUNE_FIRST } from '../support/builders.ts'
import { DAY, type Journey, startJourney } from '../support/journey.ts'

const RANGE = { since: JUNE_FIRST - DAY, until: JUNE_FIRST + 6 * DAY }
const ASKED = { range: RANGE, overwrite: false, readCommand: 'aircall-sync backfill --since 2026-05-31' }

/** A state with these calls and nothing else: no index, no run. */
async function withCalls(calls: readonly Call[], read = RANGE, config = {}): Promise<Journey> {
  const journey = await startJourney({ sandbox: { calls: 1, endUsers: 1 }, config, layOut: () => undefined })
  const store = openStore(journey.world().settings.stateDir)
  const id = store.calls.openRead(read, [], 0)
  store.calls.savePage(id, calls, 0)
  store.calls.finishRead(id, 0)
  store.close()
  return journey
}

describe('report', () => {
  it('tells of calls without an index, and of no match rate', async () => {
    const journey = await withCalls([aCall()])
    const { result } = await report(journey.world(), ASKED)
    expect(result.calls.total).toBe(1)
    expect(result.weeks[0]).toMatchObject({ calls: 1, matched: 0 })
    const page = readFileSync(result.files.report, 'utf8')
    expect(page).not.toContain('Match rate')
    expect(page).not.toContain('worth fixing')
    expect(journey.sandbox.log).toEqual([])
  })

  it('leaves out a call of a person who was erased', async () => {
    const journey = await withCalls([aCall(), aCall({ id: '3000000002' })])
    const store = openStore(journey.world().settings.stateDir)
    store.erased.add('call', '3000000002', 0)
    store.close()
    const { result } = await report(journey.world(), ASKED)
    expect(result.calls.total).toBe(1)
  })

  it('tells what the AI heard where it is on, and never a text', async () => {
    const content = { insights: ['topics', 'summary'] }
    const journey = await withCalls([aCall()], RANGE, { conversation: { content } })
    const store = openStore(journey.world().settings.stateDir)
    store.insights.saveReady('3000000001', 'topics', ['Login trouble'], 0)
    store.insights.saveReady('3000000001', 'sentiment', ['POSITIVE'], 0)
    store.insights.saveReady('3000000001', 'summary', 'They could not log in.', 0)
    store.close()
    const page = readFileSync((await report(journey.world(), ASKED)).result.files.report, 'utf8')
    expect(page).toContain('Login trouble')
    expect(page).not.toMatch(/POSITIVE|could not log in/)
  })

  it('goes with the calls that it tells of, however young it is', async () => {
    const journey = await withCalls([aCall()])
    const { result } = await report(journey.world(), ASKED)
    const again = await report(journey.world(), ASKED)
    expect(again.result.files.report).not.toBe(result.files.report)
    const [before, nowSeconds] = [JUNE_FIRST + DAY, journey.clock.nowMs() / 1000]
    await purge(journey.world(), { olderThanSeconds: nowSeconds - before, yes: true })
    expect([result, again.result].filter(({ files }) => existsSync(files.report))).toEqual([])
    // What is left of the reads says nothing of the calls that are gone.
    const store = openStore(journey.world().settings.stateDir)
    store.calls.save(aCall({ startedAt: JUNE_FIRST + 3 * DAY }), 0)
    store.close()
    const { result: later } = await report(journey.world(), ASKED)
    expect(later.unread).toEqual([{ since: '2026-05-31T10:00:00.000Z', until: '2026-06-02T10:00:00.000Z' }])
  })

  it('refuses a range in which all calls are still going on', async () => {
    const journey = await withCalls([aCall({ status: 'initial', answeredAt: null, endedAt: null })])
    await expect(report(journey.world(), ASKED)).rejects.toMatchObject({ code: 'REPORT_EMPTY', exitCode: 6 })
  })

  it('says which part of the range nobody has read, on the page, in the result and on stderr', async () => {
    const journey = await withCalls([aCall()], { since: JUNE_FIRST - 3600, until: JUNE_FIRST + 2 * DAY })
    const { result } = await report(journey.world(), ASKED)
    expect(result.unread).toEqual([{ since: '2026-06-03T10:00:00.000Z', until: '2026-06-07T10:00:00.000Z' }])
    expect(readFileSync(result.files.report, 'utf8')).toContain('No run has read all of this range')
    expect(journey.lines.join('\n')).toContain('REPORT_PARTIAL')
  })

  it('changes nothing that is stored, and stops when it is told to', async () => {
    const journey = await withCalls(
      Array.from({ length: 600 }, (_, at) => aCall({ id: String(4_000_000 + at) })),
    )
    const signal = AbortSignal.abort(new Error('stopped'))
    const output = join(journey.folder, 'never.html')
    await expect(report(journey.world({ signal }), { ...ASKED, output })).rejects.toThrow('stopped')
    expect(journey.look((store) => store.runs.list(10))).toEqual([])
  })
})
