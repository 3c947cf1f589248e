import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { findChain } from '../../src/conversation/chain.ts'
import type { Call } from '../../src/domain.ts'
import { openStore } from '../../src/store/store.ts'
import { NOW, sampleCall, temporaryDir } from './samples.ts'

const [ana, ben, cleo] = ['Ana', 'Ben', 'Cleo'].map((name, at) => ({ id: String(at + 1), name, email: null }))
const agents = fc.constantFrom(ana ?? null, ben ?? null, cleo ?? null, null)
const nobody = fc.constant(null)

/** Calls of two numbers, short and long ones, some around midnight, some that go on, about half passed on. */
const calls = fc
  .array(
    fc.record({
      start: fc.oneof(
        fc.nat(400),
        fc.nat(400).map((late) => 86_000 + late),
      ),
      talk: fc.oneof(fc.nat(120), fc.nat(90_000), nobody),
      number: fc.constantFrom('+1 415-555-0101', '+1 415-555-0102'),
      agent: agents,
      by: fc.oneof(nobody, agents),
      to: fc.oneof(nobody, agents),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) =>
    all.map(({ start, talk, number, agent, by, to }, at): Call => {
      const startedAt = 1_780_012_800 + start
      return sampleCall(String(at + 1), {
        startedAt,
        answeredAt: startedAt + 5,
        endedAt: talk === null ? null : startedAt + 5 + talk,
        rawDigits: number,
        agent,
        transferredBy: by,
        transferredTo: to,
      })
    }),
  )

it('finds for each call the chain that a look at all calls of its number finds', () => {
  fc.assert(
    fc.property(calls, fc.boolean(), (all, isAskedBefore) => {
      const store = openStore(temporaryDir())
      onTestFinished(() => store.close())
      // Where it was asked before, what was passed on is known and kept up to date; else it is read.
      if (isAskedBefore) store.calls.around(all[0] as Call)
      store.calls.savePage(1, all, NOW)
      for (const call of all) {
        const among = (one: Call) => all.filter(({ rawDigits }) => rawDigits === one.rawDigits)
        expect(findChain(call, (one) => store.calls.around(one))).toEqual(findChain(call, among))
      }
    }),
    { numRuns: 150 },
  )
}, 60_000)
