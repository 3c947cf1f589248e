import { describe, expect, it } from 'vitest'
import { NO_INSIGHTS } from '../../src/content.ts'
import { type ContentSettings, INSIGHTS } from '../../src/content-settings.ts'
import { describeCall } from '../../src/conversation/describe.ts'
import { readBack, withWritten } from '../../src/conversation/read-back.ts'
import { defaultConversationSettings } from '../../src/conversation/settings.ts'
import { isOwnDescription } from '../../src/plan/automation.ts'
import { aCall, aContent } from '../support/builders.ts'

const ana = { id: '456', name: 'Ana Cruz', email: 'ana.cruz@example.com' }
const ben = { id: '457', name: 'Ben Okafor', email: null }
const cleo = { id: '458', name: null, email: 'cleo@example.com' }
const ALL: ContentSettings = { notes: true, transfers: true, insights: INSIGHTS, insightsMinTalkSeconds: 60 }
const at = (iso: string) => Date.parse(iso) / 1000

const full = aContent({
  call: aCall({
    line: { id: '1', name: 'Support', digits: null, country: 'US' },
    tags: ['VIP'],
    comments: [
      { content: 'First <b>line</b>\r\nsecond & last', author: 'Ana "A" Cruz', postedAt: 1 },
      { content: 'Written by a program', author: null, postedAt: 2 },
    ],
    transferredBy: ben,
    transferredTo: cleo,
  }),
  insights: {
    summary: 'They asked,\nwe answered.',
    actionItems: ['Send the offer', 'Call <back>'],
    topics: ['payment', 'billing'],
    sentiment: ['positive', 'neutral'],
  },
  chain: {
    earlier: { callId: '1', startedAt: at('2026-11-02T14:03:59Z'), agent: ana },
    later: { callId: '2', startedAt: at('2026-11-02T14:09:00Z'), agent: null },
  },
})

const BEGIN = '<p>Inbound call answered by Ana Cruz. Talk time 4 min 12 s.</p>'
const END = '<p>Aircall line: Support</p><p>Tags: VIP</p>'
const NOTES =
  '<p><strong>Note by Ana &quot;A&quot; Cruz:</strong> First &lt;b&gt;line&lt;/b&gt;<br>second &amp; last</p>' +
  '<p><strong>Note:</strong> Written by a program</p>'
const TRANSFERS =
  '<p>Transferred by Ben Okafor.</p><p>Transferred from Ana Cruz to cleo@example.com.</p>' +
  '<p>Continues the call of 2026-11-02 14:03 UTC (Ana Cruz).</p><p>Continued at 14:09 UTC.</p>'
const AI =
  '<p><strong>Summary:</strong> They asked,<br>we answered.</p>' +
  '<p><strong>Action items:</strong></p><ul><li>Send the offer</li><li>Call &lt;back&gt;</li></ul>' +
  '<p><strong>Topics:</strong> payment, billing</p>' +
  '<p><strong>Sentiment:</strong> positive, neutral</p>'

describe('the content of a call record', () => {
  it('has every part of the contract, in its order, to the letter', () => {
    expect(describeCall(full, ALL)).toBe(BEGIN + NOTES + AI + TRANSFERS + END)
  })

  it('has notes and transfers by default, and no insight', () => {
    expect(describeCall(full, defaultConversationSettings.content)).toBe(BEGIN + NOTES + TRANSFERS + END)
  })

  it('leaves out what is switched off', () => {
    const off = { ...ALL, notes: false, transfers: false, insights: ['topics'] as const }
    expect(describeCall(full, off)).toBe(`${BEGIN}<p><strong>Topics:</strong> payment, billing</p>${END}`)
  })

  it('says nothing where there is nothing to say', () => {
    const insights = { summary: null, actionItems: [], topics: [], sentiment: [] }
    expect(
      describeCall(
        { ...full, call: aCall({ line: null }), insights, chain: { earlier: null, later: null } },
        ALL,
      ),
    ).toBe(BEGIN)
  })

  it.each([
    [
      'its own user passed it on',
      { agent: ana, transferredBy: ana, transferredTo: ben },
      ['Transferred from Ana Cruz to Ben Okafor.'],
    ],
    [
      'it was passed to its own user',
      { agent: ben, transferredBy: ana, transferredTo: ben },
      ['Transferred by Ana Cruz.'],
    ],
    ['no user is named', { agent: null, transferredTo: ben }, ['Transferred to Ben Okafor.']],
    ['nobody is named', { agent: null, transferredTo: { id: '9', name: null, email: null } }, []],
  ])('tells transfers where %s', (_, over, sentences) => {
    const call = aCall({ line: null, ...over })
    const description = describeCall(aContent({ call }), ALL)
    expect(description.match(/<p>Trans.*?<\/p>/gu) ?? []).toEqual(sentences.map((one) => `<p>${one}</p>`))
  })
})

describe('what was written once', () => {
  it('is read back from the description, however Planhat stored its white space and quotes', () => {
    const stored = describeCall(full, ALL)
      .replaceAll('<br>', '<br />')
      .replaceAll('</p>', '</p>\n')
      .replaceAll('&quot;', '"')
    const { insights, chain } = readBack(stored)
    expect(insights).toEqual(full.insights)
    const lost = { ...full, insights: NO_INSIGHTS, chain: { earlier: null, later: null } }
    expect(describeCall(withWritten(lost, { insights, chain }, ALL), ALL)).toBe(describeCall(full, ALL))
  })

  it('goes when it is switched off, and is known as ours all the same', () => {
    const text = describeCall(full, ALL)
    const lost = { ...full, insights: NO_INSIGHTS, chain: { earlier: null, later: null } }
    const off = { ...ALL, insights: [], transfers: false }
    expect(describeCall(withWritten(lost, readBack(text), off), off)).toBe(BEGIN + NOTES + END)
    expect(isOwnDescription(text, { content: lost, settings: defaultConversationSettings })).toBe(true)
  })

  it('of before a note, an insight or the other call came is ours', () => {
    const settings = defaultConversationSettings
    for (const one of [BEGIN + END, BEGIN + NOTES + END, BEGIN + AI + END, BEGIN + TRANSFERS + END])
      expect(isOwnDescription(one, { content: full, settings })).toBe(true)
  })

  it('and what a person put in is not', () => {
    const settings = defaultConversationSettings
    const own = describeCall(full, ALL)
    for (const text of [
      `${own}<p>My own words.</p>`,
      own.replace('we answered', 'we did not answer'),
      own.replace('second &amp; last', 'second'),
      own.replace(END, ''),
    ])
      expect(isOwnDescription(text, { content: full, settings })).toBe(false)
  })
})
