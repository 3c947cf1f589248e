import { expect, it } from 'vitest'
import type { Call, Match } from '../../../src/domain.ts'
import { countHeldCalls, HeldCallsSeen } from '../../../src/pipeline/planning/held-calls.ts'
import { DAY, startJourney } from '../../support/journey.ts'

const desk = { signal: new AbortController().signal }
const call = (id: string) => ({ id }) as Call
/** Calls with an even id are a stranger's, with one of two numbers. */
const matcher = ({ id }: Call): Match => {
  const number = Number(id) % 4 === 0 ? '+12025550123' : '+12025550124'
  const because = 'for the test'
  return Number(id) % 2 === 0
    ? { kind: 'unmatched', number, because, candidates: [] }
    : { kind: 'own-number', number, because }
}

const PAGES = [['1', '2', '3'].map(call), ['4', '6', '8'].map(call)]

function seeing(pages: readonly (readonly Call[])[]): HeldCallsSeen {
  const seen = new HeldCallsSeen(matcher)
  for (const page of pages) seen.see(page)
  return seen
}

it('counts while pages come in what a look at all calls counts', async () => {
  const counts = seeing(PAGES).of({ calls: 6, isContinued: false })
  expect(counts).toEqual(await countHeldCalls(desk, PAGES.flat(), matcher))
  expect([...(counts ?? [])]).toEqual([
    ['+12025550124', 2],
    ['+12025550123', 2],
  ])
})

it('does not say so where a call came twice, or some came in an earlier run', () => {
  expect(seeing([...PAGES, [call('8')]]).of({ calls: 6, isContinued: false })).toBeNull()
  expect(seeing(PAGES).of({ calls: 9, isContinued: true })).toBeNull()
  // As many twice as were read before.
  expect(seeing(PAGES).of({ calls: 6, isContinued: true })).toBeNull()
})

it('gives the rows of a backfill that was stopped and continued the counts of one that was not', async () => {
  const whole = await startJourney({ sandbox: { calls: 400, endUsers: 60, days: 20 } })
  const counts = async (runId: string, journey: typeof whole) =>
    journey.look((store) => [...store.plans.iterate(runId)].map(({ cells }) => cells[19]))
  const wanted = await counts((await whole.backfill()).run.id, whole)

  const stopped = await startJourney({ on: whole.sandbox })
  const until = Math.floor(stopped.clock.nowMs() / 1000)
  const controller = new AbortController()
  const progress = {
    start() {},
    stop() {},
    line() {},
    update: (done: number) => done > 3 && controller.abort(),
  }
  const first = stopped.backfill({}, { signal: controller.signal, progress } as never)
  await expect(first).rejects.toThrow()
  const range = { since: until - 61 * DAY, until }
  expect(await counts((await stopped.backfill({ range })).run.id, stopped)).toEqual(wanted)
  expect(stopped.lines.join('\n')).toContain('Continuing the read that began')
  expect(new Set(wanted).size).toBeGreaterThan(3)
})
