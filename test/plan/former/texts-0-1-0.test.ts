import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCall } from '../../../src/aircall/call.ts'
import { parseTranscript } from '../../../src/aircall/transcript.ts'
import type { Content, Transcript } from '../../../src/content.ts'
import { defaultConversationSettings as settings } from '../../../src/conversation/settings.ts'
import { isOwnDescription } from '../../../src/plan/automation.ts'
import { TEXTS_0_1_0 } from '../../../src/plan/former/texts-0-1-0.ts'
import { aCall, aContent, aTranscript } from '../../support/builders.ts'
import { worldOf010 } from '../../support/state-0-1-0.ts'

const WORLD = worldOf010()
/** What 0.1.0 wrote and nobody touched. */
const WRITTEN = WORLD.conversations.filter(({ externalId }) => externalId !== '4100000002-cold call')

/** The call that a record of 0.1.0 speaks of, as it was read. */
function contentOf(callId: string): Content {
  const call = parseCall(WORLD.calls.find(({ id }) => String(id) === callId))
  const transcription = WORLD.transcripts[callId]
  const transcript = transcription === undefined ? null : parseTranscript({ transcription }, callId)
  return aContent({ call, transcript })
}

describe('the texts of 0.1.0', () => {
  it.each(WRITTEN.map(({ externalId = '', description }) => [externalId, description ?? '']))(
    'are those of %s, to the letter',
    (externalId, description) => {
      const [callId = '', kind] = externalId.split('-')
      const content = contentOf(callId)
      const { call, transcript } = content
      const text = (said: Transcript) =>
        TEXTS_0_1_0.transcriptLead(call, said) +
        TEXTS_0_1_0.transcriptBlock(said, { maxChars: 200_000, link: call.asset })
      expect(kind === 'transcript' && transcript ? text(transcript) : TEXTS_0_1_0.call(content)).toBe(
        description,
      )
      expect(isOwnDescription(description, { content, settings })).toBe(true)
    },
  )

  it('are known as ours however long, for any call', () => {
    const time = fc.option(fc.nat(100_000), { nil: null })
    fc.assert(
      fc.property(
        fc.constantFrom('inbound', 'outbound'),
        time,
        time,
        fc.boolean(),
        (direction, answer, end, voicemail) => {
          const call = aCall({
            direction,
            answeredAt: answer,
            endedAt: end,
            hasVoicemail: voicemail,
            tags: ['b', 'a'],
          })
          const content = aContent({ call, transcript: aTranscript() })
          expect(isOwnDescription(TEXTS_0_1_0.call(content), { content, settings })).toBe(true)
        },
      ),
    )
    const content = aContent({ transcript: aTranscript() })
    const cut = TEXTS_0_1_0.transcriptBlock(aTranscript(), { maxChars: 60, link: content.call.asset })
    const merged = TEXTS_0_1_0.call(content) + cut
    expect(merged).toContain('Transcript cut here: 1 more utterance is in')
    expect(isOwnDescription(merged, { content, settings: { maxTranscriptChars: 60 } })).toBe(true)
    expect(isOwnDescription(`${merged}<p>My note.</p>`, { content, settings })).toBe(false)
  })
})
