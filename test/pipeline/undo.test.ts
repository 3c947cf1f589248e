import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeRun } from '../../src/pipeline/runs.ts'
import type { RawConversation } from '../../src/sandbox/planhat/types.ts'
import { type Journey, startJourney } from '../support/journey.ts'
import {
  conversationsOf,
  editInPlanhat,
  readFailures,
  reviewAgain,
  undo,
  writesTo,
} from '../support/writing.ts'

const SMALL = { calls: 40, endUsers: 30 }

/** Everything a person sees of what Planhat holds, by id. */
function pictureOf(journey: Journey): Map<string, Partial<RawConversation>> {
  return new Map(
    conversationsOf(journey).map((one) => {
      // What the server derives from the description.
      const { snippet: _, hasMore: __, ...seen } = one
      const custom = Object.entries(one.custom).filter(([, value]) => value !== null)
      return [one._id, structuredClone({ ...seen, custom: Object.fromEntries(custom) })]
    }),
  )
}

describe('runs undo', () => {
  it('leaves Planhat as it was: deletes what the run created and restores what it updated, to the letter', async () => {
    for (const switches of [{}, { bulkMatchesExternalId: false }]) {
      const journey = await startJourney({ sandbox: { ...SMALL, automation: 0.5, switches } })
      const before = pictureOf(journey)
      const run = await journey.backfill({ mode: 'apply' })
      expect(run.applied?.created).toBeGreaterThan(5)
      expect(run.applied?.updated).toBeGreaterThan(5)
      const undone = await undo(journey, run.run.id)
      expect(undone.applied).toMatchObject({
        deleted: run.applied?.created,
        updated: run.applied?.updated,
        held: 0,
        failed: 0,
      })
      expect(undone.run).toMatchObject({ since: run.run.since, until: run.run.until })
      expect(pictureOf(journey)).toEqual(before)

      const writes = writesTo(journey)
      const twice = await undo(journey, run.run.id)
      expect(twice.applied).toMatchObject({ deleted: 0, updated: 0, held: 0, failed: 0 })
      expect(writesTo(journey)).toBe(writes)
    }
  })

  it('can be done over: a new plan in which a person sets its records to apply writes the same again', async () => {
    const journey = await startJourney({ sandbox: { ...SMALL, automation: 0.5 } })
    const run = await journey.backfill({ mode: 'apply' })
    const written = conversationsOf(journey).map(({ externalId, description }) => [externalId, description])
    await undo(journey, run.run.id)
    const plan = await journey.backfill()
    await journey.apply({ plan: reviewAgain(journey, plan, (row) => ({ ...row, decision: 'apply' })) })
    expect(
      conversationsOf(journey)
        .map(({ externalId, description }) => [externalId, description])
        .sort(),
    ).toEqual(written.sort())
  })

  it('leaves alone what somebody edited or filled in since, and names it', async () => {
    const journey = await startJourney({ sandbox: { ...SMALL, automation: 0.5 } })
    const run = await journey.backfill({ mode: 'apply' })
    const { writes } = describeRun(journey.world(), run.run.id)
    const created = writes.filter(({ kind }) => kind === 'created')
    const updated = writes.filter(({ kind }) => kind === 'updated')
    editInPlanhat(journey, created[0]?.planhatId ?? '', { subject: 'Renewal' })
    editInPlanhat(journey, created[1]?.planhatId ?? '', { custom: { Mood: 'good' } })
    editInPlanhat(journey, updated[0]?.planhatId ?? '', { description: '<p>Ann was here.</p>' })
    const touched = [created[0], created[1], updated[0]]

    const undone = await undo(journey, run.run.id)
    expect(undone.applied).toMatchObject({ held: 3, failed: 0, deleted: created.length - 2 })
    expect(undone.run.exitCode).toBe(0)
    expect(
      readFailures(undone)
        .map(({ external_id, code }) => `${external_id} ${code}`)
        .sort(),
    ).toEqual(touched.map((one) => `${one?.externalId} CHANGED_IN_PLANHAT`).sort())
    for (const one of touched)
      expect(journey.sandbox.planhat.conversations.get(one?.planhatId ?? '')).toBeDefined()
  })

  it('leaves alone what somebody edits while it takes back what comes before, however long that takes', async () => {
    const config = { limits: { aircallPerMinute: 60_000, planhatPerMinute: 2 } }
    const journey = await startJourney({ sandbox: { calls: 60, endUsers: 30 }, config })
    const run = await journey.backfill({ mode: 'apply' })
    const [first] = conversationsOf(journey)
    if (first === undefined) throw new Error('nothing was written')
    const { log } = journey.sandbox
    const push = log.push.bind(log)
    log.push = (...entries) => {
      if (entries.some(({ method }) => method === 'DELETE'))
        editInPlanhat(journey, first._id, { description: 'In my own words' })
      return push(...entries)
    }
    const undone = await undo(journey, run.run.id)
    expect(undone.applied).toMatchObject({ deleted: (run.applied?.created ?? 0) - 1, held: 1 })
    expect(conversationsOf(journey)).toMatchObject([{ _id: first._id, description: 'In my own words' }])
  })

  it('restores also where a person’s field had been kept by the run', async () => {
    const journey = await startJourney({ sandbox: SMALL })
    await journey.backfill({ mode: 'apply' })
    const one = conversationsOf(journey).find(({ endusers }) => endusers.length > 0)
    editInPlanhat(journey, one?._id ?? '', { description: '<p>Ann: called back.</p>' })
    for (const [id, person] of journey.sandbox.planhat.endUsers)
      journey.sandbox.planhat.endUsers.set(id, { ...person, email: `new.${id}@moved.example` })
    await journey.pullIndex()
    const before = pictureOf(journey)
    const run = await journey.backfill({ mode: 'apply' })
    expect(run.applied?.updated).toBeGreaterThan(2)
    const undone = await undo(journey, run.run.id)
    expect(undone.applied).toMatchObject({ updated: run.applied?.updated, held: 0, failed: 0 })
    expect(pictureOf(journey)).toEqual(before)
  })

  it('sends nothing when more would go than the limit, and asks for --yes where nobody can be asked', async () => {
    const journey = await startJourney({ sandbox: SMALL })
    const run = await journey.backfill({ mode: 'apply' })
    const writes = writesTo(journey)
    const created = run.applied?.created ?? 0
    await expect(undo(journey, run.run.id, { maxDeletes: created - 1 })).rejects.toMatchObject({
      code: 'GUARD_MAX_DELETES',
      exitCode: 6,
      message: expect.stringMatching(new RegExp(`${created} records .* ${created - 1} `)),
      suggestions: [expect.stringContaining(`--max-deletes ${created}`)],
    })
    await expect(undo(journey, run.run.id, { yes: false })).rejects.toMatchObject({
      code: 'NEEDS_YES',
      exitCode: 2,
    })
    await expect(undo(journey, 'no-such-run')).rejects.toMatchObject({ code: 'RUN_UNKNOWN', exitCode: 2 })
    expect(writesTo(journey)).toBe(writes)
  })

  it('gets through lost answers, and goes on after a kill', async () => {
    const journey = await startJourney({ sandbox: { ...SMALL, automation: 0.5 } })
    const before = pictureOf(journey)
    const run = await journey.backfill({ mode: 'apply' })
    journey.sandbox.faults.set({ only: 'planhat', rates: { lost: 0.2, '5xx': 0.1, reset: 0.1 } })
    for (let tries = 0; tries < 10; tries += 1) {
      const ended = await undo(journey, run.run.id).catch(() => null)
      if (ended !== null) break
    }
    expect(pictureOf(journey)).toEqual(before)
  })

  it('names each record that Planhat does not let go, and ends with 3', async () => {
    const journey = await startJourney({ sandbox: SMALL })
    const run = await journey.backfill({ mode: 'apply' })
    journey.sandbox.switches.deleteForbidden = true
    const undone = await undo(journey, run.run.id)
    expect(undone.run.exitCode).toBe(3)
    expect(undone.applied).toMatchObject({ deleted: 0, failed: run.applied?.created })
    expect(new Set(readFailures(undone).map(({ code }) => code))).toEqual(new Set(['DELETE_REFUSED']))
  })

  it('says what a --prune run deleted and cannot be brought back', async () => {
    const journey = await startJourney({ sandbox: { ...SMALL, calls: 120, automation: true } })
    await journey.backfill({ mode: 'apply' })
    const pruned = await journey.reconcile({ prune: true, maxDeletes: 100 })
    expect(pruned.applied?.deleted).toBeGreaterThan(0)
    const writes = writesTo(journey)
    const undone = await undo(journey, pruned.run.id)
    expect(undone.applied).toMatchObject({ held: pruned.applied?.deleted, deleted: 0, updated: 0 })
    expect(readFailures(undone).map(({ code }) => code)).toEqual(
      Array<string>(pruned.applied?.deleted ?? 0).fill('UNDO_DELETED'),
    )
    expect(writesTo(journey)).toBe(writes)
  })
})

describe('the trace of a run', () => {
  it('lists every record it wrote with Planhat’s id, in runs and in the audit log', async () => {
    const journey = await startJourney({ sandbox: { ...SMALL, automation: 0.5 } })
    const run = await journey.backfill({ mode: 'apply' })
    const held = new Map(conversationsOf(journey).map(({ _id, externalId }) => [_id, externalId]))
    const { writes } = describeRun(journey.world(), run.run.id)
    expect(writes).toHaveLength((run.applied?.created ?? 0) + (run.applied?.updated ?? 0))
    for (const { planhatId, externalId } of writes) expect(held.get(planhatId)).toBe(externalId)

    await undo(journey, run.run.id)
    const path = join(journey.world().settings.stateDir, 'audit.ndjson')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const lines = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(writes.length * 2)
    for (const line of lines) {
      expect(Object.keys(line).sort()).toEqual(
        ['at', 'by', 'companyId', 'externalId', 'kind', 'planhatId', 'runId'].sort(),
      )
    }
    expect(readFileSync(path, 'utf8')).not.toMatch(/<p>|@brightline|Transcript:/)
  })
})
