import { formatCount } from '../text/words.ts'
import type { ChartData } from './chart-data.ts'
import { drawChart } from './charts.ts'
import { html, type Markup, raw } from './markup.ts'
import { chart } from './page-parts.ts'

/** Of the card that a chart stands in: a text in it is 12 px at about that width. */
const WIDTHS = { whole: 860, half: 500, narrow: 320 } as const

/** Stacked columns over time, for calls and for drift. */
export function columnChart(o: { id: string; title: string; data: ChartData }): Markup {
  const { labels, series } = o.data
  if (labels.length === 0) return html``
  const totals = series.map(
    ({ name, values }) => `${name} ${formatCount(values.reduce((sum, one) => sum + one, 0))}`,
  )
  const description = `From ${labels[0]} to ${labels.at(-1)}. In all: ${totals.join(', ')}.`
  return inBothWidths(o.id, { title: o.title, description, labels, series, height: 260, layout: 'columns' })
}

type Request = Omit<Parameters<typeof drawChart>[0], 'id' | 'width'> & { readonly isHalf?: boolean }

/** A chart for a wide page and one for a narrow one; the style sheet shows the one that fits. */
export function inBothWidths(id: string, { isHalf, ...request }: Request): Markup {
  const draw = (name: string, size: keyof typeof WIDTHS) =>
    raw(drawChart({ ...request, id: `${id}-${name}`, width: WIDTHS[size] }))
  // One series is what the title says.
  const named = request.series.length < 2 ? [] : request.series
  const legend = named.map(({ name, tone }, at) => ({ name, tone: tone ?? at }))
  return chart({
    wide: draw('wide', isHalf === true ? 'half' : 'whole'),
    narrow: draw('narrow', 'narrow'),
    legend,
  })
}
