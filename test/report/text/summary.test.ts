import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPaint, toTerminal } from '../../../src/cli/style.ts'
import { emptyApplied, emptyDrift, emptySummary, type Summary } from '../../../src/report/summary.ts'
import { formatSummary } from '../../../src/report/text/summary.ts'
import { formatDuration } from '../../../src/report/text/words.ts'

const head = {
  id: '20261122-201455-ab12',
  command: 'backfill',
  startedAt: '2026-11-22T20:14:55.000Z',
  endedAt: '2026-11-22T20:33:10.000Z',
}

function aPlan(): Summary {
  const empty = emptySummary({ ...head, mode: 'plan' })
  return {
    ...empty,
    calls: {
      read: 12_345,
      buckets: {
        ...empty.calls.buckets,
        matched: 9876,
        'shared-line': 420,
        ambiguous: 180,
        unmatched: 1600,
        anonymous: 269,
      },
    },
    transcripts: { eligible: 8000, ready: 7800, pending: 150, none: 50, denied: 0, assumed: 0 },
    records: { create: 17_000, update: 96, unchanged: 1000, hold: 1780, skip: 269 },
    requests: {
      aircall: { total: 8247, pages: 247, transcripts: 8000, insights: 0, throttled: 1, retried: 2 },
      planhat: { total: 12, reads: 12, writes: 0, throttled: 0, retried: 0 },
    },
    files: {
      review: '/s/review.csv',
      held: '',
      drift: '',
      report: '/s/report.html',
      failures: '',
      summary: '/s/summary.json',
    },
    warnings: [
      {
        code: 'TRANSCRIPTS_PENDING',
        message:
          'Aircall has not finished 150 transcripts yet; every later ' +
          'run asks for them once more until they are three days old.',
      },
    ],
  }
}

describe('formatSummary', () => {
  it('puts counts first, then what needs a person, then files, then the next command', () => {
    expect(
      formatSummary(aPlan(), {
        width: 80,
        next: [{ command: 'aircall-sync apply 20261122-201455-ab12', note: 'Write it:' }],
      }),
    ).toBe(
      `PLAN ONLY: nothing was sent to Planhat.

Calls
  read                   12,345
  matched                 9,876  80.0 %
  shared line               420  3.4 %
  ambiguous                 180  1.5 %
  unmatched               1,600  13.0 %
  anonymous                 269  2.2 %
  match rate             85.3 %  of 12,076 calls with a usable number

Records
  would create           17,000
  would update               96
  unchanged               1,000
  held for a person       1,780
  nothing to write          269

Transcripts
  eligible                8,000
  ready                   7,800
  not there yet             150
  none                       50

Requests
  Aircall                 8,247  1 throttled, 2 sent again
  Planhat                    12
  time                   19 min

Needs a person
  - 1,780 calls held: 180 ambiguous, 1,600 unmatched. Settle them in the review
    file, or leave them.
  - Aircall has not finished 150 transcripts yet; every later run asks for them
    once more until they are three days old. (TRANSCRIPTS_PENDING)

Files
  review    /s/review.csv
  report    /s/report.html
  summary   /s/summary.json

Next
  # Write it:
  aircall-sync apply 20261122-201455-ab12

PLAN ONLY: nothing was sent to Planhat.`,
    )
  })

  it('speaks in the past tense after an apply, and of no plan', () => {
    const applied = { ...emptyApplied(), created: 5, failed: 2, held: 1 }
    const text = formatSummary(
      { ...aPlan(), run: { ...emptySummary(head).run, mode: 'apply' }, applied },
      { width: 80 },
    )
    expect(text).not.toContain('PLAN ONLY')
    expect(text).not.toContain('would')
    expect(text).toContain('  created                     5')
    expect(text).toContain('2 records failed; the failures file says why.')
    expect(text).toContain('1 record held back: Planhat changed since the plan.')
  })

  it('shows drift with its reasons in words', () => {
    const drift = { ...emptyDrift(), 'in-sync': 10, missing: 2, foreign: 1 }
    const text = formatSummary({ ...emptySummary({ ...head, mode: 'report' }), drift }, { width: 80 })
    expect(text).toContain('  = in sync                  10\n')
    expect(text).toContain('  + missing                   2  It should exist and was never written.')
    expect(text).toContain(
      '  & foreign                   1  Another Conversation looks like this call: two\n',
    )
    expect(text).not.toContain('orphan')
  })

  it('says what ended a run early', () => {
    const error = { code: 'HTTP_5XX', message: 'Aircall did not answer.' }
    expect(formatSummary({ ...emptySummary(head), error }, { width: 80 })).toContain(
      'The run ended early: Aircall did not answer. (HTTP_5XX)',
    )
  })

  it('keeps to its width, whatever the numbers and warnings', () => {
    const summaries = fc.record({
      count: fc.nat(99_999_999),
      words: fc.lorem({ maxCount: 60 }),
      width: fc.integer({ min: 80, max: 100 }),
    })
    fc.assert(
      fc.property(summaries, ({ count, words, width }) => {
        const drift = {
          ...emptyDrift(),
          foreign: count,
          unsupported: count,
          'stale-placeholder': count,
          moved: count,
        }
        const summary = { ...aPlan(), drift, warnings: [{ code: 'X', message: words }] }
        const lines = formatSummary(summary, { width }).split('\n')
        expect(lines.filter((line) => line.length > width)).toEqual([])
      }),
    )
  })

  it('cuts a flood of warnings and says where the rest is', () => {
    const warnings = Array.from({ length: 25 }, (_, at) => ({ code: 'W', message: `warning ${at}` }))
    const text = formatSummary({ ...emptySummary(head), warnings }, { width: 80 })
    expect(text).toContain('15 more warnings: see the summary file.')
    expect(text).not.toContain('warning 10')
  })

  it('says the same with colour as without', () => {
    const paint = createPaint({ isTTY: true }, {})
    const coloured = toTerminal(formatSummary(aPlan(), { width: 80, paint }))
    expect(coloured).toContain('\u001b[')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that a terminal takes
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(formatSummary(aPlan(), { width: 80 }))
  })

  it.each([
    [{ isTTY: false }, {}],
    [{ isTTY: true }, { NO_COLOR: '1' }],
    [{ isTTY: true }, { TERM: 'dumb' }],
    [{ isTTY: true }, { CI: 'true' }],
  ])('uses no colour for %j with %j', (stream, env) => {
    expect(createPaint(stream, env)('bad', 'x')).toBe('x')
  })
})

it.each([
  [0, '0 s'],
  [41_200, '42 s'],
  [90_000, '2 min'],
  [3_600_000, '1 h'],
  [12_000_000, '3 h 20 min'],
  [187_200_000, '2 d 4 h'],
])('writes %i ms as %s', (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected)
})
