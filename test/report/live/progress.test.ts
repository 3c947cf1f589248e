import { PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import type { Clock } from '../../../src/domain.ts'
import { createProgress, describeProgress, PLAIN_LINE_EVERY_MS } from '../../../src/report/live/progress.ts'

/** Time stands until `pass` is called. */
function aStandingClock() {
  let nowMs = 0
  let sleepers: { at: number; wake: () => void }[] = []
  const clock: Clock = {
    nowMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((wake, reject) => {
        sleepers.push({ at: nowMs + ms, wake })
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
  }
  const pass = async (ms: number) => {
    nowMs += ms
    const due = sleepers.filter((sleeper) => sleeper.at <= nowMs)
    sleepers = sleepers.filter((sleeper) => sleeper.at > nowMs)
    for (const sleeper of due) sleeper.wake()
    await new Promise((done) => setImmediate(done))
  }
  return { clock, pass }
}

function aStream() {
  const stream = new PassThrough()
  return { stream, text: () => String(stream.read() ?? '') }
}

describe('in a pipe', () => {
  it('writes a plain line every 30 s and not one more', async () => {
    const { stream, text } = aStream()
    const { clock, pass } = aStandingClock()
    const progress = createProgress({ stream, isTTY: false, enabled: true, clock })
    progress.start(5000, 'reading calls')
    progress.update(1200, { etaMs: 700_000 })
    await pass(PLAIN_LINE_EVERY_MS - 1)
    expect(text()).toBe('')
    await pass(1)
    expect(text()).toBe('reading calls: 1,200 of 5,000 (24 %), about 12 min left\n')
    progress.update(2500, { etaMs: null })
    await pass(PLAIN_LINE_EVERY_MS)
    expect(text()).toBe('reading calls: 2,500 of 5,000 (50 %)\n')
    progress.stop()
    await pass(PLAIN_LINE_EVERY_MS)
    expect(text()).toBe('')
  })

  it('follows the work from one stage to the next', async () => {
    const { stream, text } = aStream()
    const { clock, pass } = aStandingClock()
    const progress = createProgress({ stream, isTTY: false, enabled: true, clock })
    progress.start(null, 'reading calls')
    progress.start(10, 'reading transcripts')
    progress.update(1)
    progress.line('Waiting 42 s for the rate limit of Aircall.')
    await pass(PLAIN_LINE_EVERY_MS)
    progress.stop()
    expect(text()).toBe('Waiting 42 s for the rate limit of Aircall.\nreading transcripts: 1 of 10 (10 %)\n')
  })

  it('never sends a control code', async () => {
    const { stream, text } = aStream()
    const { clock, pass } = aStandingClock()
    const progress = createProgress({ stream, isTTY: false, enabled: true, clock })
    progress.start(10, 'reading')
    await pass(PLAIN_LINE_EVERY_MS)
    progress.stop()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })
})

it('says nothing with --no-progress but lets lines through', async () => {
  const { stream, text } = aStream()
  const { clock, pass } = aStandingClock()
  const progress = createProgress({ stream, isTTY: true, enabled: false, clock })
  progress.start(10, 'reading')
  progress.update(5)
  await pass(PLAIN_LINE_EVERY_MS)
  progress.line('a warning')
  progress.stop()
  expect(text()).toBe('a warning\n')
})

it('draws a bar on a terminal and takes it away at the end', () => {
  vi.useFakeTimers()
  const { stream, text } = aStream()
  const terminal = Object.assign(stream, {
    isTTY: true,
    columns: 80,
    rows: 24,
    cursorTo() {},
    clearLine() {},
    moveCursor() {},
    clearScreenDown() {},
  })
  const { clock } = aStandingClock()
  const progress = createProgress({ stream: terminal, isTTY: true, enabled: true, clock })
  progress.start(10, 'reading calls')
  progress.update(5)
  vi.advanceTimersByTime(1000)
  expect(text()).toContain('████████░░░░░░░░ reading calls: 5 of 10 (50 %)')
  progress.line('Waiting 42 s for the rate limit of Aircall.')
  vi.advanceTimersByTime(1000)
  expect(text()).toContain('Waiting 42 s')
  progress.stop()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

describe('describeProgress', () => {
  it.each([
    [{ label: 'a', done: 3, total: null, etaMs: null }, 'a: 3 so far'],
    [{ label: 'a', done: 0, total: 0, etaMs: null }, 'a: 0 so far'],
    [{ label: 'a', done: 11, total: 10, etaMs: 5000 }, 'a: 11 of 10 (100 %), about 5 s left'],
    [
      { label: 'a', done: 999, total: 1000, etaMs: 10_000_000 },
      'a: 999 of 1,000 (99 %), about 2 h 47 min left',
    ],
  ])('puts %j as %s', (state, expected) => {
    expect(describeProgress(state)).toBe(expected)
  })
})
