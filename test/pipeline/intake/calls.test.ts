import { describe, expect, it } from 'vitest'
import { DAY, type Journey, startJourney } from '../../support/journey.ts'
import { SANDBOX_NOW_MS } from '../../support/sandbox.ts'

const UNTIL = SANDBOX_NOW_MS / 1000
const RANGE = { since: UNTIL - 61 * DAY, until: UNTIL }

const pagesAsked = ({ sandbox }: Journey) =>
  sandbox.log.filter(({ path }) => path === '/v1/calls').map(({ query }) => JSON.stringify(query))
const transcriptsAsked = ({ sandbox }: Journey) =>
  sandbox.log.filter(({ path }) => path.endsWith('/transcription')).map(({ path }) => path)

/** Everything a later run would build on, without ids of runs and moments of time. */
function kept(journey: Journey) {
  return journey.look((store) => ({
    calls: [...store.calls.iterate(null)],
    transcripts: [...store.calls.iterate(null)].map(({ id }) => store.transcripts.get(id)),
    ledger: [...store.ledger.iterate()]
      .map(({ externalId, companyId, payload }) => ({ externalId, companyId, payload }))
      .sort((a, b) => a.externalId.localeCompare(b.externalId)),
  }))
}

function inPlanhat({ sandbox }: Journey) {
  return [...sandbox.planhat.conversations.values()]
    .map(({ _id, createDate, updatedAt, ...rest }: Record<string, unknown>) => rest)
    .sort((a, b) => String(a['externalId']).localeCompare(String(b['externalId'])))
}

describe('a backfill of Aircall', () => {
  it('reads 25,000 calls once each, several of them in one second', async () => {
    const journey = await startJourney({ sandbox: { calls: 24_000, days: 60 } })
    const { aircall } = journey.sandbox
    const starts = [...aircall.calls()].map((call) => call.started_at)
    for (let n = 0; n < 250; n += 1) {
      const at = starts[n * 96] ?? UNTIL - 9_000
      for (let twin = 0; twin < 4; twin += 1) aircall.addCall({ started_at: at, ended_at: at + 60 })
    }
    const { calls } = await journey.backfill({ range: RANGE, transcripts: false })
    expect(calls.read).toBe(25_000)
    expect(Object.values(calls.buckets).reduce((sum, count) => sum + count)).toBe(25_000)
    const pages = pagesAsked(journey)
    expect(new Set(pages).size).toBe(pages.length)
    expect(pages.length).toBeLessThanOrEqual(500 * 1.02)
  })

  it('stores each page as it comes, at the rates of Aircall: a kill costs no page that was here', async () => {
    const stored = async (aircallPerMinute: number) => {
      const config = { limits: { aircallPerMinute, planhatPerMinute: 60_000 } }
      const journey = await startJourney({ sandbox: { calls: 300 }, config })
      const counts: number[] = []
      const update = () => void counts.push(journey.look((store) => store.calls.count(null)))
      await journey.backfill(
        { range: RANGE, transcripts: false },
        { progress: { start() {}, update, stop() {}, line() {} } },
      )
      return counts.slice(0, 6)
    }
    expect(await stored(120)).toEqual([50, 100, 150, 200, 250, 300])
    expect(await stored(60_000)).toEqual([0, 0, 0, 200, 200, 200])
  })

  it('asks in a second run for list pages only', async () => {
    const journey = await startJourney({ sandbox: { calls: 300 } })
    journey.sandbox.aircall.ripen()
    await journey.backfill({ range: RANGE })
    journey.sandbox.log.length = 0
    const again = await journey.backfill({ range: RANGE })
    expect(transcriptsAsked(journey)).toEqual([])
    expect(pagesAsked(journey)).toHaveLength(6)
    expect(again.requests.aircall.total).toBe(7)
  })

  it('asks for no transcript at all without transcripts, and for none of a call that cannot have one', async () => {
    const journey = await startJourney({ sandbox: { calls: 200 } })
    await journey.backfill({ range: RANGE, transcripts: false })
    expect(transcriptsAsked(journey)).toEqual([])
    const { transcripts } = await journey.backfill({ range: RANGE })
    expect(transcriptsAsked(journey)).toHaveLength(transcripts.eligible)
  })

  it('counts what Aircall lists, not what is kept of calls that are gone there', async () => {
    const journey = await startJourney({ sandbox: { calls: 200 } })
    await journey.backfill({ range: RANGE, transcripts: false })
    const [first, second] = [...journey.sandbox.aircall.calls()]
    journey.sandbox.aircall.removeCall(first!.id)
    journey.sandbox.aircall.removeCall(second!.id)
    const { calls } = await journey.backfill({ range: RANGE, transcripts: false })
    expect(calls.read).toBe(198)
    expect(journey.look((store) => store.calls.count(null))).toBe(200)
  })

  it('keeps calls that are going on in a bucket of their own, and takes them up when they have ended', async () => {
    const journey = await startJourney({ sandbox: { calls: 200, switches: { matureCalls: false } } })
    const { aircall } = journey.sandbox
    const going = aircall.addCall({ started_at: UNTIL - 600, answered_at: UNTIL - 590, ended_at: null })
    const first = await journey.backfill({ range: RANGE })
    const before = first.calls.buckets['in-progress']
    expect(before).toBeGreaterThan(0)
    await journey.clock.sleep(60_000)
    aircall.patchCall(going.id, { status: 'done', ended_at: UNTIL - 5, duration: 595 })
    const other = { since: RANGE.since, until: UNTIL - 30 * DAY }
    await journey.backfill({ range: other })
    expect(journey.look((store) => store.calls.get(String(going.id))?.status)).toBe('done')
    const again = await journey.backfill({ range: RANGE })
    expect(again.calls.buckets['in-progress']).toBe(before - 1)
  })

  it('says before it starts and in the result that a range reaches behind the six months of Aircall', async () => {
    const journey = await startJourney({ sandbox: { calls: 50, days: 10 } })
    const old = { since: UNTIL - 400 * DAY, until: UNTIL - 300 * DAY }
    const summary = await journey.backfill({ range: old })
    expect(summary.calls.read).toBe(0)
    expect(summary.warnings.map(({ code }) => code)).toEqual(['OUTSIDE_HORIZON', 'NOTHING_SERVED'])
    const said = journey.lines.findIndex((line) => line.includes('OUTSIDE_HORIZON'))
    expect(said).toBeLessThan(journey.lines.findIndex((line) => line.includes('Aircall reports')))
    const partly = await journey.backfill({ range: { since: UNTIL - 400 * DAY, until: UNTIL } })
    expect(partly.calls.read).toBe(50)
    expect(partly.warnings.map(({ code }) => code)).toEqual(['OUTSIDE_HORIZON', 'NOTHING_SERVED'])
  })

  it('says what it will cost before the second page, in lines that fit a terminal', async () => {
    const journey = await startJourney({ sandbox: { calls: 200 } })
    await journey.backfill({ range: RANGE })
    expect(journey.lines).toContain('Aircall reports 200 calls: 4 pages, at most 200 transcripts,')
    expect(journey.lines.filter((line) => line.length > 80)).toEqual([])
  })
})

describe('transcripts', () => {
  it('that appear hours later are picked up by the next run, once', async () => {
    const journey = await startJourney({ sandbox: { calls: 100, days: 2 } })
    const { aircall } = journey.sandbox
    for (const call of [...aircall.calls()]) aircall.setTranscript(call.id, { kind: 'missing' })
    const first = await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(first.transcripts.pending).toBe(first.transcripts.eligible)
    await journey.clock.sleep(3 * 3_600_000)
    for (const call of [...aircall.calls()]) if (call.ended_at !== null) aircall.ripen(call.id)
    const second = await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(second.transcripts).toMatchObject({ ready: first.transcripts.eligible, pending: 0 })
    expect(second.applied?.created).toBe(first.transcripts.eligible)
    journey.sandbox.log.length = 0
    const third = await journey.backfill({ range: RANGE, mode: 'apply' })
    expect(transcriptsAsked(journey)).toEqual([])
    expect(third.applied).toMatchObject({ created: 0, updated: 0 })
  })

  it('that are missing are asked for once a run, and no more once they are given up', async () => {
    const journey = await startJourney({ sandbox: { calls: 100, days: 2 } })
    const { aircall } = journey.sandbox
    for (const call of [...aircall.calls()]) aircall.setTranscript(call.id, { kind: 'missing' })
    const { transcripts } = await journey.backfill({ range: RANGE })
    await journey.backfill({ range: RANGE })
    expect(transcriptsAsked(journey)).toHaveLength(2 * transcripts.eligible)
    await journey.clock.sleep(6 * DAY * 1000)
    const late = await journey.backfill({ range: RANGE })
    expect(late.transcripts).toMatchObject({ pending: 0, none: late.transcripts.eligible })
    journey.sandbox.log.length = 0
    await journey.backfill({ range: RANGE })
    expect(transcriptsAsked(journey)).toEqual([])
    await journey.backfill({ range: RANGE, refresh: true })
    expect(transcriptsAsked(journey)).toHaveLength(late.transcripts.eligible)
  })

  it('that fail for ever on one path, or cannot be read, stay pending with a warning; the rest goes on', async () => {
    const journey = await startJourney({ sandbox: { calls: 200 } })
    const { aircall } = journey.sandbox
    aircall.ripen()
    const first = await journey.backfill({ range: RANGE })
    const asked = transcriptsAsked(journey).map((path) => path.split('/')[3]!)
    const other = await startJourney({ on: journey.sandbox })
    aircall.setTranscript(asked[3]!, { kind: 'broken' })
    aircall.setTranscript(asked[7]!, { id: 1, call_id: 999, content: 'nonsense' } as never)
    const summary = await other.backfill({ range: RANGE })
    expect(summary.run.exitCode).toBe(0)
    expect(summary.transcripts).toMatchObject({ ready: first.transcripts.ready - 2, pending: 2 })
    expect(summary.warnings.map(({ code }) => code)).toEqual([
      'TRANSCRIPT_UNREADABLE',
      'TRANSCRIPT_UNREADABLE',
    ])
  })

  it('that all fail are an outage: the run ends, is resumable, and keeps what it has', async () => {
    // In their order: among the samples that `learn` begins with, answers stand between the failures, as it falls.
    const config = { transcripts: { search: 'all' } }
    const journey = await startJourney({ sandbox: { calls: 200 }, config })
    journey.sandbox.aircall.ripen()
    for (const call of [...journey.sandbox.aircall.calls()].slice(80)) {
      journey.sandbox.aircall.setTranscript(call.id, { kind: 'broken' })
    }
    await expect(journey.backfill({ range: RANGE })).rejects.toMatchObject({ code: 'HTTP_5XX', exitCode: 5 })
    const ready = journey.look((store) => store.transcripts.counts(null).ready)
    expect(ready).toBeGreaterThan(10)
    journey.sandbox.aircall.ripen()
    for (const call of [...journey.sandbox.aircall.calls()])
      if (call.ended_at !== null) journey.sandbox.aircall.ripen(call.id)
    journey.sandbox.log.length = 0
    const { transcripts } = await journey.backfill({ range: RANGE })
    expect(transcripts.ready).toBe(transcripts.eligible)
    expect(transcriptsAsked(journey)).toHaveLength(transcripts.eligible - ready)
  })

  it('that the account is refused are asked for once and reported once, and calls go on', async () => {
    const journey = await startJourney({ sandbox: { calls: 200, switches: { transcripts: 'denied' } } })
    const summary = await journey.backfill({ range: RANGE })
    expect(transcriptsAsked(journey)).toHaveLength(1)
    expect(summary.transcripts.denied).toBe(summary.transcripts.eligible)
    expect(summary.warnings.map(({ code }) => code)).toEqual(['TRANSCRIPTS_DENIED'])
    expect(summary.calls.read).toBe(200)
  })

  it('that are refused when everything is read again are kept as they were', async () => {
    const journey = await startJourney({ sandbox: { calls: 60 } })
    await journey.backfill({ range: RANGE })
    const ready = journey.look((store) => store.transcripts.counts(null).ready)
    expect(ready).toBeGreaterThan(3)
    journey.sandbox.switches.transcripts = 'denied'
    const { warnings } = await journey.backfill({ range: RANGE, refresh: true })
    expect(warnings.map(({ code }) => code)).toContain('TRANSCRIPTS_DENIED')
    expect(journey.look((store) => store.transcripts.counts(null).ready)).toBe(ready)
  })
})

describe('a backfill that is stopped', () => {
  it('at many random points ends with the same Planhat and store as one that was not', async () => {
    const world = { calls: 700, switches: { matureCalls: false } }
    const whole = await startJourney({ sandbox: world })
    await whole.backfill({ range: RANGE, mode: 'apply' })

    const broken = await startJourney({ sandbox: world })
    let seed = 7
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed / 2_147_483_648
    }
    const stops = 14
    for (let n = 0; n < stops; n += 1) {
      const stop = new AbortController()
      const after = broken.sandbox.log.length + 1 + Math.floor(random() * 60)
      const { log } = broken.sandbox
      const push = log.push.bind(log)
      log.push = (...entries) => {
        if (log.length >= after) stop.abort(new DOMException('Stopped by SIGINT', 'AbortError'))
        return push(...entries)
      }
      const ended = await broken
        .backfill({ range: RANGE, mode: 'apply' }, { signal: stop.signal })
        .catch((e) => e)
      log.push = push
      expect(stop.signal.aborted ? ended.name : 'AbortError').toBe('AbortError')
    }
    const last = await broken.backfill({ range: RANGE, mode: 'apply' })
    expect(last.calls.read).toBe(700)
    expect(inPlanhat(broken)).toEqual(inPlanhat(whole))
    expect(kept(broken)).toEqual(kept(whole))
    const asked = transcriptsAsked(broken)
    const absent = asked.length - new Set(asked).size
    const missing = last.transcripts.none + last.transcripts.pending
    // What is not there is asked for again by every run; nothing that was answered is.
    expect(absent).toBeLessThanOrEqual(stops * missing)
  })

  it('while pages are read asks again for no page that was answered', async () => {
    const journey = await startJourney({ sandbox: { calls: 2_000, switches: { matureCalls: false } } })
    const { log } = journey.sandbox
    const push = log.push.bind(log)
    for (const pages of [1, 4, 2, 7, 3, 1, 5]) {
      const stop = new AbortController()
      const until = pagesAsked(journey).length + pages
      log.push = (...entries) => {
        const length = push(...entries)
        if (pagesAsked(journey).length >= until)
          stop.abort(new DOMException('Stopped by SIGINT', 'AbortError'))
        return length
      }
      const ended = journey.backfill({ range: RANGE, transcripts: false }, { signal: stop.signal })
      await expect(ended).rejects.toThrow('Stopped by SIGINT')
    }
    log.push = push
    const { calls } = await journey.backfill({ range: RANGE, transcripts: false })
    expect(calls.read).toBe(2_000)
    expect(pagesAsked(journey)).toHaveLength(40)
  })

  it('goes on the next day with a range that moved with the clock, and reads what it has grown by', async () => {
    const journey = await startJourney({
      sandbox: { calls: 1_000, days: 25, switches: { matureCalls: false } },
    })
    const stop = new AbortController()
    const since = (days: number) => Math.floor(journey.clock.nowMs() / 1000) - days * DAY
    const now = () => Math.floor(journey.clock.nowMs() / 1000)
    const { log } = journey.sandbox
    const push = log.push.bind(log)
    log.push = (...entries) => {
      if (pagesAsked(journey).length >= 12) stop.abort()
      return push(...entries)
    }
    const range = { since: since(30), until: now() }
    await journey.backfill({ range, transcripts: false }, { signal: stop.signal }).catch(() => undefined)
    log.push = push
    const had = pagesAsked(journey).length
    expect(had).toBeLessThan(20)
    await journey.clock.sleep(26 * 3_600_000)
    journey.sandbox.aircall.addCall({ started_at: now() - 3_600 })
    const { calls } = await journey.backfill({
      range: { since: since(30), until: now() },
      transcripts: false,
    })
    expect(calls.read).toBe(1_001)
    expect(journey.lines.some((line) => line.startsWith('Continuing the read that began'))).toBe(true)
    // Twenty pages are the whole; the grown tail is one more, and the hour before the first run another.
    expect(pagesAsked(journey).length).toBeLessThanOrEqual(20 + 3)
  })

  it('among transcripts plans every call, also those that a night listed in between', async () => {
    const journey = await startJourney({ sandbox: { calls: 400, switches: { matureCalls: false } } })
    const stop = new AbortController()
    const { log } = journey.sandbox
    const push = log.push.bind(log)
    log.push = (...entries) => {
      if (transcriptsAsked(journey).length >= 5) stop.abort()
      return push(...entries)
    }
    await journey.backfill({ range: RANGE }, { signal: stop.signal }).catch(() => undefined)
    log.push = push
    await journey.reconcile({ range: { since: UNTIL - 20 * DAY, until: UNTIL } })
    const { calls } = await journey.backfill({ range: RANGE })
    expect(journey.lines.some((line) => line.startsWith('Continuing the read that began'))).toBe(true)
    expect(calls.read).toBe(400)
  })
})

describe('trouble on the way', () => {
  it('on a tenth of all requests is survived, with the same result', async () => {
    const world = { calls: 600, switches: { matureCalls: false } }
    const calm = await startJourney({ sandbox: world })
    await calm.backfill({ range: RANGE, mode: 'apply' })
    const rates = { '5xx': 0.03, reset: 0.02, truncate: 0.02, html: 0.02, slow: 0.01 }
    const rough = await startJourney({ sandbox: { ...world, faults: { rates, slowMs: 1 } } })
    const summary = await rough.backfill({ range: RANGE, mode: 'apply' })
    expect(summary.requests.aircall.retried).toBeGreaterThan(10)
    expect(summary.applied?.failed).toBe(0)
    expect(inPlanhat(rough)).toEqual(inPlanhat(calm))
    expect(kept(rough)).toEqual(kept(calm))
  })

  it('by answers slower than the spacing of the requests never leaves a request waiting', async () => {
    const world = { calls: 200, switches: { matureCalls: false } }
    const calm = await startJourney({ sandbox: world })
    await calm.backfill({ range: RANGE, mode: 'apply' })
    const slow = await startJourney({
      sandbox: { ...world, faults: { rates: { slow: 1 }, slowMs: 3_000 } },
      config: { limits: { aircallPerMinute: 60, planhatPerMinute: 150 } },
    })
    const summary = await slow.backfill({ range: RANGE, mode: 'apply' })
    expect(summary.applied?.failed).toBe(0)
    expect(inPlanhat(slow)).toEqual(inPlanhat(calm))
    expect(kept(slow)).toEqual(kept(calm))
  })

  it.each(['none', 'seconds', 'milliseconds', 'retry-after'] as const)(
    'a limit lower than the configured one is obeyed with the header style "%s"',
    async (rateHeaders) => {
      const journey = await startJourney({
        sandbox: { calls: 200, aircallRpm: 30, switches: { rateHeaders, rateWindow: 'block' } },
        config: { limits: { aircallPerMinute: 60, planhatPerMinute: 60_000 } },
      })
      const summary = await journey.backfill({ range: RANGE })
      expect(summary.calls.read).toBe(200)
      const answers = journey.sandbox.log.filter(({ api }) => api === 'aircall')
      const refused = answers.filter(({ status }) => status === 429)
      expect(refused.length).toBeGreaterThan(0)
      expect(summary.requests.aircall.throttled).toBe(refused.length)
      const waits = journey.lines.filter((line) => /\bWaiting \d+ s for Aircall/.test(line))
      // A limit that was named is kept to from then on; without a name it is run into again and waited out.
      const isNamed = rateHeaders === 'seconds' || rateHeaders === 'milliseconds'
      if (isNamed) expect(waits.length).toBeLessThanOrEqual(2)
      else expect(waits.length).toBeGreaterThan(0)
      // Besides the one that met the limit only what was in flight with it.
      expect(refused.length).toBeLessThanOrEqual(waits.length * 8)
      const served = answers.filter(({ status }) => status !== 429).map(({ atMs }) => atMs)
      const busiest = served.map((at) => served.filter((one) => one >= at && one < at + 60_000).length)
      expect(Math.max(...busiest)).toBeLessThanOrEqual(30)
    },
  )
})
