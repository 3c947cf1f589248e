import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Call } from '../../src/domain.ts'
import { report } from '../../src/pipeline/report.ts'
import { openStore } from '../../src/store/store.ts'
import { aCall, JUNE_FIRST } from '../support/builders.ts'
import { type Journey, startJourney } from '../support/journey.ts'

const RANGE = { since: JUNE_FIRST - 86_400, until: JUNE_FIRST + 6 * 86_400 }
const ASKED = { range: RANGE, overwrite: false, readCommand: 'aircall-sync backfill --since 2026-05-31' }

/** A state with these calls and nothing else: no index, no run. */
async function withCalls(calls: readonly Call[], read = RANGE): Promise<Journey> {
  const journey = await startJourney({ sandbox: { calls: 1, endUsers: 1 }, layOut: () => undefined })
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

  it('refuses a range in which all calls are still going on', async () => {
    const journey = await withCalls([aCall({ status: 'initial', answeredAt: null, endedAt: null })])
    await expect(report(journey.world(), ASKED)).rejects.toMatchObject({ code: 'REPORT_EMPTY', exitCode: 6 })
  })

  it('says which part of the range nobody has read, on the page, in the result and on stderr', async () => {
    const journey = await withCalls([aCall()], { since: JUNE_FIRST - 3600, until: JUNE_FIRST + 2 * 86_400 })
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
