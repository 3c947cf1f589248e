import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadSettings } from '../../../src/config/settings.ts'
import type { FakeClock } from '../../http/support/fake-clock.ts'
import { type Journey, startJourney } from '../../support/journey.ts'
import { conversationsOf, expectHeldOnce, plannedPayloads, theOne, writesTo } from '../../support/writing.ts'

const WORLD = { calls: 80, endUsers: 40, days: 3 }
const HOUR_MS = 3_600_000

/** The same state under another configuration. */
function reconfigure(journey: Journey, config: Record<string, unknown>) {
  const limits = { aircallPerMinute: 60_000, planhatPerMinute: 60_000 }
  writeFileSync(join(journey.folder, 'aircall-sync.config.json'), JSON.stringify({ limits, ...config }))
  const env = { ...journey.sandbox.env, AIRCALL_SYNC_STATE_DIR: join(journey.folder, 'state') }
  return { settings: loadSettings({ flags: {}, env, cwd: journey.folder }) }
}

const transcriptsIn = (journey: Journey) =>
  conversationsOf(journey).filter(({ description }) => description?.includes('<strong>Transcript:</strong>'))

describe('conversation.records: merged', () => {
  it.each(['auto', 'resolve', 'single'])(
    'writes one record a call, and adds a transcript in place when it comes later (%s)',
    async (strategy) => {
      const config = { conversation: { records: 'merged' }, planhat: { strategy } }
      const journey = await startJourney({ sandbox: WORLD, config })
      const first = await journey.backfill({ mode: 'apply' })
      expect(first.transcripts.pending).toBeGreaterThan(0)
      expectHeldOnce(journey, plannedPayloads(journey, first.run.id))
      expect(conversationsOf(journey).every(({ externalId }) => externalId?.endsWith('-cold call'))).toBe(
        true,
      )
      const ids = conversationsOf(journey).map(({ _id }) => _id)
      const early = transcriptsIn(journey).length

      ;(journey.clock as FakeClock).jump(13 * HOUR_MS)
      const night = await journey.reconcile({ fix: true })
      expect(night.drift?.changed).toBeGreaterThan(0)
      // What was still going on at the first run is new; everything else stands where it stood.
      expect(night.applied).toMatchObject({
        created: night.drift?.missing,
        updated: night.drift?.changed,
        failed: 0,
      })
      const remote = conversationsOf(journey)
      expect(remote.slice(0, ids.length).map(({ _id }) => _id)).toEqual(ids)
      expect(remote).toHaveLength(ids.length + (night.drift?.missing ?? 0))
      expect(transcriptsIn(journey).length).toBeGreaterThan(early)

      const writes = writesTo(journey)
      await journey.reconcile({ fix: true })
      expect(writesTo(journey)).toBe(writes)
    },
  )

  it('after split says what stays, adds the text, and doubles nothing', async () => {
    const journey = await startJourney({ sandbox: WORLD })
    const split = await journey.backfill({ mode: 'apply' })
    const transcripts = [...plannedPayloads(journey, split.run.id).keys()].filter((id) =>
      id.endsWith('-transcript'),
    )
    const count = conversationsOf(journey).length
    const merged = reconfigure(journey, { conversation: { records: 'merged' } })
    const next = await journey.backfill({ mode: 'apply' }, merged)
    expect(next.warnings.find(({ code }) => code === 'RECORDS_SWITCHED')?.message).toContain(
      `${transcripts.length} transcript records`,
    )
    expect(next.applied).toMatchObject({ created: 0, updated: transcripts.length, failed: 0, held: 0 })
    expect(conversationsOf(journey)).toHaveLength(count)

    const back = reconfigure(journey, {})
    const again = await journey.backfill({ mode: 'apply' }, back)
    expect(again.applied).toMatchObject({ created: 0, updated: transcripts.length, failed: 0, held: 0 })
    expectHeldOnce(journey, plannedPayloads(journey, again.run.id))
  })
})

describe('what goes into a record', () => {
  it('names Planhat users by e-mail, else by the configured map, in one list request a run', async () => {
    const journey = await startJourney({ sandbox: WORLD })
    const { users } = journey.sandbox.planhat
    const [first] = [...users.values()]
    const email = 'somebody.else@brightline.example'
    users.set(first?._id ?? '', { ...first, email } as NonNullable<typeof first>)
    const mapped = reconfigure(journey, { conversation: { users: { [first?.email ?? '']: 'mapped-id' } } })
    const from = journey.sandbox.log.length
    await journey.backfill({ mode: 'apply' }, mapped)
    expect(journey.sandbox.log.slice(from).filter(({ path }) => path === '/users')).toHaveLength(1)
    const ids = new Set(conversationsOf(journey).flatMap((one) => one.users.map(({ id }) => id)))
    expect(ids).toContain('mapped-id')
    expect(ids).not.toContain(first?._id)
    expect(ids.size).toBeGreaterThan(2)
  })

  it('fills further custom fields, and cuts a long transcript at an utterance with a note and the link', async () => {
    const customFields = {
      Direction: 'direction',
      Outcome: 'outcome',
      Seconds: 'durationSeconds',
      Call: 'callId',
    }
    const journey = await startJourney({
      sandbox: WORLD,
      config: { conversation: { customFields, maxTranscriptChars: 1000 } },
    })
    const run = await journey.backfill({ mode: 'apply' })
    expect(run.run.exitCode).toBe(0)
    for (const { custom, externalId } of conversationsOf(journey)) {
      expect(custom['Direction']).toMatch(/^(inbound|outbound)$/)
      expect(custom['Outcome']).toMatch(/^(answered|missed|voicemail)$/)
      expect(String(custom['Call'])).toBe(externalId?.split('-')[0])
    }
    const cut = conversationsOf(journey).filter(({ description }) =>
      description?.includes('Transcript cut here'),
    )
    expect(cut.length).toBeGreaterThan(0)
    for (const { description } of cut) {
      expect(description).toMatch(
        /<\/p><p><em>Transcript cut here: \d+ more utterances? (is|are) in <a href="https:\/\/assets\.aircall\.io\/[^"]+">Aircall<\/a>\.<\/em><\/p>$/,
      )
      expect((description ?? '').length).toBeLessThan(1400)
    }
    const writes = writesTo(journey)
    await journey.backfill({ mode: 'apply' })
    expect(writesTo(journey)).toBe(writes)
  })

  it('says how many records an applied run left as they were', async () => {
    const journey = await startJourney({ sandbox: WORLD })
    const first = await journey.backfill({ mode: 'apply' })
    const again = await journey.backfill({ mode: 'apply' })
    expect(again.applied).toMatchObject({ created: 0, unchanged: first.applied?.created })
    const file = await journey.apply({ plan: again.run.id })
    expect(file.applied).toMatchObject({ created: 0, unchanged: first.applied?.created })
    theOne(journey, conversationsOf(journey)[0]?.externalId ?? '')
  })
})

describe('apply in parts', () => {
  it('takes the first N approved rows, in the order of the file', async () => {
    const journey = await startJourney({ sandbox: WORLD })
    const plan = await journey.backfill()
    const wanted = [...plannedPayloads(journey, plan.run.id).keys()]
    const five = await journey.apply({ plan: plan.run.id, limit: 5 })
    expect(five.run).toMatchObject({ since: plan.run.since, until: plan.run.until })
    expect(five.applied?.created).toBe(5)
    expect(conversationsOf(journey).map(({ externalId }) => externalId)).toEqual(wanted.slice(0, 5))
    const four = await journey.apply({ plan: plan.run.id, limit: 4 })
    expect(four.applied).toMatchObject({ created: 4, unchanged: 5 })
    expect(conversationsOf(journey).map(({ externalId }) => externalId)).toEqual(wanted.slice(0, 9))
    expect(journey.lines.at(-1)).toMatch(
      /^This run writes 4 records \(4 create, 0 update\), less than a minute; 5 of the plan are done already\.$/,
    )
  })

  it('interrupted by Ctrl-C ends with 130 and what was written is kept; the same command goes on', async () => {
    const journey = await startJourney({ sandbox: WORLD, config: { planhat: { batchItems: 8 } } })
    const plan = await journey.backfill()
    const wanted = plannedPayloads(journey, plan.run.id)
    const stop = new AbortController()
    const update = (done: number) => {
      if (done >= 20) stop.abort('SIGINT')
    }
    const progress = { ...journey.world().progress, update }
    await expect(
      journey.apply({ plan: plan.run.id }, { signal: stop.signal, progress }),
    ).rejects.toBeDefined()
    const half = conversationsOf(journey).length
    expect(half).toBeGreaterThanOrEqual(20)
    expect(half).toBeLessThan(wanted.size)
    const [run] = journey.look((store) => store.runs.list(1))
    expect(run).toMatchObject({ exitCode: 130, summary: { applied: { created: half } } })

    const rest = await journey.apply({ plan: plan.run.id })
    expect(rest.applied).toMatchObject({ created: wanted.size - half, unchanged: half })
    expectHeldOnce(journey, wanted)
  })
})
