import { expect, it } from 'vitest'
import {
  differences,
  loneCaller,
  meddle,
  plant,
  startSyncedWeek,
  type Week,
  writtenPairs,
} from '../../support/drift-world.ts'
import { DAY } from '../../support/journey.ts'

/** What a night may find, planted by hand: how many records of each class there are is known by construction. */
function seedEveryClass(week: Week) {
  const { sandbox, clock } = week
  const { planhat, aircall } = sandbox
  const mover = loneCaller(week)
  const pairs = writtenPairs(week).filter(
    ({ call }) => call.contactId !== undefined && call.contactId !== mover.endUserId,
  )
  const take = () => {
    const pair = pairs.pop()
    if (pair === undefined) throw new Error('the world is too small')
    return pair
  }
  const nowSeconds = Math.floor(clock.nowMs() / 1000)

  const { raw_digits } = aircall.get(take().id) ?? {}
  aircall.addCall({
    raw_digits: raw_digits ?? null,
    started_at: nowSeconds - 7200,
    ended_at: nowSeconds - 7000,
  })
  meddle(week, take().call, { description: 'Call attempt logged.', date: '1970-01-21T16:49:03.000Z' })
  meddle(week, take().text, {
    custom: { 'Call Recording': 'https://recordings.example.com/a.mp3?expires=3600' },
    description: 'Call was answered.',
  })
  const person = planhat.endUsers.get(mover.endUserId)
  if (person === undefined) throw new Error('nobody to move')
  planhat.endUsers.set(person._id, { ...person, companyId: mover.otherCompanyId })
  const late = take()
  plant(week, late.text, {
    externalId: `${late.id}-notranscript`,
    description: 'Transcript not available yet.',
  })
  const twice = take()
  plant(week, twice.call, { createDate: new Date(clock.nowMs()).toISOString() })
  plant(week, twice.call, { createDate: new Date(clock.nowMs()).toISOString() })
  aircall.removeCall(take().id)
  const model = take().call
  plant(week, model, {
    externalId: '4199999999-cold call',
    date: new Date(clock.nowMs() - DAY * 1000).toISOString(),
  })
  plant(week, model, {
    externalId: '4199999998-cold call',
    date: new Date(clock.nowMs() - DAY * 8000).toISOString(),
  })
  const edited = take()
  meddle(week, edited.call, { subject: 'Renewal at risk: call the CFO' })
  meddle(week, take().text, { description: '<p>They will renew.</p>' })
  planhat.conversations.delete(take().call._id)
  const stranger = [...aircall.calls()].find(({ id }) => sandbox.truth(id).bucket === 'unmatched')
  if (stranger === undefined) throw new Error('nobody is unmatched')
  plant(week, model, {
    externalId: `${stranger.id}-cold call`,
    date: new Date((stranger.ended_at ?? 0) * 1000).toISOString(),
  })
  const noticed = take()
  plant(week, noticed.call, { externalId: 'other-system-1', subject: 'Call' })
  return {
    missing: 2,
    changed: 2,
    moved: mover.records.length,
    'stale-placeholder': 1,
    duplicate: 2,
    orphan: 3,
    edited: 2,
    deleted: 1,
    unsupported: 1,
    foreign: 1,
  }
}

const HEALABLE = ['missing', 'changed', 'moved', 'stale-placeholder', 'duplicate']

it('counts every class exactly, heals with one --fix, and then writes nothing and costs list pages only', async () => {
  const week = await startSyncedWeek()
  expect(differences((await week.reconcile()).drift)).toEqual({})
  const before = (await week.reconcile()).drift?.['in-sync'] ?? 0
  const seeded = seedEveryClass(week)
  week.clock.jump(DAY * 1000)

  const seen = await week.reconcile({ exitCode: true })
  expect(differences(seen.drift)).toEqual(seeded)
  // Of what was in sync, these differ now; the two records of the removed call are orphans, the copies are extra.
  expect(seen.drift?.['in-sync']).toBe(before - 2 - seeded.moved - 2 - 2 - 1)
  expect(seen.run.exitCode).toBe(4)
  expect(seen.applied).toBeUndefined()

  const healed = await week.reconcile({ fix: true, prune: true, maxDeletes: 3, exitCode: true })
  expect(differences(healed.drift)).toEqual(seeded)
  expect(healed.run.exitCode).toBe(0)
  expect(healed.applied).toMatchObject({
    created: 2,
    updated: 2 + seeded.moved,
    deleted: 3,
    failed: 0,
    held: 0,
  })

  week.sandbox.log.length = 0
  const clean = await week.reconcile({ fix: true, prune: true, maxDeletes: 3, exitCode: true })
  const rest = Object.fromEntries(Object.entries(seeded).filter(([name]) => !HEALABLE.includes(name)))
  expect(differences(clean.drift)).toEqual(rest)
  expect(clean.run.exitCode).toBe(0)
  expect(new Set(week.sandbox.log.map(({ method, path }) => `${method} ${path}`))).toEqual(
    new Set(['GET /v1/numbers', 'GET /v1/calls', 'GET /users', 'GET /conversations']),
  )
})

it('leaves a person what is theirs until it is asked for by name', async () => {
  const week = await startSyncedWeek()
  seedEveryClass(week)
  await week.reconcile({ fix: true })
  const after = await week.reconcile({ fix: true, overwriteEdits: true, restoreDeleted: true })
  expect(after.applied).toMatchObject({ created: 1, updated: 2 })
  const left = differences((await week.reconcile()).drift)
  expect(left).not.toHaveProperty('edited')
  expect(left).not.toHaveProperty('deleted')
  expect(left).toMatchObject({ orphan: 3, unsupported: 1, foreign: 1, duplicate: 2 })
})

it('refuses to prune more than was allowed before anything is written or deleted', async () => {
  const week = await startSyncedWeek()
  seedEveryClass(week)
  week.sandbox.log.length = 0
  const refused = week.reconcile({ fix: true, prune: true, maxDeletes: 2 })
  await expect(refused).rejects.toMatchObject({ code: 'GUARD_MAX_DELETES', exitCode: 6 })
  expect(week.sandbox.log.filter(({ method }) => method !== 'GET')).toEqual([])
})

it('prunes alone: copies and placeholders go, differences stay and are exit 4', async () => {
  const week = await startSyncedWeek()
  seedEveryClass(week)
  const pruned = await week.reconcile({ prune: true, maxDeletes: 3, exitCode: true })
  expect(pruned.applied).toMatchObject({ created: 0, updated: 0, deleted: 3 })
  expect(pruned.run.exitCode).toBe(4)
  const left = differences((await week.reconcile()).drift)
  expect(left).not.toHaveProperty('duplicate')
  expect(left).not.toHaveProperty('stale-placeholder')
  expect(left).toMatchObject({ missing: 2, changed: 2 })
})

it('reports a move that Planhat does not carry out, and a deletion that it refuses, as failed records', async () => {
  const week = await startSyncedWeek()
  const seeded = seedEveryClass(week)
  week.clock.jump(DAY * 1000)
  Object.assign(week.sandbox.switches, { companyMoves: false, deleteForbidden: true })
  const summary = await week.reconcile({ fix: true, prune: true, maxDeletes: 3, exitCode: true })
  expect(summary.run.exitCode).toBe(3)
  expect(summary.applied).toMatchObject({ failed: seeded.moved + 3, deleted: 0, created: 2 })
  expect(summary.files.failures).not.toBe('')
})
