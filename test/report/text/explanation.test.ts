import { describe, expect, it } from 'vitest'
import { type Explanation, formatExplanation, maskExplanation } from '../../../src/report/text/explanation.ts'
import { aCall, aDesired, aMatch, aRemote } from '../../support/builders.ts'

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
      planhat: aRemote({ description: SAID }, desired),
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

  it('shows the payload, what Planhat has and what a write would change, field by field', () => {
    expect(text).toContain('    the call as a record\n')
    expect(text).toContain('      type: Cold Call\n')
    expect(text).toContain('    what Planhat has\n')
    expect(text).toContain('    what a write would change\n      description: ')
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

it('names company and End User of a call that a reviewer settled, and says how a number was read in words', () => {
  const { companyId } = aMatch() as { companyId: string }
  const match = { ...aMatch(), companyName: 'Initech', via: 'review' as const, steps: [] }
  const text = formatExplanation({ ...whole, match })
  expect(text).toContain(`  company     Initech (${companyId})\n`)
  expect(text).toContain('settled by a reviewer')
  const endUser = {
    id: 'eu-1',
    name: 'Ada Example',
    email: null,
    companyId,
    companyName: 'Initech',
    archived: false,
  }
  const held = { kind: 'ambiguous' as const, number: null, because: 'Two.', steps: [] }
  const candidates = [{ endUser: { ...endUser, country: null }, field: 'custom.Mobile', tier: 2 as const }]
  const asked = formatExplanation({ ...whole, match: { ...held, candidates } })
  expect(asked).toContain('candidate   Ada Example, Initech, in Mobile (read with its country)')
  expect(asked).not.toMatch(/\btier\b/i)
})

it('an explanation that is revealed shows the number as it came', () => {
  expect(formatExplanation(whole)).toContain('raw number  (202) 555-0134')
})
