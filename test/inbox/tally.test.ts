import { describe, expect, it } from 'vitest'
import { Tally } from '../../src/inbox/tally.ts'
import { FakeClock } from '../http/support/fake-clock.ts'

describe('the tally of answers', () => {
  it('counts by status, with those that are expected from the start', () => {
    const tally = new Tally({ clock: new FakeClock(), sayRefused: () => {} })
    for (const status of [200, 200, 413]) tally.note(status)
    expect(tally.answers).toEqual({ 200: 2, 401: 0, 413: 1, 503: 0 })
  })

  it('says wrong tokens at most once a minute, whatever the clock does', () => {
    const clock = new FakeClock()
    const said: number[] = []
    const tally = new Tally({ clock, sayRefused: (count) => said.push(count) })
    for (let at = 0; at < 1_000; at++) tally.note(401)
    expect(said).toEqual([1])
    clock.jump(60_000)
    tally.note(200)
    tally.note(401)
    expect(said).toEqual([1, 1_000])
    clock.jump(-3_600_000)
    tally.note(401)
    expect(said).toEqual([1, 1_000, 1])
  })
})
