import { describe, expect, it } from 'vitest'
import { describeCall } from '../../src/conversation/describe.ts'
import { formatDuration, outcomeOf, talkSeconds } from '../../src/conversation/outcome.ts'
import { defaultConversationSettings } from '../../src/conversation/settings.ts'
import type { Call } from '../../src/domain.ts'
import { aCall, aContent, aMissedCall } from '../support/builders.ts'

function said(call: Call): string {
  return describeCall(aContent({ call }), defaultConversationSettings.content)
}

function first(call: Call): string {
  return said({ ...call, line: null }).replace(/<\/?p>/gu, '')
}

describe('describeCall', () => {
  it.each([
    ['out_of_opening_hours', 'Inbound call missed: outside opening hours.'],
    ['short_abandoned', 'Inbound call missed: the caller hung up after a few seconds.'],
    ['abandoned_in_ivr', 'Inbound call missed: the caller hung up in the voice menu.'],
    ['abandoned_in_classic', 'Inbound call missed: the caller hung up while waiting.'],
    ['no_available_agent', 'Inbound call missed: no agent was available.'],
    ['agents_did_not_answer', 'Inbound call missed: no agent answered.'],
    ['lost_in_space', 'Inbound call missed: lost in space.'],
    ['', 'Inbound call missed.'],
    [null, 'Inbound call missed.'],
  ])('says why a call was missed for the reason %s', (missedReason, text) => {
    expect(first(aMissedCall({ missedReason }))).toBe(text)
  })

  it('names at whom a missed call or a voicemail rang', () => {
    const { agent } = aCall()
    expect(first(aMissedCall({ agent, missedReason: 'agents_did_not_answer' }))).toBe(
      'Inbound call missed: no agent answered. It rang at Ana Cruz.',
    )
    expect(first(aMissedCall({ agent, hasVoicemail: true, missedReason: null }))).toBe(
      'Inbound call not answered. It rang at Ana Cruz. Voicemail was left.',
    )
  })

  it('says that a voicemail was left', () => {
    expect(first(aMissedCall({ hasVoicemail: true }))).toBe(
      'Inbound call not answered: no agent was available. Voicemail was left.',
    )
  })

  it('says who made an outbound call and whether it was answered', () => {
    const { agent } = aCall()
    expect(first(aCall({ direction: 'outbound' }))).toBe(
      'Outbound call by Ana Cruz was answered. Talk time 4 min 12 s.',
    )
    expect(first(aMissedCall({ direction: 'outbound', missedReason: null, agent }))).toBe(
      'Outbound call by Ana Cruz was not answered.',
    )
    expect(first(aMissedCall({ direction: 'outbound', missedReason: null }))).toBe(
      'Outbound call was not answered.',
    )
  })

  it('does without an agent, or names the e-mail', () => {
    expect(first(aCall({ agent: null }))).toBe('Inbound call answered. Talk time 4 min 12 s.')
    const agent = { id: '1', name: null, email: 'bo@example.com' }
    expect(first(aCall({ agent }))).toContain('answered by bo@example.com')
  })

  it('escapes every word that comes from Aircall', () => {
    const html = said(
      aCall({
        agent: { id: '1', name: '<img src=x>', email: null },
        line: { id: '1', name: 'R&D', digits: null, country: null },
        tags: ['"hot"'],
      }),
    )
    expect(html).toBe(
      '<p>Inbound call answered by &lt;img src=x&gt;. Talk time 4 min 12 s.</p>' +
        '<p>Aircall line: R&amp;D</p><p>Tags: &quot;hot&quot;</p>',
    )
  })

  it('does not depend on the order or repetition of tags', () => {
    expect(said(aCall({ tags: ['b', 'a', 'b'] }))).toBe(said(aCall({ tags: ['a', 'b'] })))
  })
})

describe('outcomeOf and talkSeconds', () => {
  it('knows answered, voicemail and missed, and counts talk only when answered', () => {
    expect(
      [aCall(), aMissedCall({ hasVoicemail: true }), aMissedCall()].map((call) => [
        outcomeOf(call),
        talkSeconds(call),
      ]),
    ).toEqual([
      ['answered', 252],
      ['voicemail', 0],
      ['missed', 0],
    ])
    expect(talkSeconds(aCall({ endedAt: null }))).toBe(0)
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [252, '4 min 12 s'],
    [3600, '1 h'],
    [3725, '1 h 2 min'],
  ])('writes %i seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })
})
