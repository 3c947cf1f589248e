import { expect, it } from 'vitest'
import { startSyncedWeek } from '../../support/drift-world.ts'

/** Half characters, NUL, an escape sequence, a C1 sign. */
const WILD = 'a\ud83d b\udc00 \0c \u001b[31md\u009b2Je'

/** What JSON leaves of the ill-formed: escaped halves and control characters, C1 signs as they are. */
const ILL_FORMED = /\\ud[89a-f]|\\u00[01][0-9a-f]|[\u007f-\u009f]/

it('writes calls full of half characters to a Planhat that refuses them, once, and sees no edit then', async () => {
  const week = await startSyncedWeek()
  const { sandbox, clock } = week
  sandbox.switches.poison = (item) => (ILL_FORMED.test(JSON.stringify(item)) ? 'item' : null)
  const [known] = sandbox.world.callers.known.filter(({ truth }) => truth.bucket === 'matched')
  const endedAt = Math.floor(clock.nowMs() / 1000) - 7000
  const call = sandbox.aircall.addCall({
    raw_digits: known?.e164 ?? null,
    started_at: endedAt - 200,
    answered_at: endedAt - 190,
    ended_at: endedAt,
    tags: [{ id: 1, name: WILD }],
    user: { id: 9, name: WILD, email: 'wild@example.com' },
  })
  sandbox.aircall.setTranscript(call.id, {
    id: 1,
    call_id: call.id,
    call_created_at: new Date((endedAt - 200) * 1000).toISOString(),
    type: 'call',
    content: {
      language: 'en',
      utterances: [
        { start_time: 0, end_time: 1, text: WILD, participant_type: 'external', phone_number: null },
      ],
    },
  } as unknown as Parameters<typeof sandbox.aircall.setTranscript>[1])

  const { applied } = await week.reconcile({ fix: true })
  expect(applied).toMatchObject({ created: 2, failed: 0 })
  const remote = [...sandbox.planhat.conversations.byExternalId(`${call.id}-transcript`)]
  expect(remote[0]?.description).toContain('a\ufffd b\ufffd c de')
  expect((await week.reconcile({})).drift).toMatchObject({ edited: 0, changed: 0, missing: 0 })
})
