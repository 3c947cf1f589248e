import { describe, expect, it } from 'vitest'
import { type Explanation, formatExplanation, maskExplanation } from '../../../src/report/text/explanation.ts'
import { aCall, aDesired, aHeld, aMatch } from '../../support/builders.ts'

const SAID = 'My password is swordfish'
const desired = aDesired({
  payload: {
    description: `<p>Inbound call.</p><p><strong>Note by Ana:</strong> ${SAID}</p>`,
    subject: 'Aircall – inbound call from +1 202-555-0134',
    custom: {
      Notes: SAID,
      Topics: [SAID, 'renewal'],
      'Call Recording': 'https://assets.example/calls/3000000001',
    },
  },
})
const whole: Explanation = {
  call: aCall({
    rawDigits: '(202) 555-0134',
    participants: [{ kind: 'external', phoneNumber: '٢٠٢٥٥٥٠١٣٤', name: 'Ada' }],
  }),
  match: { ...aMatch(), steps: ['Read as +12025550134 with country US (the configured default).'] },
  transcript: { state: 'ready', because: 'Aircall gave it.', askedAt: null },
  chain: { earlier: '2999999999', later: null },
  insights: { summary: { state: 'ready', because: 'It is held.' } },
  records: [
    {
      externalId: '3000000001-cold call',
      action: 'update',
      payload: desired.payload,
      planhat: aHeld({ description: SAID }, desired),
      changes: [
        { field: 'description', before: SAID, after: desired.payload.description },
        { field: 'custom.Notes', before: SAID, after: 'one two' },
        { field: 'type', before: 'note', after: 'Cold Call' },
      ],
    },
  ],
}

describe('an explanation that is not revealed', () => {
  const masked = maskExplanation(whole)
  const [json, text] = [JSON.stringify(masked), formatExplanation(masked)]

  it('holds no whole number, in whatever spelling and script', () => {
    for (const shown of [json, text]) {
      expect(shown).not.toMatch(/555.?0134|2025550134|٢٠٢/)
      expect(shown).toContain('…34')
    }
    expect(json).toContain('…٣٤')
  })

  it('holds nothing of what was said, only how long it is', () => {
    for (const shown of [json, text]) expect(shown).not.toContain('swordfish')
    expect(masked.records[0]?.payload?.description).toMatch(/^\(\d+ characters\)$/)
    expect(text).toContain(`description: (${SAID.length} characters) -> (`)
  })

  it('says where each insight stands, without its words', () => {
    expect(text).toContain('Continues call 2999999999.')
    expect(text).not.toContain('Continued by')
    expect(text).toContain('Insight summary: ready. It is held.')
    expect(masked.insights).toEqual(whole.insights)
  })

  it('keeps every field under its name, and what is no number and no text', () => {
    expect(Object.keys(masked.records[0]?.payload ?? {})).toEqual(Object.keys(desired.payload))
    expect(masked.records[0]).toMatchObject({
      externalId: '3000000001-cold call',
      payload: { companyId: 'co-1', custom: { 'Call Recording': 'https://assets.example/calls/3000000001' } },
      planhat: { _id: 'cv-1' },
      changes: [{}, {}, { field: 'type', before: 'note', after: 'Cold Call' }],
    })
    expect(masked.call.id).toBe('3000000001')
  })
})

it('an explanation that is revealed shows the number as it came', () => {
  expect(formatExplanation(whole)).toContain('raw number  (202) 555-0134')
})
