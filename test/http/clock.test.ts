import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/http/clock.ts'

describe("the machine's clock", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000 }))
  afterEach(() => void vi.useRealTimers())

  it('sleeps as long as asked', async () => {
    const slept = systemClock.sleep(5_000).then(() => systemClock.nowMs())
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await slept).toBe(6_000)
  })

  it('wakes with the reason when it is aborted, before or during the sleep, and leaves no timer', async () => {
    const stop = new AbortController()
    const slept = systemClock.sleep(5_000, stop.signal)
    stop.abort(new Error('stopped by the user'))
    await expect(slept).rejects.toThrow('stopped by the user')
    await expect(systemClock.sleep(5_000, stop.signal)).rejects.toThrow('stopped by the user')
    expect(vi.getTimerCount()).toBe(0)
  })
})
