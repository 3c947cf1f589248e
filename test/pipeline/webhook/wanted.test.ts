import { describe, expect, it } from 'vitest'
import { goesToPlanhat, isSameUrl } from '../../../src/pipeline/webhook/hook-url.ts'
import { wantedEvents } from '../../../src/pipeline/webhook/wanted.ts'

describe('what a webhook of ours is', () => {
  it('has an event for each insight that is on', () => {
    expect(wantedEvents([])).toHaveLength(8)
    expect(wantedEvents(['summary', 'actionItems']).slice(8)).toEqual([
      'summary.created',
      'action_item.created',
    ])
    expect(wantedEvents(['topics', 'sentiment']).slice(8)).toEqual(['topics.created', 'sentiment.created'])
  })

  it('has an address that a person takes for the same', () => {
    const same = 'https://calls.example.com/aircall'
    for (const other of ['https://CALLS.example.com/aircall/', 'https://calls.example.com:443/aircall']) {
      expect(isSameUrl(same, other)).toBe(true)
    }
    for (const other of [
      'http://calls.example.com/aircall',
      `${same}?key=1`,
      `${same}/x`,
      'https://calls.example.com/Aircall',
      '',
    ]) {
      expect(isSameUrl(same, other)).toBe(false)
    }
  })

  it.each([
    ['https://hooks.planhat.com/x', true],
    ['https://planhat.com/x', true],
    ['https://api.eu.planhatdemo.com/x', true],
    ['https://notplanhat.com/x', false],
    ['https://planhat.com.example/x', false],
    ['no address', false],
  ])('%s goes to Planhat: %s', (url, is) => {
    expect(goesToPlanhat({ url })).toBe(is)
  })
})
