import { describe, expect, it } from 'vitest'
import { differences } from '../../support/drift-world.ts'
import { type Journey, startJourney } from '../../support/journey.ts'
import { conversationsOf } from '../../support/writing.ts'

/** Other systems' Conversations, older than ours: a whole page of them stands in front in Planhat's list. */
function putInFront({ sandbox }: Journey, count: number): void {
  const { conversations: shelf } = sandbox.planhat
  const ours = [...shelf.values()]
  const [model] = ours
  if (model === undefined) throw new Error('nothing was written')
  const { externalId: _, ...rest } = model
  shelf.clear()
  for (let n = 0; n < count; n += 1) {
    const _id = `0000${n.toString(16).padStart(20, '0')}`
    shelf.set(_id, { ...rest, _id, type: 'note', date: '2020-01-01T00:00:00.000Z', subject: 'Other' })
  }
  for (const one of ours) shelf.set(one._id, one)
}

describe('a tenant of which records are deleted while they are listed', () => {
  it.each([{ bulkMatchesExternalId: false, postDuplicate: 'duplicate' as const }, {}])(
    'gets no record twice from a night that knows of no write (%o)',
    async (switches) => {
      const first = await startJourney({ sandbox: { calls: 40, endUsers: 30, switches } })
      first.sandbox.aircall.ripen()
      await first.reconcile({ fix: true })
      const written = conversationsOf(first).length
      putInFront(first, 2_000)
      first.sandbox.switches.deletedBetweenPages = { list: 'conversations', rows: 5 }

      const night = await startJourney({ on: first.sandbox, clock: first.clock })
      const summary = await night.reconcile({ fix: true })
      expect(first.sandbox.switches.deletedBetweenPages).toBeNull()
      expect(differences(summary.drift)).toEqual({})
      expect(summary.drift?.['in-sync']).toBe(written)
      const ours = conversationsOf(first).flatMap(({ externalId }) => externalId ?? [])
      expect(ours).toHaveLength(written)
      expect(new Set(ours).size).toBe(written)
    },
  )
})

describe('an index', () => {
  it('misses nobody although an End User is deleted while their list is read', async () => {
    const journey = await startJourney({ sandbox: { calls: 5, endUsers: 2_400 } })
    const { endUsers } = journey.sandbox.planhat
    journey.sandbox.switches.deletedBetweenPages = { list: 'endusers', rows: 5 }
    await journey.pullIndex()
    expect(journey.sandbox.switches.deletedBetweenPages).toBeNull()
    const left = [...endUsers.values()].filter(({ archived, companyId }) => archived !== true && companyId)
    const missing = left.filter(({ _id }) => journey.look((store) => store.index.endUser(_id)) === null)
    expect(missing).toEqual([])
  })
})
