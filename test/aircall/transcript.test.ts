import { describe, expect, it } from 'vitest'
import { parseCall } from '../../src/aircall/call.ts'
import { canHaveTranscript, parseTranscript } from '../../src/aircall/transcript.ts'
import { RecordError } from '../../src/errors.ts'
import { fixture } from './fixture.ts'

const of = (utterances: object[], more: object = {}) => ({
  transcription: { content: { utterances }, ...more },
})

describe('a transcript', () => {
  it('of the official example is read', () => {
    expect(parseTranscript(fixture('transcription-official'), '5237603')).toEqual({
      callId: '5237603',
      type: 'call',
      language: 'en',
      utterances: [
        { startSeconds: 12.54, text: 'Okay,', speaker: 'external', phoneNumber: '+33679198915' },
        {
          startSeconds: 238.08,
          text: "Okay, I guess that's enough.",
          speaker: 'internal',
          phoneNumber: null,
        },
      ],
    })
  })

  it('may be bare, or only its content', () => {
    const { transcription } = fixture('transcription-official') as { transcription: { content: object } }
    const expected = parseTranscript({ transcription }, '5237603').utterances
    expect(parseTranscript(transcription, '5237603').utterances).toEqual(expected)
    expect(parseTranscript(transcription.content, '5237603').utterances).toEqual(expected)
  })

  it('is sorted by start, stable, with utterances that have no time kept where they were', () => {
    const texts = [
      { start_time: 9, text: 'c' },
      { start_time: '2.5', text: 'a' },
      { text: 'b' },
      { start_time: 9, text: 'd' },
    ]
    expect(parseTranscript(of(texts), '1').utterances.map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('keeps text as it was said, leaves silence out, and takes unknown speakers for external', () => {
    const texts = [
      {
        start_time: 1,
        text: 'if a < b & "c" 🎉',
        participant_type: 'ai_voice_agent',
        ai_voice_agent_id: 'x',
      },
      { start_time: 2, text: '  ' },
      { start_time: 3, text: null },
      { start_time: 4, text: 'hm', participant_type: 'martian' },
    ]
    const { utterances } = parseTranscript(of(texts, { type: 'voicemail' }), '1')
    expect(utterances.map(({ text, speaker }) => [text, speaker])).toEqual([
      ['if a < b & "c" 🎉', 'ai_voice_agent'],
      ['hm', 'external'],
    ])
  })

  it.each([{}, { transcription: null }, { transcription: { content: null } }, of([])])(
    '%j holds none',
    (raw) => {
      expect(parseTranscript(raw, '1').utterances).toEqual([])
    },
  )

  it("that is another call's is refused", () => {
    expect(() => parseTranscript(of([], { call_id: '2' }), '1')).toThrow(RecordError)
    expect(parseTranscript(of([], { call_id: '1' }), '1').callId).toBe('1')
  })

  it('of a wrong shape is refused by path, without its text', () => {
    const read = () => parseTranscript(of([{ text: { secret: 'words' } }]), '1')
    expect(read).toThrow('Transcript of call 1: content.utterances.0.text: ')
    expect(read).not.toThrow('words')
  })
})

describe('a call can have a transcript', () => {
  const call = (more: object) => parseCall({ ...fixture('call-live'), ...more })

  it('when it was answered with at least five seconds of talk, or has a voicemail', () => {
    expect(canHaveTranscript(call({ answered_at: 100, ended_at: 105 }))).toBe(true)
    expect(canHaveTranscript(parseCall(fixture('built-voicemail')))).toBe(true)
  })

  it('and not when it was shorter, missed, or goes on', () => {
    expect(canHaveTranscript(call({ answered_at: 100, ended_at: 104 }))).toBe(false)
    expect(canHaveTranscript(parseCall(fixture('built-missed')))).toBe(false)
    expect(canHaveTranscript(parseCall(fixture('built-in-progress')))).toBe(false)
  })
})
