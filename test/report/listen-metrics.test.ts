import { describe, expect, it } from 'vitest'
import { renderListenMetrics } from '../../src/report/listen-metrics.ts'
import { parseExposition } from '../support/exposition.ts'

const FACTS = {
  profile: null,
  answers: { 200: 7, 401: 2, 503: 0 },
  open: 3,
  waiting: 5,
  dead: 1,
  oldestMs: 12_500,
  lastEventAt: '2026-11-27T09:00:00.000Z',
  working: true,
}

describe('the metrics of a listener', () => {
  it('have the names and labels that monitors rely on', () => {
    const families = parseExposition(renderListenMetrics(FACTS))
    const sample = (name: string, labels = '') =>
      families.get(`aircall_sync_listen_${name}`)?.samples.get(labels)
    expect(families.get('aircall_sync_listen_events_total')?.type).toBe('counter')
    expect(sample('events_total', 'answer="200"')).toBe(7)
    expect(sample('events_total', 'answer="503"')).toBe(0)
    expect(sample('open_calls')).toBe(3)
    expect(sample('dead_calls')).toBe(1)
    expect(sample('oldest_open_seconds')).toBe(12.5)
    expect(sample('last_event_timestamp_seconds')).toBe(Date.UTC(2026, 10, 27, 9) / 1000)
    expect(sample('working')).toBe(1)
  })

  it('have the profile as a label of every sample, where there is one', () => {
    const families = [...parseExposition(renderListenMetrics({ ...FACTS, profile: 'acme' })).values()]
    const labels = families.flatMap(({ samples }) => [...samples.keys()])
    expect(labels).toHaveLength(9)
    expect(labels.filter((text) => !text.includes('profile="acme"'))).toEqual([])
  })

  it('say no time of an event while none has come, and that the work stands still', () => {
    const families = parseExposition(renderListenMetrics({ ...FACTS, lastEventAt: null, working: false }))
    expect(families.has('aircall_sync_listen_last_event_timestamp_seconds')).toBe(false)
    expect(families.get('aircall_sync_listen_working')?.samples.get('')).toBe(0)
  })
})
