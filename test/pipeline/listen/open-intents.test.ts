import { expect, it } from 'vitest'
import { openStore } from '../../../src/store/store.ts'
import { startListening } from '../../support/listening.ts'

it('takes no copy for deleted that it did not look at', async () => {
  const one = await startListening()
  const { id } = one.phone()
  await one.say('call.ended', id)
  one.clock.jump(3_000)
  await one.worker.settle()
  const [record] = one.recordsOf(id)
  const { planhat } = one.sandbox
  const elsewhere = [...planhat.companies.keys()].find((company) => company !== record?.companyId)
  if (record === undefined || elsewhere === undefined) throw new Error('nothing was written')
  const copy = { ...record, _id: planhat.newId(), companyId: elsewhere }
  planhat.conversations.set(copy._id, copy)
  // A prune that was killed before its deletion went out.
  const store = openStore(one.world().settings.stateDir)
  const run = store.runs.start({
    command: 'reconcile',
    mode: 'fix',
    since: null,
    until: null,
    request: {},
    nowMs: 0,
  })
  const named = {
    runId: run.id,
    externalId: `${record.externalId}`,
    callId: `${id}`,
    record: 'call',
  } as const
  const held = { _id: copy._id, companyId: elsewhere, endusers: [], users: [], custom: {} }
  const fixed = {
    kind: 'delete',
    planhatId: copy._id,
    companyId: elsewhere,
    digest: '',
    payload: null,
  } as const
  store.intents.announce([{ ...named, ...fixed, fields: null, before: held, atMs: one.clock.nowMs() }])
  // A tenant with so many Conversations that a scan costs more than the list of one company.
  store.meta.set('planhat.scanRequests', '50')
  store.close()

  one.clock.jump(60_000)
  await one.say('call.tagged', id)
  one.clock.jump(60_000)
  await one.worker.settle()
  expect(planhat.conversations.has(copy._id)).toBe(true)
  expect(one.look(({ runs }) => [...runs.writes(run.id)])).toEqual([])
})
