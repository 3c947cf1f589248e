import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { toVisible } from '../../conversation/well-formed.ts'

use([BarChart, LineChart, GridComponent, SVGRenderer])

/** echarts is bundled into this one module at build time: installed whole it weighs 60 MB. */
export interface ChartRequest {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  /** What a reader should take from it, for those who do not see it. */
  readonly description: string
  readonly labels: readonly string[]
  /** Null where there is nothing to show. */
  readonly series: readonly {
    readonly name: string
    readonly values: readonly (number | null)[]
    readonly tone?: number
  }[]
  readonly width: number
  readonly height: number
  /** `rows`: labels down the left side, for names. */
  readonly layout: 'columns' | 'rows'
  /** Lines for what cannot be stacked; stacked bars where nothing is said. */
  readonly marks?: 'bars' | 'lines'
  /** Said at every value of the axis: `%`, `s`. */
  readonly unit?: string
  /** Where the axis ends; by the values where nothing is said. */
  readonly most?: number
}

/** Stacked bars, or lines, as an SVG text with title and description. The same request gives the same bytes. */
export function drawChart(request: ChartRequest): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: request.width, height: request.height })
  try {
    chart.setOption(toOption(request))
    return clean(chart.renderToSVGString(), request)
  } finally {
    chart.dispose()
  }
}

function toOption(request: ChartRequest) {
  const isRows = request.layout === 'rows'
  const names = {
    type: 'category' as const,
    data: request.labels.map(guardName),
    inverse: isRows,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: CHART_LINE.light } },
    axisLabel: {
      color: CHART_INK.light,
      fontSize: 12,
      hideOverlap: true,
      ...(isRows ? { width: 104, overflow: 'truncate' as const } : {}),
    },
  }
  const isFine = request.unit === 'h'
  const values = {
    type: 'value' as const,
    minInterval: isFine ? 0 : 1,
    ...(request.most === undefined
      ? {}
      : { min: 0, max: request.most, interval: request.most / (request.width < 400 ? 2 : 5) }),
    splitNumber: request.width < 400 ? 3 : 5,
    splitLine: { lineStyle: { color: CHART_LINE.light } },
    axisLabel: {
      color: CHART_INK.light,
      fontSize: 12,
      ...(request.unit === undefined ? {} : { formatter: `{value} ${request.unit}` }),
    },
  }
  return {
    animation: false,
    grid: isRows
      ? { left: 116, right: 14, top: 4, bottom: 24 }
      : { left: 52, right: 10, top: 10, bottom: 26 },
    xAxis: isRows ? values : names,
    yAxis: isRows ? names : values,
    series: request.series.map((series, at) => toSeries(request, series, at)),
  }
}

function toSeries(
  { layout, marks, labels }: ChartRequest,
  series: ChartRequest['series'][number],
  at: number,
) {
  const color = CHART_TONES[(series.tone ?? at) % CHART_TONES.length]?.light ?? CHART_INK.light
  const same = { name: guardName(series.name), silent: true, itemStyle: { color }, data: [...series.values] }
  if (marks === 'lines') {
    const dots = labels.length <= MOST_DOTS
    return {
      ...same,
      type: 'line' as const,
      lineStyle: { color, width: 2.5 },
      // A week between two without calls has no line; its dot is all there is.
      ...{ symbol: 'circle', symbolSize: dots ? 7 : 4, showAllSymbol: true },
    }
  }
  return {
    ...same,
    type: 'bar' as const,
    stack: 'all',
    barMaxWidth: layout === 'rows' ? 18 : 34,
    barCategoryGap: '28%',
    // One path a series instead of an element a bar: half the time and a quarter of the bytes.
    large: true,
    largeThreshold: 0,
  }
}

const MOST_DOTS = 30

/**
 * zrender remembers widths of texts in a plain object by the text: a line that reads `__proto__` would have it
 * write into the prototype of every object. A mark without width keeps such a line from being the name of anything.
 */
function guardName(text: string): string {
  return toVisible(text).replace(/^.+$/gm, (line) => (line in Object.prototype ? `\u2060${line}` : line))
}

/** Takes away what only a live chart needs, and gives the image a name. */
function clean(svg: string, { id, title, description }: ChartRequest): string {
  const head = `role="img" aria-labelledby="${id}-t ${id}-d"`
  const words = `<title id="${id}-t">${escapeXml(title)}</title><desc id="${id}-d">${escapeXml(description)}</desc>`
  return (
    svg
      // No value lies outside of its chart.
      .replace(/<clipPath[\s\S]*?<\/clipPath>\s*/g, '')
      .replace(/<style\s*>[\s\S]*?<\/style>\s*/g, '')
      .replace(/ (?:class|clip-path|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
      .replace(/font-family:[^;"]*;/g, '')
      .replace(/\bzr\d+-/g, `${id}-`)
      .replace(/ (?:xmlns:xlink|version|baseProfile)="[^"]*"/g, '')
      .replace(/<svg ([^>]*)>/, (_all, attributes: string) => `<svg ${head} ${attributes}>${words}`)
  )
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/**
 * PURE. Colours of the charts. A chart is drawn with the light ones; the style sheet turns each into its
 * dark partner by an attribute selector, so the same SVG serves both. All have 3:1 against their ground
 * (WCAG 1.4.11) and neighbours differ in lightness too, for readers who do not see hue.
 */
export const CHART_TONES = [
  { light: '#14695a', dark: '#4fc9ae' },
  { light: '#d0782b', dark: '#f4b06c' },
  { light: '#5a5fc7', dark: '#a9adff' },
  { light: '#a8325e', dark: '#ff9dbd' },
  { light: '#2b7bb0', dark: '#86c8f2' },
  { light: '#74782a', dark: '#d0d47e' },
  { light: '#8c4a9e', dark: '#dba6ea' },
  { light: '#8a5a3c', dark: '#d9b394' },
  { light: '#3d7f3a', dark: '#95d691' },
  { light: '#6b7280', dark: '#c3cad3' },
] as const

export const CHART_INK = { light: '#56626e', dark: '#a6b3bf' } as const
export const CHART_LINE = { light: '#e3e7e9', dark: '#2c3742' } as const
