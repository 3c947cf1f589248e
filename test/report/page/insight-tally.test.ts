import { describe, expect, it } from 'vitest'
import { createInsightTally } from '../../../src/report/page/insight-tally.ts'
import { renderReport } from '../../../src/report/page/page.ts'
import { aCall } from '../../support/builders.ts'
import { aModel } from './model.ts'

const at = (iso: string) => Date.parse(iso) / 1000

describe('what was heard', () => {
  it('is counted by week of the time zone and by agent, each value once a call', () => {
    const tally = createInsightTally('Europe/Paris')
    const ben = { id: '7', name: null, email: 'ben@example.com' }
    // Monday already in Paris, still Sunday in UTC.
    tally.add(aCall({ startedAt: at('2026-11-01T23:30:00Z') }), {
      sentiment: ['positive'],
      topics: ['billing', 'log-in'],
    })
    tally.add(aCall({ startedAt: at('2026-11-01T22:30:00Z'), agent: ben }), {
      sentiment: null,
      topics: ['billing'],
    })
    tally.add(aCall({ startedAt: at('2026-11-03T10:00:00Z'), agent: null }), { sentiment: [], topics: [] })
    expect(tally.heard('topics')).toEqual({
      values: ['billing', 'log-in'],
      weeks: [
        { name: '2026-W44', calls: 1, counts: new Map([['billing', 1]]) },
        {
          name: '2026-W45',
          calls: 1,
          counts: new Map([
            ['billing', 1],
            ['log-in', 1],
          ]),
        },
      ],
      agents: [
        {
          name: 'Ana Cruz',
          calls: 1,
          counts: new Map([
            ['billing', 1],
            ['log-in', 1],
          ]),
        },
        { name: 'ben@example.com', calls: 1, counts: new Map([['billing', 1]]) },
      ],
    })
    expect(tally.heard('sentiment')?.weeks).toHaveLength(1)
    expect(createInsightTally('UTC').heard('topics')).toBeNull()
  })

  it('is in the report, with rare topics as one column and names escaped', () => {
    const page = renderReport(aModel())
    expect(page).toContain('<h2 id="sentiment-title">Sentiment by week and by agent</h2>')
    expect(page).toContain('Ada &lt;Lovelace&gt;')
    expect(page).toMatch(/data-title="Others"><span>5<\/span>/)
    expect(renderReport({ ...aModel(), insights: { sentiment: null, topics: null } })).not.toContain(
      'Topics by week',
    )
  })
})
