import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Utterance } from '../../src/content.ts'
import { speakerOf, transcriptBlock, transcriptLead } from '../../src/conversation/transcript-html.ts'
import { aCall, aMissedCall, aTranscript } from '../support/builders.ts'

function says(text: string, overrides: Partial<Utterance> = {}): Utterance {
  return { startSeconds: 0, text, speaker: 'external', phoneNumber: null, ...overrides }
}

const roomy = { maxChars: 100_000, link: null }

describe('speakerOf', () => {
  it('is Agent, the number, External, or AI agent', () => {
    const speakers = [
      says('', { speaker: 'internal', phoneNumber: '+12025550199' }),
      says('', { phoneNumber: '+12025550134' }),
      says(''),
      says('', { speaker: 'ai_voice_agent' }),
    ]
    expect(speakers.map(speakerOf)).toEqual(['Agent', '+12025550134', 'External', 'AI agent'])
  })
})

describe('transcriptLead', () => {
  it('says that a voicemail was left for a voicemail, else that the call was answered', () => {
    expect(transcriptLead(aCall(), aTranscript())).toBe('<p>Call was answered.</p>')
    expect(transcriptLead(aCall(), aTranscript({ type: 'voicemail' }))).toBe('<p>Voicemail was left.</p>')
    expect(transcriptLead(aMissedCall({ hasVoicemail: true }), aTranscript())).toBe(
      '<p>Voicemail was left.</p>',
    )
  })
})

describe('transcriptBlock', () => {
  it('escapes what was said', () => {
    const transcript = aTranscript({ utterances: [says(`if a < b && c > "d" it's <script>`)] })
    expect(transcriptBlock(transcript, roomy)).toBe(
      '<p><strong>Transcript:</strong></p><p><strong>External:</strong> ' +
        'if a &lt; b &amp;&amp; c &gt; &quot;d&quot; it&#39;s &lt;script&gt;</p>',
    )
  })

  it('cuts at an utterance and says so with the link', () => {
    const transcript = aTranscript({ utterances: [says('one'), says('two'), says('three')] })
    const html = transcriptBlock(transcript, {
      maxChars: 45,
      link: 'https://assets.aircall.io/calls/1/recording?a=1&b=2',
    })
    expect(html).toContain('one')
    expect(html).not.toContain('two')
    expect(html).toContain(
      '2 more utterances are in <a href="https://assets.aircall.io/calls/1/recording?a=1&amp;b=2">Aircall</a>.',
    )
  })

  it('makes no link of what is no web address', () => {
    const transcript = aTranscript({ utterances: [says('one'), says('two')] })
    const html = transcriptBlock(transcript, { maxChars: 45, link: 'javascript:alert(1)' })
    expect(html).toContain('1 more utterance is in Aircall.')
    expect(html).not.toContain('href')
  })

  it('never holds more than the bound and one note, and no raw markup', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 20 }), fc.nat({ max: 600 }), (texts, maxChars) => {
        const html = transcriptBlock(aTranscript({ utterances: texts.map((text) => says(text)) }), {
          maxChars,
          link: null,
        })
        expect(html.length).toBeLessThanOrEqual(maxChars + 150)
        expect(html.replace(/<\/?(?:p|strong|em)>/gu, '')).not.toMatch(/[<>"]/u)
      }),
    )
  })
})
