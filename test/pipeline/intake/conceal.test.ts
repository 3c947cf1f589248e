import { expect, it } from 'vitest'
import { conceal } from '../../../src/pipeline/intake/conceal.ts'
import { aCall } from '../../support/builders.ts'
import { startJourney } from '../../support/journey.ts'

const note = (content: string) => ({ content, author: 'Ana Cruz', postedAt: 1 })
const CALL = aCall({ comments: [note('Card 4111 1111 1111 1111'), note('Call back')] })

it('keeps the notes of a call without what is redacted', async () => {
  const journey = await startJourney({ sandbox: { calls: 1 }, config: { transcripts: { redact: ['card'] } } })
  const [kept] = journey.look((store) => conceal({ ...journey.world(), store }, [CALL]))
  expect(kept).toEqual({ ...CALL, comments: [note('Card [card]'), note('Call back')] })
})

it('keeps them as they are where nothing is to be redacted', async () => {
  const journey = await startJourney({ sandbox: { calls: 1 } })
  expect(journey.look((store) => conceal({ ...journey.world(), store }, [CALL]))).toEqual([CALL])
})
