import { expect, it } from 'vitest'
import type { RawConversation } from '../../../src/sandbox/planhat/types.ts'
import { loneCaller, startSyncedWeek } from '../../support/drift-world.ts'

/**
 * What Planhat does with the Conversations of an End User that is merged into
 * another is not documented: each is played.
 */
const KEPT: Record<string, (remote: RawConversation) => RawConversation> = {
  'still names the one who is gone': (remote) => remote,
  'names nobody any more': ({ contactId: _, ...remote }) => ({ ...remote, endusers: [] }),
  'keeps the name without the id': ({ contactId: _, ...remote }) => ({
    ...remote,
    endusers: remote.endusers.map(({ id: __, email: ___, ...rest }) => rest),
  }),
}

it.each(Object.keys(KEPT))(
  'calls it moved, and no edit, where contacts were merged and Planhat %s',
  async (kept) => {
    const week = await startSyncedWeek()
    const { planhat } = week.sandbox
    const { endUserId, records } = loneCaller(week)
    const gone = planhat.endUsers.get(endUserId)
    if (gone === undefined) throw new Error('nobody to merge')
    // The survivor takes the number, under an id and an e-mail of their own.
    const survivor = {
      ...gone,
      _id: planhat.newId(),
      name: 'Vera Survivor',
      email: 'vera.survivor@example.com',
    }
    planhat.endUsers.delete(endUserId)
    planhat.endUsers.set(survivor._id, survivor)
    for (const remote of records) planhat.conversations.set(remote._id, KEPT[kept]?.(remote) ?? remote)
    week.clock.jump(25 * 3_600_000)

    const seen = await week.reconcile({})
    expect(seen.drift).toMatchObject({ moved: records.length, edited: 0 })
    await week.reconcile({ fix: true })
    expect((await week.reconcile({})).drift).toMatchObject({ moved: 0, edited: 0, changed: 0 })
    for (const { _id } of records)
      expect(planhat.conversations.get(_id)?.endusers).toMatchObject([{ id: survivor._id }])
  },
)
