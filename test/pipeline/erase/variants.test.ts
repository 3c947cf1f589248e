import { describe, expect, it } from 'vitest'
import { readSubject } from '../../../src/pipeline/erase/subject.ts'
import { writtenNumbers } from '../../../src/pipeline/intake/conceal.ts'
import { openDesk } from '../../../src/pipeline/run/session.ts'
import { openStore } from '../../../src/store/store.ts'
import { aCall } from '../../support/builders.ts'
import { startJourney } from '../../support/journey.ts'

/** Two spellings of one number, as they are met: what is erased, and what the call shows. Libphonenumber's examples. */
const PAIRS = [
  ['+52 200 123 4567', '+52 1 200 123 4567'],
  ['+52 1 200 123 4567', '+52 200 123 4567'],
  ['+55 11 96123-4567', '+55 11 6123-4567'],
  ['+39 02 1234 5678', '+39 2 1234 5678'],
  ['+54 9 11 2345-6789', '+54 11 2345-6789'],
  ['12345', '12345'],
] as const

describe('an erased number', () => {
  it.each(PAIRS)('%s is known on a call that shows %s', async (erased, shown) => {
    const journey = await startJourney({ sandbox: { calls: 1, endUsers: 2 } })
    const store = openStore(journey.world().settings.stateDir)
    try {
      const desk = openDesk(journey.world(), store)
      const subject = readSubject(desk, erased)
      if (subject.kind !== 'number') throw new Error('not taken for a number')
      for (const spelling of subject.spellings) store.erased.add('number', spelling, 0)
      const call = aCall({ rawDigits: shown })
      const isErased = writtenNumbers(call, 'US').some((number) => store.erased.has('number', number))
      expect(isErased).toBe(true)
    } finally {
      store.close()
    }
  })

  it('is not another one', async () => {
    const journey = await startJourney({ sandbox: { calls: 1, endUsers: 2 } })
    const store = openStore(journey.world().settings.stateDir)
    try {
      const subject = readSubject(openDesk(journey.world(), store), '+1 202 555 0143')
      if (subject.kind !== 'number') throw new Error('not taken for a number')
      for (const spelling of subject.spellings) store.erased.add('number', spelling, 0)
      const other = writtenNumbers(aCall({ rawDigits: '+1 202 555 0144' }), 'US')
      expect(other.some((number) => store.erased.has('number', number))).toBe(false)
    } finally {
      store.close()
    }
  })
})
