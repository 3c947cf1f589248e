import { describe, expect, it } from 'vitest'
import { describeRun, listRuns } from '../../src/pipeline/runs.ts'
import type { Journey } from '../support/journey.ts'
import { continueFrom010 } from '../support/state-0-1-0.ts'
import { conversationsOf, theOne, undo, writesTo } from '../support/writing.ts'

const WITH_CONTENT = /<strong>Note|<p>Transferred|<p>Continue/u

const PENDING = ['4100000004', '4100000010']

/** The calls whose transcripts Aircall was asked for. */
const askedFor = ({ sandbox }: Journey) =>
  sandbox.log.flatMap(({ path }) => /\/calls\/(\d+)\/transcription$/.exec(path)?.[1] ?? []).sort()

describe('a state folder of 0.1.0', () => {
  it('goes on: asks for nothing that is there, and writes only what now has a note or transfer, once', async () => {
    const journey = await continueFrom010()
    const before = structuredClone(conversationsOf(journey))
    const run = await journey.backfill({ mode: 'apply' })
    expect(askedFor(journey)).toEqual(PENDING)
    expect(run.calls.buckets).toMatchObject({ matched: 8, 'shared-line': 1, ambiguous: 1, unmatched: 1 })
    expect(run.applied).toMatchObject({ created: 2, updated: 1, failed: 0 })
    const after = conversationsOf(journey).slice(0, before.length)
    const changed = after.filter((one, at) => one.description !== before[at]?.description)
    expect(changed.map(({ description }) => description)).toEqual([expect.stringMatching(WITH_CONTENT)])
    expect(after.filter((one) => !changed.includes(one))).toEqual(
      before.filter(({ _id }) => !changed.some((one) => one._id === _id)),
    )
    const again = await journey.backfill({ mode: 'apply' })
    expect(again.applied).toMatchObject({ created: 0, updated: 0, failed: 0 })
  })

  it('keeps what a person edited and deleted, night after night', async () => {
    const journey = await continueFrom010()
    await journey.backfill({ mode: 'apply' })
    for (let night = 0; night < 2; night += 1) {
      const run = await journey.reconcile({ fix: true })
      expect(run.drift).toMatchObject({
        edited: 1,
        deleted: 1,
        missing: 0,
        changed: 0,
        foreign: 0,
        orphan: 0,
      })
      expect(theOne(journey, '4100000002-cold call').description).toContain('the old address')
      expect(journey.sandbox.planhat.conversations.byExternalId('4100000003-cold call')).toEqual([])
    }
  })

  it('has its runs still, with what each counted and wrote', async () => {
    const journey = await continueFrom010()
    const runs = listRuns(journey.world(), 10)
    expect(runs.map(({ id, command, exitCode }) => [id, command, exitCode])).toEqual([
      ['20260929-160000-ded5', 'backfill', 0],
      ['20260929-150000-f397', 'reconcile', 0],
      ['20260929-140000-0020', 'backfill', 0],
      ['20260929-120000-6b3e', 'backfill', 0],
    ])
    expect(runs[1]?.counts?.drift).toMatchObject({ changed: 1, edited: 1, deleted: 1 })
    const detail = describeRun(journey.world(), '20260929-120000-6b3e')
    expect(detail.writes).toHaveLength(11)
    expect(detail.summary).toMatchObject({ applied: { created: 11 }, transcripts: { ready: 4, pending: 1 } })
  })

  it('takes back what a run of 0.1.0 wrote: a record it made, and a change', async () => {
    const journey = await continueFrom010()
    expect((await undo(journey, '20260929-140000-0020')).applied).toMatchObject({ deleted: 1, failed: 0 })
    expect(journey.sandbox.planhat.conversations.byExternalId('4100000010-cold call')).toEqual([])
    expect(theOne(journey, '4100000001-cold call').description).toContain('vip')
    expect((await undo(journey, '20260929-150000-f397')).applied).toMatchObject({ updated: 1, failed: 0 })
    expect(theOne(journey, '4100000001-cold call').description).not.toContain('vip')
  })

  it('leaves alone what a person changed since, also in an undo', async () => {
    const journey = await continueFrom010()
    const undone = await undo(journey, '20260929-120000-6b3e')
    expect(undone.applied).toMatchObject({ deleted: 9, failed: 0 })
    expect(theOne(journey, '4100000002-cold call').description).toContain('the old address')
  })

  it('may be lost: its records are known as ours by their texts, and its edits as a person’s', async () => {
    const journey = await continueFrom010({ isStateLost: true })
    const run = await journey.reconcile({ fix: true })
    // What a person deleted is known by the state alone; the last call was never written.
    expect(run.drift).toMatchObject({
      'in-sync': 9,
      edited: 1,
      missing: 3,
      // It has a note or a transfer, which 0.1.0 did not write.
      changed: 1,
      moved: 0,
      duplicate: 0,
    })
    expect(theOne(journey, '4100000002-cold call').description).toContain('the old address')
    const again = await journey.reconcile({ fix: true })
    expect(again.drift).toMatchObject({ 'in-sync': 13, edited: 1, missing: 0, changed: 0 })
  })

  it('takes the review file of a plan that 0.1.0 made', async () => {
    const journey = await continueFrom010()
    const writes = writesTo(journey)
    const run = await journey.apply({ plan: journey.review })
    expect(run.applied).toMatchObject({ created: 2, updated: 0, failed: 0 })
    expect(writesTo(journey)).toBeGreaterThan(writes)
    expect(theOne(journey, '4100000011-transcript').description).toContain('Is the new release out?')
  })
})
