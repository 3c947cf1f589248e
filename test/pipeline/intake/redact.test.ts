import { describe, expect, it } from 'vitest'
import { type Journey, startJourney } from '../../support/journey.ts'

// 4111 1111 1111 1111 and GB82 WEST 1234 5698 7654 32 are the examples everybody uses: nobody's.
const SAID =
  'My card is 4111 1111 1111 1111, my IBAN GB82 WEST 1234 5698 7654 32, ' +
  'my mail ada@example.com, my phone 020 7946 0958, ticket TICKET-12345.'
const KEPT = 'My card is [card], my IBAN [iban], my mail [email], my phone [phone], ticket [ticket].'
const SECRETS = ['4111', 'GB82', 'ada@example.com', '7946 0958', 'TICKET-12345']

const CONFIG = {
  defaultCountry: 'GB',
  transcripts: {
    redact: ['card', 'iban', 'email', 'phone', { name: 'ticket', pattern: 'TICKET-[0-9]+' }],
  },
}

/** Puts the words into the transcript of a call that is matched, and gives its id. */
async function sayIt(journey: Journey): Promise<string> {
  const plan = await journey.backfill()
  const callId = journey.look(
    (store) => [...store.plans.iterate(plan.run.id)].find(({ record }) => record === 'transcript')?.callId,
  )
  if (callId === undefined) throw new Error('no transcript in the sandbox')
  journey.sandbox.aircall.setTranscript(callId, {
    id: 1,
    call_id: Number(callId),
    call_created_at: '2026-06-01T10:00:00.000Z',
    type: 'call',
    content: {
      language: 'en',
      utterances: [{ start_time: 1, end_time: 2, text: SAID, participant_type: 'external' }],
    },
  } as never)
  return callId
}

const recordOf = (journey: Journey, callId: string) =>
  journey.sandbox.planhat.conversations.byExternalId(`${callId}-transcript`)[0]

describe('redaction', () => {
  it('happens before anything is stored or sent, and is counted by kind', async () => {
    const journey = await startJourney({ sandbox: { calls: 60, endUsers: 40 }, config: CONFIG })
    const callId = await sayIt(journey)
    const run = await journey.backfill({ mode: 'apply', refresh: true })
    expect(recordOf(journey, callId)?.description).toContain(KEPT)
    const kept = journey.look((store) => store.transcripts.get(callId)?.utterances[0]?.text)
    expect(kept).toBe(KEPT)
    expect(run.transcripts.redacted).toMatchObject({ card: 1, iban: 1, email: 1, phone: 1, ticket: 1 })
    const everything =
      JSON.stringify([...journey.sandbox.planhat.conversations.values()]) + journey.lines.join()
    for (const secret of SECRETS) expect(everything).not.toContain(secret)
  })

  it('is no drift: what we wrote redacted stays as it is', async () => {
    const journey = await startJourney({ sandbox: { calls: 60, endUsers: 40 }, config: CONFIG })
    await sayIt(journey)
    await journey.backfill({ mode: 'apply', refresh: true })
    const again = await journey.backfill({ mode: 'apply', refresh: true })
    expect(again.applied).toMatchObject({ created: 0, updated: 0 })
    const nightly = await journey.reconcile({ fix: true })
    expect(nightly.drift).toMatchObject({ changed: 0, edited: 0, missing: 0 })
  })

  it('heals what the live automation wrote with everything in it', async () => {
    const journey = await startJourney({ sandbox: { calls: 60, endUsers: 40 }, config: CONFIG })
    const callId = await sayIt(journey)
    await journey.backfill({ mode: 'apply', refresh: true })
    const written = recordOf(journey, callId)
    if (written === undefined) throw new Error('it was not written')
    const description =
      '<p>Call was ' +
      `answered.</p><p><strong>Transcript:</strong></p><p><strong>External:</strong> ${SAID}</p>`
    journey.sandbox.planhat.conversations.set(written._id, { ...written, description })
    const nightly = await journey.reconcile({ fix: true })
    expect(nightly.drift).toMatchObject({ changed: 1, edited: 0 })
    expect(recordOf(journey, callId)?.description).toContain(KEPT)
  })
})
