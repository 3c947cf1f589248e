import { describe, expect, it } from 'vitest'
import { renderManagerReport } from '../../../src/report/manager/page.ts'
import { sayReason } from '../../../src/report/manager/week-series.ts'
import { formatManagerReport } from '../../../src/report/text/manager.ts'
import { aManagerModel } from './model.ts'

const model = aManagerModel()
const page = renderManagerReport(model)

describe('renderManagerReport', () => {
  it('needs neither network nor script, and leads every link to a place on the page', () => {
    expect(page).not.toMatch(/<script|<img|<iframe|<object|@import|url\(|javascript:|\son\w+=/i)
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`)
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toEqual([...new Set(ids)])
  })

  it('is the same bytes for the same model', () => {
    expect(renderManagerReport(aManagerModel())).toBe(page)
  })

  it('has every part that a manager asks for', () => {
    const titles = [...page.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, title]) => title)
    expect(titles).toEqual([
      'Calls a week',
      'Answer rate',
      'Waiting time',
      'Talk time',
      'Match rate',
      'When calls are missed',
      'Why calls were missed',
      'Week by week',
      'Calls and talk time by agent',
      'By line',
      'Companies with the most talk time',
      'Sentiment by week and by agent',
      'Topics by week and by agent',
      'Telephone numbers worth fixing',
      'How this is counted',
    ])
  })

  it('says the same figures in words as in its charts', () => {
    expect(page).toContain('1,500')
    expect(page).toContain('No agent was available')
    expect(page).toMatch(/Most were missed on \w+day from \d\d:00 to \d\d:00: \d+ of \d+ calls\./)
  })

  it('escapes names, and masks numbers unless asked to show them', () => {
    expect(page).toContain('Radia &lt;b&gt;Perlman&lt;/b&gt;')
    expect(page).not.toMatch(/555-0100|2025550147/)
    expect(renderManagerReport(aManagerModel({ reveal: true }))).toContain('+1 202-555-0100')
  })

  it('says first that some of the range was never read', () => {
    const unread = [{ since: '2026-09-03T00:00:00.000Z', until: '2026-09-10T00:00:00.000Z' }]
    expect(renderManagerReport(aManagerModel({ unread }))).toContain('No run has read all of this range')
    expect(page).not.toContain('class="banner"')
  })

  it('calls a reason that is not known by its own words', () => {
    expect(sayReason('made_up_by_aircall')).toBe('Made up by aircall')
    expect(sayReason('')).toBe('No reason given')
  })
})

describe('formatManagerReport', () => {
  const text = formatManagerReport(
    model,
    { report: '/tmp/report.html', csv: '' },
    { width: 80, paint: (_, one) => one },
  )

  it('begins with the range and ends with the file', () => {
    expect(text).toMatch(/^Calls from 2026-09-03 02:00 to 2026-11-27 01:00 Europe\/Paris/)
    expect(text).toMatch(/Report: \/tmp\/report\.html$/)
  })

  it('has the last ten weeks and the agents, within the width', () => {
    expect(text.match(/^ {2}2026-W\d\d /gm)).toHaveLength(10)
    expect(text).toContain('Grace Hopper')
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(82)
  })
})
