import { expect, it } from 'vitest'
import { emptyApplied, emptySummary, readSummary } from '../../src/report/summary.ts'

it('reads a summary of an earlier version: what that one did not count is nothing', () => {
  const { pending: _pending, ...transcripts } = { ...emptySummary().transcripts, ready: 3 }
  const { held: _held, ...applied } = { ...emptyApplied(), created: 2 }
  const stored = { ...emptySummary({ id: 'r1' }), transcripts, applied, later: 'kept' }
  expect(readSummary(stored)).toEqual({
    ...emptySummary({ id: 'r1' }),
    transcripts: { ...emptySummary().transcripts, ready: 3 },
    applied: { ...emptyApplied(), created: 2 },
    later: 'kept',
  })
})

it('keeps what is there, lists and texts as they are, and knows a run without one', () => {
  const summary = { ...emptySummary(), warnings: [{ code: 'A', message: 'b' }] }
  expect(readSummary(summary)).toEqual(summary)
  expect(readSummary(null)).toBeNull()
})
