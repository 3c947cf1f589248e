import { expect, it } from 'vitest'
import { FatalError, LockedError, RefusedError } from '../../../src/errors.ts'
import { isLocked, type Trouble, troubleAfter } from '../../../src/pipeline/listen/trouble.ts'

const NOW = Date.UTC(2026, 8, 29, 12)
const error = new FatalError('PLANHAT_AUTH', 'The Planhat token is not accepted.')

it('tries again after 30 s, doubling to 5 min, and remembers since when', () => {
  const pauses: number[] = []
  let trouble: Trouble | null = null
  for (let nowMs = NOW; pauses.length < 6; ) {
    trouble = troubleAfter(trouble, error, { nowMs, leastMs: 0 })
    pauses.push((trouble.untilMs - nowMs) / 1000)
    nowMs = trouble.untilMs
  }
  expect(pauses).toEqual([30, 60, 120, 240, 300, 300])
  expect(trouble).toMatchObject({ code: 'PLANHAT_AUTH', sinceMs: NOW, times: 6 })
})

it('waits at least as long as the work costs, and names how a guard is passed', () => {
  const refused = new RefusedError('GUARD_MAX_CHANGES', 'Too many.', { suggestions: ['--allow max-changes'] })
  const trouble = troubleAfter(null, refused, { nowMs: NOW, leastMs: 900_000 })
  expect(trouble.untilMs - NOW).toBe(900_000)
  expect(trouble.message).toBe('Too many. --allow max-changes')
})

it('takes another command at work for no trouble', () => {
  expect(isLocked(new LockedError('LOCKED', 'held'))).toBe(true)
  expect(isLocked(error)).toBe(false)
})
