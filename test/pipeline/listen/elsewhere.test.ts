import { expect, it } from 'vitest'
import { openStore } from '../../../src/store/store.ts'
import { startListening } from '../../support/listening.ts'

it("moves the automation's transcript of a call that is known, and writes no second one", async () => {
  const one = await startListening()
  const store = openStore(one.world().settings.stateDir)
  // A tenant with so many Conversations that a scan costs more than the list of one company.
  store.meta.set('planhat.scanRequests', '50')
  store.close()
  const { id } = one.phone()
  await one.say('call.ended', id)
  one.clock.jump(3_000)
  await one.worker.settle()
  const [record] = one.recordsOf(id)
  const { planhat, aircall } = one.sandbox
  const elsewhere = [...planhat.companies.keys()].find((company) => company !== record?.companyId)
  if (record === undefined || elsewhere === undefined) throw new Error('nothing was written')
  const description = 'Call was answered.'
  const subject = 'Aircall – inbound call transcript from Unknown'
  const transcript = { ...record, externalId: `${id}-transcript`, companyId: elsewhere, subject, description }
  const theirs = { ...transcript, _id: planhat.newId(), endusers: [], users: [], custom: {} }
  planhat.conversations.set(theirs._id, theirs)

  aircall.ripen(id)
  await one.say('transcription.created', id)
  one.clock.jump(3_000)
  await one.worker.settle()
  expect(planhat.conversations.byExternalId(`${id}-transcript`)).toMatchObject([
    { _id: theirs._id, companyId: record.companyId },
  ])
})
