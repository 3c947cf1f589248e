import { describe, expect, it } from 'vitest'
import { countRequests, type WriteLimits } from '../../../src/pipeline/writing/estimate.ts'
import { startPace } from '../../../src/pipeline/writing/pace.ts'

const limits: WriteLimits = { planhatPerMinute: 180, recordsPerRequest: 500, strategy: 'auto' }

describe('the bar of a write', () => {
  it('goes on where an earlier run left it, moves by every record and knows the time left', () => {
    let nowMs = 0
    const seen: [number, unknown][] = []
    const progress = {
      start() {},
      stop() {},
      line() {},
      update: (done: number, more?: object) => void seen.push([done, more]),
    }
    const clock = { nowMs: () => nowMs, sleep: async () => undefined }
    const pace = startPace({ progress, clock }, { total: 100, done: 40 })
    expect(seen).toEqual([[40, { total: 100 }]])
    // The rows that were done come first, and are in the bar already.
    pace.pass(40)
    expect(seen).toHaveLength(1)
    nowMs = 10_000
    pace.step(20)
    expect(seen.at(-1)).toEqual([60, { total: 100, etaMs: 20_000 }])
    pace.step(50)
    expect(seen.at(-1)).toEqual([110, { total: 110, etaMs: null }])
  })
})

describe('the time that a write takes', () => {
  it('counts batches, looks and lists in bulk, and each record alone', () => {
    expect(countRequests({ create: 0, update: 0, moves: 0 }, limits)).toBe(0)
    expect(countRequests({ create: 500, update: 2_119, moves: 1_000 }, limits, 120)).toBe(6 + 2 + 3 + 3)
    expect(countRequests({ create: 10, update: 20, moves: 5 }, { ...limits, strategy: 'single' })).toBe(51)
  })
})
