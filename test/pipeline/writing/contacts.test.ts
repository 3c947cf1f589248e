import { describe, expect, it } from 'vitest'
import { differences, meddle, startSyncedWeek, type Week } from '../../support/drift-world.ts'

/** Records of shared lines that name one person, of another company, as the live automation leaves them. */
function pointAway(week: Week): string[] {
  const { conversations, endUsers } = week.sandbox.planhat
  const shared = [...conversations.values()].filter((one) => one.endusers.length === 0)
  for (const one of shared) {
    const stranger = [...endUsers.values()].find(({ companyId }) => companyId !== one.companyId)
    meddle(week, one, { contactId: stranger?._id ?? '' })
  }
  return shared.map(({ _id }) => _id)
}

describe('the contact of a record that is about a company alone', () => {
  it('is cleared, and brought back by an undo', async () => {
    const week = await startSyncedWeek()
    const ids = pointAway(week)
    expect(ids.length).toBeGreaterThan(2)
    const before = ids.map((id) => week.sandbox.planhat.conversations.get(id)?.contactId)
    expect(differences((await week.reconcile()).drift)).toEqual({ changed: ids.length })
    const healed = await week.reconcile({ fix: true })
    expect(healed.applied).toMatchObject({ updated: ids.length, failed: 0 })
    expect(ids.map((id) => week.sandbox.planhat.conversations.get(id)?.contactId ?? null)).toEqual(
      ids.map(() => null),
    )
    expect(differences((await week.reconcile()).drift)).toEqual({})

    const { undoRun } = await import('../../../src/pipeline/undo.ts')
    await undoRun(week.world(), { runId: healed.run.id, maxDeletes: 0, yes: true })
    expect(ids.map((id) => week.sandbox.planhat.conversations.get(id)?.contactId)).toEqual(before)
  })

  it('is reported where Planhat does not clear it, and asked for once, not every night', async () => {
    const week = await startSyncedWeek({ sandbox: { switches: { contactId: 'kept' } } })
    const ids = pointAway(week)
    const first = await week.reconcile({ fix: true })
    expect(first.warnings.map(({ code }) => code)).toContain('CONTACT_KEPT')
    const from = week.sandbox.log.length
    const second = await week.reconcile({ fix: true })
    expect(differences(second.drift)).toEqual({})
    expect(second.warnings.find(({ code }) => code === 'CONTACT_KEPT')?.message).toContain(
      `${ids.length} records`,
    )
    expect(week.sandbox.log.slice(from).filter(({ method }) => method !== 'GET')).toEqual([])
  })
})
