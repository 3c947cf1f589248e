import { appendFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Inbox } from '../../src/inbox/inbox.ts'
import { readInbox } from '../../src/inbox/standing.ts'
import { purge } from '../../src/pipeline/purge.ts'
import { DAY, type Journey, startJourney } from '../support/journey.ts'

const SMALL = { sandbox: { calls: 120, endUsers: 60 } }
const later = (journey: Journey, days: number) => ({
  clock: { ...journey.clock, nowMs: () => journey.clock.nowMs() + days * DAY * 1000, sleep: async () => {} },
})

describe('a purge', () => {
  it('removes calls, transcripts, plans and run folders by age, and says how many', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill({ mode: 'apply' })
    const result = await purge(journey.world(later(journey, 100)), { olderThanSeconds: 30 * DAY, yes: true })
    expect(result).toMatchObject({
      calls: plan.calls.read,
      transcripts: plan.transcripts.ready,
      runFolders: 1,
    })
    expect(existsSync(dirname(plan.files.summary))).toBe(false)
    journey.look((store) => {
      expect(store.calls.count(null)).toBe(0)
      expect([...store.plans.iterate(plan.run.id)]).toEqual([])
      expect(store.runs.get(plan.run.id)?.exitCode).toBe(0)
    })
  })

  it('leaves what is younger', async () => {
    const journey = await startJourney(SMALL)
    const plan = await journey.backfill({ mode: 'apply' })
    const half = await purge(journey.world(), { olderThanSeconds: 30 * DAY, yes: true })
    expect(half.calls).toBeGreaterThan(0)
    expect(half.calls).toBeLessThan(plan.calls.read)
    expect(journey.look((store) => store.calls.count(null))).toBe(plan.calls.read - half.calls)
  })

  it('removes every file of a run that holds an older call, however young the run, and leaves the others', async () => {
    const journey = await startJourney(SMALL)
    const whole = await journey.backfill({ mode: 'apply' })
    const nowSeconds = Math.floor(journey.clock.nowMs() / 1000)
    const rangeOf = (days: number) => ({ since: nowSeconds - days * DAY, until: nowSeconds })
    const young = await journey.backfill({ range: rangeOf(5), mode: 'dry-run' })
    const night = await journey.reconcile({ range: rangeOf(7) })
    const wide = await journey.reconcile({ range: rangeOf(40) })
    const held = await journey.apply({ plan: whole.files.review })
    const kept = [young, night].map(({ files }) => dirname(files.summary))
    const gone = [whole, wide, held].map(({ files }) => dirname(files.summary))
    const late = join(String(kept[1]), 'drift.csv')
    const half = await purge(journey.world(), { olderThanSeconds: 10 * DAY, yes: true })
    expect(half.runFolders).toBe(3)
    expect(gone.filter((folder) => existsSync(folder))).toEqual([])
    expect(kept.every((folder) => existsSync(folder))).toBe(true)
    const older = new Date(journey.clock.nowMs() - 20 * DAY * 1000).toISOString()
    appendFileSync(late, `apply,create,matched,9,call,9-cold call,${older},inbound,answered,1\r\n`)
    expect(await purge(journey.world(), { olderThanSeconds: 10 * DAY, yes: true })).toMatchObject({
      runFolders: 1,
    })
    expect(existsSync(late)).toBe(false)
  })

  it('costs no duplicate and no lost deletion: a later backfill over the same range writes nothing', async () => {
    const journey = await startJourney(SMALL)
    await journey.backfill({ mode: 'apply' })
    const conversations = journey.sandbox.planhat.conversations
    const [deleted] = [...conversations.values()]
    conversations.delete(deleted?._id ?? '')
    const before = [...conversations.values()].length
    await purge(journey.world(later(journey, 100)), { olderThanSeconds: DAY, yes: true })
    const again = await journey.backfill({ mode: 'apply' })
    expect(again.applied).toMatchObject({ created: 0, updated: 0, failed: 0 })
    expect([...conversations.values()]).toHaveLength(before)
    const nightly = await journey.reconcile({ fix: true })
    expect(nightly.drift).toMatchObject({ missing: 0, changed: 0, edited: 0, deleted: 1 })
  })

  it('takes old calls out of the inbox of a listener too', async () => {
    const journey = await startJourney(SMALL)
    const world = journey.world(later(journey, 100))
    const { stateDir: dir } = world.settings
    const inbox = new Inbox({ dir, clock: journey.clock })
    await inbox.accept({ event: 'call.ended', callId: '7' })
    inbox.close()
    await purge(world, { olderThanSeconds: 30 * DAY, yes: true })
    expect(readInbox(dir, world.clock.nowMs())).toMatchObject({ open: 0 })
  })

  it('asks first, and needs --yes where nobody can be asked', async () => {
    const journey = await startJourney(SMALL)
    await journey.backfill()
    const request = { olderThanSeconds: 0, yes: false }
    await expect(purge(journey.world(), request)).rejects.toMatchObject({ code: 'NEEDS_YES', exitCode: 2 })
    const no = purge(journey.world({ confirm: async () => false }), request)
    await expect(no).rejects.toMatchObject({ code: 'NOT_CONFIRMED', exitCode: 6 })
    expect(journey.look((store) => store.calls.count(null))).toBeGreaterThan(0)
  })

  it('touches only folders that a run made, and follows no link out of the state folder', async () => {
    const journey = await startJourney(SMALL)
    await journey.backfill()
    const outside = join(journey.folder, 'outside')
    mkdirSync(outside)
    writeFileSync(join(outside, 'kept.txt'), 'kept')
    const runs = join(journey.folder, 'state', 'runs')
    symlinkSync(outside, join(runs, '20200101-000000-abcd'))
    mkdirSync(join(runs, 'notes'))
    await purge(journey.world(later(journey, 100)), { olderThanSeconds: DAY, yes: true })
    expect(existsSync(join(outside, 'kept.txt'))).toBe(true)
    expect(existsSync(join(runs, 'notes'))).toBe(true)
  })
})
