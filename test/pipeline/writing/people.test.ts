import { describe, expect, it } from 'vitest'
import { sameText } from '../../../src/conversation/html.ts'
import type { Switches } from '../../../src/sandbox/switches.ts'
import { type Journey, startJourney } from '../../support/journey.ts'
import {
  conversationsOf,
  editInPlanhat,
  expectHeldOnce,
  plannedPayloads,
  readFailures,
  theOne,
  writesTo,
} from '../../support/writing.ts'

const SMALL = { calls: 30, endUsers: 25 }

/** The e-mail of every End User changes, so that subject and End Users of each record do. */
async function renameEverybody(journey: Journey): Promise<void> {
  for (const [id, person] of journey.sandbox.planhat.endUsers) {
    journey.sandbox.planhat.endUsers.set(id, { ...person, email: `new.${id}@moved.example` })
  }
  await journey.pullIndex()
}

describe('what a person changed in Planhat', () => {
  it('stays theirs, while the other fields of the same record go on being ours', async () => {
    const journey = await startJourney({ sandbox: SMALL })
    const first = await journey.backfill({ mode: 'apply' })
    const wanted = plannedPayloads(journey, first.run.id)
    const one = conversationsOf(journey).find(({ endusers }) => endusers.length > 0)
    const id = one?._id ?? ''
    editInPlanhat(journey, id, {
      description: '<p>Ann: called back, all is well.</p>',
      custom: { Mood: 'good' },
    })
    await renameEverybody(journey)

    await journey.backfill({ mode: 'apply' })
    const remote = theOne(journey, one?.externalId ?? '')
    expect(remote.description).toBe('<p>Ann: called back, all is well.</p>')
    expect(remote.custom['Mood']).toBe('good')
    expect(remote.subject).toContain('@moved.example')
    expect(remote.subject).not.toBe(wanted.get(one?.externalId ?? '')?.subject)

    const before = writesTo(journey)
    const third = await journey.backfill({ mode: 'apply' })
    expect(third.records).toMatchObject({ create: 0, update: 0 })
    expect(writesTo(journey)).toBe(before)

    const forced = await journey.reconcile({ overwriteEdits: true })
    expect(forced.run.mode).toBe('fix')
    expect(forced.applied).toMatchObject({ updated: 1 })
    expect(theOne(journey, one?.externalId ?? '').description).toBe(
      wanted.get(one?.externalId ?? '')?.description,
    )
    expect(theOne(journey, one?.externalId ?? '').custom['Mood']).toBe('good')
  })

  it('or deleted stays deleted by backfill, apply and --fix, and comes back only by --restore-deleted', async () => {
    const journey = await startJourney({ sandbox: SMALL })
    const first = await journey.backfill({ mode: 'apply' })
    const wanted = plannedPayloads(journey, first.run.id)
    const [one] = conversationsOf(journey)
    journey.sandbox.planhat.conversations.delete(one?._id ?? '')

    await journey.backfill({ mode: 'apply' })
    await journey.apply({ plan: first.run.id })
    const fixed = await journey.reconcile({ fix: true })
    expect(fixed.drift?.deleted).toBe(1)
    expect(conversationsOf(journey)).toHaveLength(wanted.size - 1)

    const restored = await journey.reconcile({ restoreDeleted: true })
    expect(restored.applied).toMatchObject({ created: 1, failed: 0 })
    expectHeldOnce(journey, wanted)
  })

  it('between plan and apply is held and named; the rest goes on', async () => {
    const journey = await startJourney({ sandbox: SMALL })
    const first = await journey.backfill({ mode: 'apply' })
    await renameEverybody(journey)
    const plan = await journey.backfill()
    expect(plan.records.update).toBeGreaterThan(3)
    const [edited, deleted] = conversationsOf(journey).filter(({ endusers }) => endusers.length > 0)
    editInPlanhat(journey, edited?._id ?? '', { subject: 'Renewal call' })
    journey.sandbox.planhat.conversations.delete(deleted?._id ?? '')

    const applied = await journey.apply({ plan: plan.run.id })
    expect(applied.applied).toMatchObject({ updated: plan.records.update - 2, held: 2, failed: 0 })
    expect(
      readFailures(applied)
        .map(({ external_id, code }) => [external_id, code])
        .sort(),
    ).toEqual([edited, deleted].map((one) => [one?.externalId, 'CHANGED_IN_PLANHAT']).sort())
    expect(theOne(journey, edited?.externalId ?? '').subject).toBe('Renewal call')
    expect(conversationsOf(journey)).toHaveLength(first.records.create - 1)
  })
})

describe('a plan that is older than what is known', () => {
  it('is refused row by row once a later run wrote other content', async () => {
    const journey = await startJourney({ sandbox: SMALL })
    const plan = await journey.backfill()
    await journey.apply({ plan: plan.run.id })
    const again = await journey.apply({ plan: plan.run.id })
    expect(again.applied).toMatchObject({ created: 0, updated: 0, held: 0, failed: 0 })
    await renameEverybody(journey)
    const later = await journey.backfill({ mode: 'apply' })
    const before = writesTo(journey)

    const old = await journey.apply({ plan: plan.run.id })
    expect(old.run.exitCode).toBe(3)
    expect(old.applied).toMatchObject({ failed: later.applied?.updated, updated: 0, created: 0 })
    expect(new Set(readFailures(old).map(({ code }) => code))).toEqual(new Set(['STALE_ROW']))
    expect(writesTo(journey)).toBe(before)
  })
})

describe('the records of the live automation', () => {
  it.each(['auto', 'resolve', 'single'])('are adopted and improved, never doubled (%s)', async (strategy) => {
    const journey = await startJourney({
      sandbox: { calls: 120, endUsers: 60, automation: true, automationDash: '-' },
      config: { planhat: { strategy } },
    })
    const idsBefore = new Map(conversationsOf(journey).map((one) => [one._id, one.externalId]))
    const first = await journey.backfill({ mode: 'apply' })
    const wanted = plannedPayloads(journey, first.run.id)
    expect(first.applied).toMatchObject({ failed: 0, held: 0 })
    expect(first.applied?.updated).toBeGreaterThan(10)
    const bearers = new Map<string, number>()
    for (const { externalId = '' } of conversationsOf(journey))
      bearers.set(externalId, (bearers.get(externalId) ?? 0) + 1)
    const repeated = (ids: Iterable<string | undefined>) => {
      const all = [...ids]
      return all.filter((id, at) => all.indexOf(id) !== at).length
    }
    expect([...bearers.values()].reduce((sum, n) => sum + n - 1, 0)).toBe(repeated(idsBefore.values()))
    for (const [externalId, payload] of wanted) {
      const best = conversationsOf(journey).find(
        (one) => one.externalId === externalId && sameText(one.description ?? '', payload.description),
      )
      expect(best, externalId).toMatchObject({
        date: payload.date,
        companyId: payload.companyId,
        custom: payload.custom ?? {},
      })
    }
    const before = writesTo(journey)
    const second = await journey.backfill({ mode: 'apply' })
    expect(second.records).toMatchObject({ create: 0, update: 0 })
    expect(writesTo(journey)).toBe(before)
  })
})

describe('a tenant that does not keep what is written', () => {
  const spoilt: [string, Partial<Switches>, string, Partial<Switches>][] = [
    [
      'type',
      { conversationTypes: ['note'] },
      'CONVERSATION_TYPE',
      { conversationTypes: ['note', 'Cold Call'] },
    ],
    ['custom field', { unknownCustom: 'drop' }, 'CUSTOM_FIELD', { unknownCustom: 'store' }],
  ]

  it.each(spoilt)(
    'stops after the first record when it loses the %s, and that record is put right by the next run',
    async (_name, broken, code, fixed) => {
      for (const strategy of ['auto', 'resolve', 'single']) {
        const journey = await startJourney({
          sandbox: { ...SMALL, switches: broken },
          config: { planhat: { strategy } },
        })
        if (broken.unknownCustom) journey.sandbox.planhat.customFields.length = 0
        const run = journey.backfill({ mode: 'apply' })
        await expect(run).rejects.toMatchObject({ code, exitCode: 7 })
        const spoiltOnes = conversationsOf(journey).length
        expect(spoiltOnes).toBeLessThanOrEqual(3)
        await expect(journey.backfill({ mode: 'apply' })).rejects.toMatchObject({ code, exitCode: 7 })
        expect(conversationsOf(journey).length).toBeLessThanOrEqual(spoiltOnes + 3)

        Object.assign(journey.sandbox.switches, fixed)
        const last = await journey.backfill({ mode: 'apply' })
        expect(last.applied).toMatchObject({ failed: 0, held: 0 })
        expectHeldOnce(journey, plannedPayloads(journey, last.run.id))
      }
    },
  )
})

describe('a call whose End User went over to another company', () => {
  async function moveOne(journey: Journey) {
    const first = await journey.backfill({ mode: 'apply' })
    const one = conversationsOf(journey).find(({ endusers }) => endusers.length === 1)
    const person = journey.sandbox.planhat.endUsers.get(one?.endusers[0]?.id ?? '')
    const company = [...journey.sandbox.planhat.companies.values()].find(
      ({ _id }) => _id !== person?.companyId,
    )
    if (person === undefined || company === undefined) throw new Error('the world is too small')
    journey.sandbox.planhat.endUsers.set(person._id, {
      ...person,
      companyId: company._id,
      companyName: company.name,
    })
    await journey.pullIndex()
    return { first, id: one?._id ?? '', companyId: company._id }
  }

  it.each(['auto', 'resolve', 'single'])('is moved by its id, and never doubled (%s)', async (strategy) => {
    const journey = await startJourney({ sandbox: SMALL, config: { planhat: { strategy } } })
    const { id, companyId } = await moveOne(journey)
    const ids = conversationsOf(journey).map(({ _id }) => _id)
    const second = await journey.backfill({ mode: 'apply' })
    expect(second.applied?.failed).toBe(0)
    expect(journey.sandbox.planhat.conversations.get(id)?.companyId).toBe(companyId)
    expect(conversationsOf(journey).map(({ _id }) => _id)).toEqual(ids)
    for (const payload of plannedPayloads(journey, second.run.id).values()) {
      expect(theOne(journey, payload.externalId)).toMatchObject({ companyId: payload.companyId })
    }
  })

  it.each(['auto', 'resolve', 'single'])(
    'is reported when Planhat does not move it (%s)',
    async (strategy) => {
      const journey = await startJourney({
        sandbox: { ...SMALL, switches: { companyMoves: false, bulkMatchesExternalId: strategy === 'auto' } },
        config: { planhat: { strategy } },
      })
      const { first } = await moveOne(journey)
      const second = await journey.backfill({ mode: 'apply' })
      expect(second.run.exitCode).toBe(3)
      expect(new Set(readFailures(second).map(({ code }) => code))).toEqual(new Set(['MOVE_REFUSED']))
      expect(conversationsOf(journey)).toHaveLength(first.records.create)
      const night = await journey.reconcile()
      expect(night.drift?.moved).toBe(second.applied?.failed)
    },
  )
})
