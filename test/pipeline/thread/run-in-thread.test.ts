import { describe, expect, it } from 'vitest'
import { FatalError, UsageError } from '../../../src/errors.ts'
import { systemClock } from '../../../src/http/clock.ts'
import type { BackfillRequest } from '../../../src/pipeline/backfill.ts'
import type { Surroundings } from '../../../src/pipeline/run/surroundings.ts'
import { prepareThread, runInThread } from '../../../src/pipeline/thread/run-in-thread.ts'
import type { Summary } from '../../../src/report/summary.ts'
import { DAY, startJourney } from '../../support/journey.ts'

const NOW_MS = Date.now()
const until = Math.floor(NOW_MS / 1000)
const REQUEST: BackfillRequest = {
  range: { since: until - 61 * DAY, until },
  mode: 'dry-run',
  filter: {},
  transcripts: true,
  refresh: false,
  overwrite: true,
}

/** The thread has the machine's clock, so the sandbox has it too. */
function start() {
  return startJourney({ clock: systemClock, sandbox: { calls: 120, endUsers: 60, nowMs: NOW_MS } })
}

/** What must be the same whoever carries a run out. */
function resultOf({ calls, transcripts, records, requests }: Summary) {
  return { calls, transcripts, records, planhat: requests.planhat.writes }
}

describe('a run in a thread of its own', () => {
  it('comes to the same result as in this one, and what it says is said here', async () => {
    const journey = await start()
    const here = await journey.backfill(REQUEST)
    const said: string[] = []
    const progress: Surroundings['progress'] = {
      start: (_, label) => void said.push(`start ${label}`),
      update: (done, more) => void said.push(`at ${done} of ${more?.total}`),
      line: (line) => void said.push(line),
      stop: () => void said.push('stop'),
    }
    const spoken = journey.lines.length
    const there = await runInThread('backfill', journey.world({ progress }), { ...REQUEST, refresh: true })
    expect(resultOf(there)).toEqual(resultOf(here))
    expect(there.calls.read).toBe(120)
    expect(journey.lines.slice(spoken)[0]).toContain('PLAN ONLY')
    expect(said[0]).toBe('start pages of Aircall calls')
    expect(said.filter((line) => line.startsWith('at '))).not.toEqual([])
    expect(said.at(-1)).toBe('stop')
  })

  it('asks the person here, and does what was answered', async () => {
    const journey = await start()
    const asked: string[] = []
    const ask = (answer: boolean) =>
      journey.world({
        confirm: async (question) => {
          asked.push(question)
          return answer
        },
      })
    const kept = await runInThread('backfill', ask(false), { ...REQUEST, mode: 'ask' })
    expect(kept.applied).toBeUndefined()
    expect(kept.requests.planhat.writes).toBe(0)
    const applied = await runInThread('backfill', ask(true), { ...REQUEST, mode: 'ask' })
    expect(applied.applied?.created).toBe(kept.records.create)
    expect(asked).toHaveLength(2)
    expect(asked[0]).toContain(`${kept.records.create} create`)
    const clean = await runInThread('reconcile', journey.world(), {
      range: REQUEST.range,
      fix: false,
      prune: false,
      exitCode: true,
      overwriteEdits: false,
      restoreDeleted: false,
      transcripts: false,
      maxDeletes: 0,
    })
    expect(clean).toMatchObject({ run: { exitCode: 0 }, drift: { missing: 0, changed: 0 } })
  })

  it('throws here what went wrong there', async () => {
    const journey = await start()
    const world = journey.world()
    const settings = { ...world.settings, credentials: { ...world.settings.credentials, aircall: null } }
    const failed = runInThread('backfill', { ...world, settings }, REQUEST)
    await expect(failed).rejects.toBeInstanceOf(FatalError)
    await expect(failed).rejects.toMatchObject({ code: 'AIRCALL_CREDENTIALS', exitCode: 7 })
    const unanswered = runInThread('apply', world, { plan: 'nowhere.csv', yes: false })
    await expect(unanswered).rejects.toBeInstanceOf(UsageError)
    const confirm = () => Promise.reject(new UsageError('STDIN', 'closed'))
    const question = runInThread('backfill', { ...world, confirm }, { ...REQUEST, mode: 'ask' })
    await expect(question).rejects.toMatchObject({ code: 'STDIN' })
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('stops there when %s comes here, and the run says so', async (name, exitCode) => {
    const journey = await start()
    const stop = new AbortController()
    const press = () => stop.abort(new DOMException(`Stopped by ${name}`, 'AbortError'))
    const progress = { start: press, update() {}, line() {}, stop() {} }
    const stopped = runInThread('backfill', journey.world({ signal: stop.signal, progress }), REQUEST)
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
    expect(journey.look((store) => store.runs.last('backfill')?.exitCode)).toBe(exitCode)
  })

  it('stops at once where the signal was there before it', async () => {
    const journey = await start()
    const signal = AbortSignal.abort(new DOMException('Stopped by SIGINT', 'AbortError'))
    await expect(runInThread('backfill', journey.world({ signal }), REQUEST)).rejects.toMatchObject({
      name: 'AbortError',
    })
  })

  it('uses the thread that was prepared, once, and another for the next run', async () => {
    const journey = await start()
    prepareThread()
    prepareThread()
    for (const calls of [120, 120]) {
      const { calls: counted } = await runInThread('backfill', journey.world(), REQUEST)
      expect(counted.read).toBe(calls)
    }
  })
})
