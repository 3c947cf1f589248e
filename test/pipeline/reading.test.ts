import { describe, expect, it } from 'vitest'
import { startJourney } from '../support/journey.ts'

describe('a backfill', () => {
  it('reads every call once and asks for no transcript twice', async () => {
    const journey = await startJourney({ sandbox: { calls: 200 } })
    const first = await journey.backfill()
    const pages = journey.sandbox.log.filter(({ path }) => path === '/v1/calls')
    console.log(first.calls, first.transcripts, first.warnings, journey.lines, pages.length)
    expect(first.calls.read).toBe(200)
  })
})
