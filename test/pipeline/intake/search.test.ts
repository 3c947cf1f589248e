import { describe, expect, it } from 'vitest'
import { explainCall } from '../../../src/pipeline/explain.ts'
import { FIRST_LINE_ID } from '../../../src/sandbox/transcription.ts'
import { DAY, type Journey, type JourneyOptions, startJourney } from '../../support/journey.ts'
import { SANDBOX_NOW_MS } from '../../support/sandbox.ts'

const NOW = SANDBOX_NOW_MS / 1000

/** Two of six lines have transcription, since 20 days; all transcripts are there that will ever be. */
async function startLately(options: JourneyOptions = {}): Promise<Journey> {
  const journey = await startJourney({
    ...options,
    sandbox: {
      seed: 5,
      calls: 1800,
      endUsers: 200,
      days: 60,
      switches: { matureCalls: false },
      transcription: new Map([FIRST_LINE_ID, FIRST_LINE_ID + 1].map((line) => [line, NOW - 20 * DAY])),
      ...options.sandbox,
    },
  })
  journey.sandbox.aircall.ripen()
  return journey
}

const askedOf = ({ sandbox }: Journey, from = 0) =>
  sandbox.log.slice(from).flatMap(({ path }) => /^\/v1\/calls\/(\d+)\/transcription/.exec(path)?.[1] ?? [])

const readyIn = ({ sandbox }: Journey, ids: readonly string[]) =>
  ids.filter((id) => sandbox.aircall.transcript(id).kind === 'ready')

const assumedOf = (journey: Journey) =>
  journey.look(({ searchPlaces }) => searchPlaces.assumed({ count: 10_000 }).map(({ callId }) => callId))

describe('the search for transcripts', () => {
  it('misses none where it was switched on lately, asks for a fraction, and says why', async () => {
    const journey = await startLately()
    const { transcripts } = await journey.backfill()
    const assumed = assumedOf(journey)
    expect(readyIn(journey, assumed)).toEqual([])
    expect(transcripts.assumed).toBe(assumed.length)
    expect(transcripts.assumed).toBeGreaterThan(transcripts.eligible / 2)
    const { eligible, ready, pending, none, denied } = transcripts
    expect(eligible).toBe(ready + pending + none + denied + transcripts.assumed)
    expect(new Set(askedOf(journey)).size).toBe(askedOf(journey).length)
    expect(transcripts.assumedBecause?.[0]).toMatch(
      /^\d+: on line .+ none of the \d+ calls asked between 2026-/,
    )
    expect(journey.lines.join('\n')).toMatch(/At least \d+ and at most \d+ transcripts are to be asked for/)
    expect(journey.lines.join('\n')).toContain('calls not asked for')
  })

  it('asks once more for the young ones alone when it runs again', async () => {
    const journey = await startLately()
    const first = await journey.backfill()
    const mark = journey.sandbox.log.length
    const second = await journey.backfill()
    const pending = journey.look(({ transcripts }) => transcripts.pendingIds())
    expect(askedOf(journey, mark).sort()).toEqual(pending.sort())
    expect(second.transcripts).toEqual(first.transcripts)
  })

  it('explains in a sentence why a call was not asked for', async () => {
    const journey = await startLately()
    await journey.backfill()
    const { transcript } = await explainCall(journey.world(), assumedOf(journey)[0] ?? '')
    expect(transcript.state).toBe('assumed')
    expect(transcript.because).toMatch(
      /^Not asked: on line .+ none of the \d+ calls asked between .+ had one\.$/,
    )
  })

  it('asks for all of them with --all-transcripts, and when learning is switched off later', async () => {
    const journey = await startLately()
    await journey.backfill()
    const { transcripts } = await journey.backfill({ allTranscripts: true })
    expect(transcripts.assumed).toBe(0)
    const other = await startLately({ config: { transcripts: { search: 'all' } } })
    expect((await other.backfill()).transcripts.assumed).toBe(0)
  })

  it('goes on where it was after it was stopped among the questions', async () => {
    const journey = await startLately()
    const stop = new AbortController()
    const signal = stop.signal
    let asked = 0
    const progress = { start() {}, stop() {}, line() {}, update: () => ++asked === 150 && stop.abort() }
    await expect(
      journey.backfill({}, { signal, progress: { ...progress, update: () => void progress.update() } }),
    ).rejects.toThrow()
    const pending = new Set(journey.look(({ transcripts }) => transcripts.pendingIds()))
    const before = new Set(askedOf(journey).filter((id) => !pending.has(id)))
    const mark = journey.sandbox.log.length
    await journey.backfill()
    expect(readyIn(journey, assumedOf(journey))).toEqual([])
    expect(askedOf(journey, mark).filter((id) => before.has(id)).length).toBeLessThanOrEqual(8)
  })

  it('asks the newest of what is assumed with every reconcile, whatever its window, until none is left', async () => {
    const config = { transcripts: { verifyPerRun: 250 } }
    const journey = await startLately({ config })
    await journey.backfill()
    const window = { since: NOW - DAY, until: NOW }
    const before = assumedOf(journey)
    const mark = journey.sandbox.log.length
    await journey.reconcile({ range: window })
    expect(
      askedOf(journey, mark)
        .filter((id) => before.includes(id))
        .sort(),
    ).toEqual(before.slice(0, 250).sort())
    for (let nights = 1; assumedOf(journey).length > 0; nights++) {
      expect(nights).toBeLessThanOrEqual(Math.ceil(before.length / 250))
      await journey.reconcile({ range: window })
    }
  })

  it('takes up at once the neighbours of one that has a transcript after all, and writes what is found', async () => {
    const journey = await startLately({ config: { transcripts: { verifyPerRun: 1 } } })
    await journey.backfill({ mode: 'apply' })
    const [newest = ''] = assumedOf(journey)
    const place = journey.look(({ calls }) => calls.get(newest))
    for (const id of assumedOf(journey)) {
      const call = journey.look(({ calls }) => calls.get(id))
      if (call?.line?.id === place?.line?.id) journey.sandbox.aircall.ripen(id)
    }
    const mark = journey.sandbox.log.length
    const { applied } = await journey.reconcile({ range: { since: NOW - DAY, until: NOW }, fix: true })
    const asked = askedOf(journey, mark)
    expect(asked.length).toBeGreaterThan(20)
    expect(applied?.created).toBeGreaterThan(20)
    const left = assumedOf(journey).map((id) => journey.look(({ calls }) => calls.get(id)))
    expect(left.filter((call) => call?.line?.id === place?.line?.id)).toEqual([])
  })

  it('takes a refusal for no evidence', async () => {
    const journey = await startLately({
      sandbox: { switches: { matureCalls: false, transcripts: 'denied' } },
    })
    const { transcripts } = await journey.backfill()
    expect(transcripts.assumed).toBe(0)
    expect(transcripts.denied).toBe(transcripts.eligible)
    journey.sandbox.switches.transcripts = 'ok'
    const later = await journey.backfill()
    expect(later.transcripts.ready).toBeGreaterThan(0)
    expect(readyIn(journey, assumedOf(journey))).toEqual([])
  })
})
