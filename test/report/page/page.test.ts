import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUCKETS } from '../../../src/domain.ts'
import { busiest, foldDays } from '../../../src/report/page/chart-data.ts'
import { CHART_TONES, drawChart } from '../../../src/report/page/charts.ts'
import { html } from '../../../src/report/page/markup.ts'
import { renderReport } from '../../../src/report/page/page.ts'
import { emptyDrift, emptySummary } from '../../../src/report/summary.ts'
import { formatTalk } from '../../../src/report/text/words.ts'
import { aModel } from './model.ts'

const page = renderReport(aModel())

describe('renderReport', () => {
  it('needs neither network nor script', () => {
    expect(page).not.toMatch(/<script|<img|<iframe|<object|@import|url\(|javascript:|\son\w+=/i)
    const links = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target]) => target ?? '')
    expect(links.filter((link) => !link.startsWith('#') && link !== 'data:,')).toEqual([])
    expect(page).toContain(`default-src 'none'`)
  })

  it('leads every link of its own to a place on the page', () => {
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`)
  })

  it('uses every id once', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toEqual([...new Set(ids)])
  })

  it('is the same bytes for the same model', () => {
    expect(renderReport(aModel())).toBe(page)
  })

  it('says where every call went, in words', () => {
    expect(page).toContain('4,273 calls read')
    expect(page).toContain('One End User has the number.')
    expect(page).toContain('88.1 %')
    expect(page).toContain('PLAN ONLY: nothing was sent to Planhat.')
  })

  it('shows calls and talk time by agent', () => {
    expect(page).toMatch(/Grace Hopper<\/th>.*420.*27:13:20/)
  })

  it('escapes what comes from elsewhere', () => {
    expect(page).toContain('Hedy &lt;b&gt;Lamarr&lt;/b&gt;')
    expect(page).toContain('Frequency &quot;Hop&quot; Ltd')
  })

  it('masks every number, also inside sentences', () => {
    expect(page).not.toMatch(/2025550143|79460018|7946 0018|199001234|555-0147/)
    expect(page).toContain('No End User has …18.')
  })

  it('shows numbers whole when asked to', () => {
    expect(renderReport(aModel({ reveal: true }))).toContain('+12025550143')
  })

  it('says that it is not whole when the run ended early', () => {
    const model = aModel()
    const early = {
      ...model,
      summary: { ...model.summary, error: { code: 'HTTP_5XX', message: 'Aircall is down.' } },
    }
    expect(renderReport(early)).toContain('The run ended early')
    expect(renderReport(early)).toContain('Aircall is down.')
  })

  it('shows drift by class and day for a reconcile', () => {
    const model = aModel({ driftPerDay: [{ day: '2026-11-20', counts: { missing: 3 } }] })
    const drift = { ...emptyDrift(), 'in-sync': 90, missing: 3 }
    const text = renderReport({ ...model, summary: { ...model.summary, drift } })
    expect(text).toContain('Drift by day')
    expect(text).toContain('It should exist and was never written.')
    expect(text).not.toContain('A person deleted it')
  })

  it('is a page even when nothing was read', () => {
    const nothing = {
      callsPerDay: [],
      agents: [],
      companies: [],
      hygiene: [],
      held: [],
      summary: emptySummary({ mode: 'apply' }),
    }
    const text = renderReport(aModel(nothing))
    expect(text).toContain('What was written to Planhat')
    expect(text).not.toMatch(/NaN|Infinity|undefined|null/)
  })

  it('says how many held calls have numbers that are not shown', () => {
    const [row] = aModel().held
    const held = Array.from({ length: 2000 }, () => ({ ...row!, calls: 2 }))
    const text = renderReport(aModel({ held, heldCalls: 5000 }))
    expect(text).toContain('5,000 calls held, of 2,000 numbers and more.')
    expect(text).toContain('1,000 more calls in held.csv.')
    expect(text.length).toBeLessThan(2_500_000)
  })

  it('survives any text in any place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const [held] = aModel().held
        const [agent] = aModel().agents
        const strange = renderReport(
          aModel({
            held: [{ ...held!, because: text, number: text }],
            agents: [{ ...agent!, name: text }],
            profile: text,
          }),
        )
        expect(strange.split('<section').length).toBe(page.split('<section').length)
      }),
      { numRuns: 25 },
    )
  })
})

describe('drawChart', () => {
  const request = {
    id: 'c',
    title: 'Calls & "more"',
    description: 'From <1> to 2',
    labels: ['1 Oct', '2 Oct'],
    series: [{ name: 'Answered', values: [3, 4] }],
    width: 320,
    height: 200,
    layout: 'columns' as const,
  }

  it('names the image and describes it', () => {
    const svg = drawChart(request)
    expect(svg).toContain('role="img" aria-labelledby="c-t c-d"')
    expect(svg).toContain(
      '<title id="c-t">Calls &amp; "more"</title><desc id="c-d">From &lt;1&gt; to 2</desc>',
    )
    expect(svg).toMatch(/<text[^>]*>1 Oct<\/text>/)
  })

  it('leaves nothing of the live chart, and colours that the style sheet can turn', () => {
    const svg = drawChart(request)
    expect(svg).not.toMatch(/ecmeta|<style|class=|zr\d/)
    expect(svg).toContain(`fill="${CHART_TONES[0].light}"`)
  })

  it('draws names that JavaScript keeps for itself without touching what they name', () => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    const labels = ['__proto__', 'constructor', 'Ada\n__proto__', 'toString']
    const series = [{ name: '__proto__', values: [1, 2, 3, 4] }]
    for (let n = 0; n < 2; n += 1) expect(drawChart({ ...request, labels, series })).toContain('__proto__')
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(Object.getOwnPropertyNames(Object)).not.toContain('prev')
  })

  it('is the same bytes each time', () => {
    expect(drawChart(request)).toBe(drawChart(request))
  })
})

describe('foldDays', () => {
  const day = (text: string, ...counts: number[]) => ({ day: text, counts })

  it('fills in the quiet days', () => {
    expect(foldDays([day('2026-10-30', 1), day('2026-11-02', 2)], ['A'])).toEqual({
      labels: ['30 Oct', '31 Oct', '1 Nov', '2 Nov'],
      series: [{ name: 'A', values: [1, 0, 0, 2] }],
      unit: 'day',
    })
  })

  it('counts weeks from Monday when the days are many', () => {
    const folded = foldDays([day('2026-01-07', 1), day('2026-06-30', 2)], ['A'])
    expect(folded.unit).toBe('week')
    expect(folded.labels[0]).toBe('5 Jan')
    expect(folded.labels).toHaveLength(26)
  })

  it('loses no call, whatever the days', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 900 }), { minLength: 1 })
    fc.assert(
      fc.property(days, (offsets) => {
        const rows = offsets.map((at) =>
          day(new Date(Date.UTC(2025, 0, 1 + at)).toISOString().slice(0, 10), at, 1),
        )
        const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0)
        const { series } = foldDays(rows, ['A', 'B'])
        expect(series.map(({ values }) => sum(values))).toEqual([sum(offsets), offsets.length])
      }),
    )
  })

  it('is empty for no day', () => {
    expect(foldDays([], ['A'])).toEqual({ labels: [], series: [], unit: 'day' })
  })
})

it('puts the busiest agents first, and equals by name', () => {
  const rows = busiest(aModel().agents, 2).map((row) => row.name)
  expect(rows).toEqual(['Mary Jackson', 'Ada Lovelace'])
})

it('writes talk time in hours, minutes and seconds', () => {
  expect([formatTalk(0), formatTalk(59), formatTalk(3_661), formatTalk(4_000_000)]).toEqual([
    '0:00:00',
    '0:00:59',
    '1:01:01',
    '1,111:06:40',
  ])
})

it('escapes in the template and joins lists', () => {
  expect(html`<p>${['<', html`<b>x</b>`]}${null}${7}</p>`.text).toBe('<p>&lt;<b>x</b>7</p>')
})

it('has a wording for every bucket', () => {
  const model = aModel()
  const buckets = Object.fromEntries(
    BUCKETS.map((bucket) => [bucket, 1]),
  ) as typeof model.summary.calls.buckets
  const text = renderReport({
    ...model,
    summary: { ...model.summary, calls: { read: BUCKETS.length, buckets } },
  })
  expect(text.match(/class="dot /g)).toHaveLength(BUCKETS.length)
})
