import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isQuietNight } from '../../../src/report/text/night.ts'
import { formatSummary } from '../../../src/report/text/summary.ts'
import type { RawConversation } from '../../../src/sandbox/planhat/types.ts'
import {
  differences,
  loneCaller,
  meddle,
  plant,
  startSyncedWeek,
  type Week,
  writtenPairs,
} from '../../support/drift-world.ts'
import { DAY, startJourney } from '../../support/journey.ts'

const STRANGER = '+1 202-555-0143'
const NIGHT_MS = DAY * 1000

const remoteOf = (week: Pick<Week, 'sandbox'>, id: number, kind: 'cold call' | 'transcript') =>
  week.sandbox.planhat.conversations.byExternalId(`${id}-${kind}`)

/** Planhat's Conversations without what differs from one making to the next. */
function contents({ sandbox }: Pick<Week, 'sandbox'>): unknown[] {
  const bare = ({ _id, createDate, updatedAt, ...rest }: RawConversation) => rest
  return [...sandbox.planhat.conversations.values()]
    .map(bare)
    .sort((a, b) => String(a.externalId).localeCompare(String(b.externalId)))
}

it('writes a call unmatched for 60 days, transcript included, the night after its number was added', async () => {
  const week = await startSyncedWeek({ sandbox: { calls: 40, days: 2 } })
  const { aircall, planhat } = week.sandbox
  const startedAt = aircall.nowSeconds - 600
  const { id } = aircall.addCall({ raw_digits: STRANGER, started_at: startedAt, ended_at: startedAt + 200 })
  aircall.ripen(id)
  const first = await week.reconcile({ fix: true })
  expect(first.calls.buckets.unmatched).toBeGreaterThan(0)
  expect(remoteOf(week, id, 'cold call')).toEqual([])

  for (let night = 0; night < 6; night += 1) {
    week.clock.jump(10 * NIGHT_MS)
    await week.reconcile({ fix: true })
  }
  expect(remoteOf(week, id, 'cold call')).toEqual([])
  const person = [...planhat.endUsers.values()].find(({ phone, archived }) => phone === '' && !archived)
  if (person === undefined) throw new Error('everybody has a number')
  planhat.endUsers.set(person._id, { ...person, phone: '+1 (202) 555-0143' })
  week.clock.jump(NIGHT_MS)
  const night = await week.reconcile({ fix: true, exitCode: true })

  expect(night.applied).toMatchObject({ created: 2, updated: 0 })
  expect(night.run.exitCode).toBe(0)
  expect(remoteOf(week, id, 'cold call')).toMatchObject([
    { contactId: person._id, companyId: person.companyId },
  ])
  expect(remoteOf(week, id, 'transcript')[0]?.description).toContain('<p><strong>Transcript:</strong></p>')
  const next = await week.reconcile({ fix: true })
  expect(next.applied).toBeUndefined()
  expect(next.requests.aircall.transcripts).toBe(0)
})

it('asks each night for a transcript that is pending, writes it late, and gives up after 72 hours', async () => {
  const week = await startSyncedWeek({ sandbox: { calls: 40, days: 2 } })
  const { aircall, world } = week.sandbox
  const raw_digits = world.callers.known[0]?.raw ?? null
  const ended = { started_at: aircall.nowSeconds - 600, ended_at: aircall.nowSeconds - 400 }
  const late = aircall.addCall({ raw_digits, ...ended })
  const never = aircall.addCall({ raw_digits, ...ended })
  for (const { id } of [late, never]) aircall.setTranscript(id, { kind: 'missing' })
  const asked = async () => {
    week.sandbox.log.length = 0
    await week.reconcile({ fix: true })
    const paths = new Set(week.sandbox.log.map(({ path }) => path))
    return [late.id, never.id].filter((id) => paths.has(`/v1/calls/${id}/transcription`))
  }

  expect(await asked()).toEqual([late.id, never.id])
  week.clock.jump(NIGHT_MS)
  aircall.ripen(late.id)
  expect(await asked()).toEqual([late.id, never.id])
  expect(remoteOf(week, late.id, 'transcript')).toHaveLength(1)
  week.clock.jump(NIGHT_MS)
  expect(await asked()).toEqual([never.id])
  week.clock.jump(NIGHT_MS + 600_000)
  expect(await asked()).toEqual([never.id])
  week.clock.jump(NIGHT_MS)
  expect(await asked()).toEqual([])
  aircall.ripen(never.id)
  const given = await week.reconcile({ fix: true })
  expect(given.transcripts.none).toBeGreaterThanOrEqual(1)
  expect(remoteOf(week, never.id, 'transcript')).toEqual([])
})

it('takes up a pending transcript and a moved End User of calls that lie long before the window', async () => {
  const week = await startSyncedWeek({
    sandbox: { calls: 40, days: 2 },
    config: { transcripts: { giveUpAfterHours: 720 } },
  })
  const { aircall, planhat, world } = week.sandbox
  const old = aircall.addCall({
    raw_digits: world.callers.known[1]?.raw ?? null,
    started_at: aircall.nowSeconds - 600,
    ended_at: aircall.nowSeconds - 400,
  })
  aircall.setTranscript(old.id, { kind: 'missing' })
  await week.reconcile({ fix: true })
  const mover = loneCaller(week, new Set([world.callers.known[1]?.truth.endUserId ?? '']))
  week.clock.jump(20 * NIGHT_MS)
  aircall.ripen(old.id)
  const person = planhat.endUsers.get(mover.endUserId)
  if (person === undefined) throw new Error('nobody to move')
  planhat.endUsers.set(person._id, { ...person, companyId: mover.otherCompanyId })

  const night = await week.reconcile({ fix: true })
  expect(night.calls.read).toBe(0)
  expect(night.drift).toMatchObject({ missing: 1, moved: mover.records.length, 'in-sync': 0 })
  expect(remoteOf(week, old.id, 'transcript')).toHaveLength(1)
  for (const { _id } of mover.records)
    expect(planhat.conversations.get(_id)?.companyId).toBe(mover.otherCompanyId)
})

it('counts a read call that is gone from Aircall as orphan, never one behind its six months', async () => {
  const week = await startSyncedWeek({ sandbox: { calls: 40, days: 2 } })
  const [gone] = writtenPairs(week)
  if (gone === undefined) throw new Error('nothing was written')
  const before = await week.reconcile()
  week.sandbox.aircall.removeCall(gone.id)
  const after = await week.reconcile({ fix: true, prune: true, maxDeletes: 10, overwriteEdits: true })
  expect(differences(after.drift)).toEqual({ orphan: 2 })
  expect(after.calls.read).toBe(before.calls.read - 1)
  expect(after.applied).toBeUndefined()

  week.clock.jump(200 * NIGHT_MS)
  const until = Math.floor(week.clock.nowMs() / 1000)
  const since = until - 250 * DAY
  const behind = week.reconcile({ range: { since, until }, fix: true }, { allow: new Set(['empty-source']) })
  expect(differences((await behind).drift)).toEqual({})
})

it('asks Aircall for a call that began before the window and ended in it, and calls it no orphan', async () => {
  const week = await startSyncedWeek({ sandbox: { calls: 40, days: 2 } })
  const [model] = writtenPairs(week)
  if (model === undefined) throw new Error('nothing was written')
  const { since, until } = week.week()
  const long = week.sandbox.aircall.addCall({ started_at: since - 900, ended_at: since + 900 })
  const date = new Date((since + 900) * 1000).toISOString()
  plant(week, model.call, { externalId: `${long.id}-cold call`, date })
  plant(week, model.call, { externalId: '4111111111-cold call', date })
  const { drift } = await week.reconcile({ range: { since, until } })
  expect(differences(drift)).toEqual({ orphan: 1 })
})

it('calls no record an orphan whose call Aircall has and that cannot be read, and heals the others', async () => {
  const week = await startSyncedWeek({ sandbox: { calls: 40, days: 2 } })
  const [model, lost] = writtenPairs(week)
  if (model === undefined || lost === undefined) throw new Error('nothing was written')
  const { since, until } = week.week()
  const { aircall, planhat } = week.sandbox
  for (const startedAt of [since - 900, since + 3 * DAY]) {
    const odd = { direction: 'sideways' as 'inbound', started_at: startedAt, ended_at: startedAt + 1_800 }
    const { id } = aircall.addCall(odd)
    const date = new Date((startedAt + 1_800) * 1000).toISOString()
    plant(week, model.call, { externalId: `${id}-cold call`, date })
  }
  planhat.conversations.delete(lost.call._id)
  const { drift, applied, run } = await week.reconcile({
    range: { since, until },
    fix: true,
    restoreDeleted: true,
  })
  expect(differences(drift)).toEqual({ deleted: 1 })
  expect(applied?.created).toBe(1)
  expect(run.exitCode).toBe(3)
})

it('prunes no copy whose original somebody deletes, and none that somebody edits, while it deletes on', async () => {
  const config = { limits: { aircallPerMinute: 60_000, planhatPerMinute: 2 } }
  const week = await startSyncedWeek({ sandbox: { calls: 60, days: 2 }, config })
  const pairs = writtenPairs(week)
  const [edited, orphaned] = pairs.slice(-2)
  if (edited === undefined || orphaned === undefined || pairs.length < 15) throw new Error('too few calls')
  const copies = new Map(
    pairs.flatMap(({ call, text }) => [
      [call, plant(week, call, {})],
      [text, plant(week, text, {})],
    ]),
  )
  const { log, planhat } = week.sandbox
  const push = log.push.bind(log)
  log.push = (...entries) => {
    if (entries.some(({ method }) => method === 'DELETE')) {
      planhat.conversations.delete(orphaned.call._id)
      meddle(week, copies.get(edited.call) as RawConversation, { description: 'In my own words' })
    }
    return push(...entries)
  }
  const { applied, run } = await week.reconcile({ prune: true, maxDeletes: 500 })
  expect(applied).toMatchObject({ deleted: copies.size - 2, held: 2 })
  expect(remoteOf(week, orphaned.id, 'cold call')).toHaveLength(1)
  expect(remoteOf(week, edited.id, 'cold call')).toHaveLength(2)
  expect(run.exitCode).toBe(0)
})

it('asks for 50 such calls at most, and says how many Conversations it could not check', async () => {
  const week = await startSyncedWeek({ sandbox: { calls: 40, days: 2 } })
  const [model] = writtenPairs(week)
  if (model === undefined) throw new Error('nothing was written')
  const { since, until } = week.week()
  const date = new Date((since + 900) * 1000).toISOString()
  for (let n = 0; n < 53; n += 1)
    plant(week, model.call, { externalId: `${4_111_111_100 + n}-cold call`, date })
  const summary = await week.reconcile({ range: { since, until } })
  expect(differences(summary.drift)).toEqual({ orphan: 50 })
  expect(summary.unchecked).toBe(3)
  expect(summary.warnings.map(({ code }) => code)).toContain('ORPHANS_UNCHECKED')
  expect(formatSummary(summary, { width: 80 })).toMatch(/^ {2}! not checked +3 /m)
  expect(isQuietNight(summary)).toBe(false)
})

it('moves what the automation pinned on its fallback contact, and only reports what still matches nobody', async () => {
  const journey = await startJourney({ sandbox: { calls: 120, endUsers: 60, days: 4, automation: true } })
  const { planhat, automation } = journey.sandbox
  const fallback = [...planhat.endUsers.values()].find(({ name }) => name === 'Default Contact')
  const pinned = [...planhat.conversations.values()].filter(({ contactId }) => contactId === fallback?._id)
  const callOf = ({ externalId = '' }: RawConversation) => Number(externalId.split('-')[0])
  const bucketOf = (one: RawConversation) => journey.sandbox.truth(callOf(one)).bucket
  const strangers = new Set(
    pinned.filter((one) => !['matched', 'shared-line'].includes(bucketOf(one))).map(callOf),
  )
  const movable = new Set(
    pinned.filter((one) => ['matched', 'shared-line'].includes(bucketOf(one))).map(callOf),
  )
  expect(automation.length).toBeGreaterThan(50)
  expect(strangers.size).toBeGreaterThan(3)
  expect(movable.size).toBeGreaterThan(0)

  const { drift } = await journey.reconcile({ fix: true, prune: true, maxDeletes: 500 })
  expect(drift?.moved).toBeGreaterThanOrEqual(movable.size)
  expect(drift?.unsupported).toBeGreaterThanOrEqual(strangers.size)
  const stillPinned = [...planhat.conversations.values()].filter(
    ({ contactId }) => contactId === fallback?._id,
  )
  expect(new Set(stillPinned.map(callOf))).toEqual(strangers)
  const after = await journey.reconcile({ exitCode: true })
  expect(after.run.exitCode).toBe(0)
  expect(after.drift?.unsupported).toBe(drift?.unsupported)
})

it('reaches the same result without a duplicate after the state folder was lost', async () => {
  const week = await startSyncedWeek()
  const before = contents(week)
  rmSync(join(week.folder, 'state'), { recursive: true })
  const summary = await week.reconcile({ fix: true, prune: true, maxDeletes: 50 })
  expect(differences(summary.drift)).toEqual({})
  expect(summary.applied).toBeUndefined()
  expect(contents(week)).toEqual(before)

  // What was found in sync is ours again: what a person does to it now is known to be theirs.
  const [pair] = writtenPairs(week)
  if (pair === undefined) throw new Error('nothing was written')
  week.sandbox.planhat.conversations.delete(pair.call._id)
  meddle(week, pair.text, {
    companyId: [...week.sandbox.planhat.companies.keys()].find((id) => id !== pair.text.companyId) ?? '',
  })
  expect(differences((await week.reconcile({ fix: true })).drift)).toEqual({ deleted: 1, edited: 1 })
})
