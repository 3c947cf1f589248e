import { escapeHtml, type Markup, raw } from '../page/markup.ts'
import { formatCount } from '../text/words.ts'

/** PURE. A grid of counts, the more the darker, as an SVG that the style sheet colours for light, dark and paper. */
export interface HeatMap {
  /** Unique on the page. */
  readonly id: string
  readonly title: string
  /** What a reader should take from it, for those who do not see it. */
  readonly description: string
  readonly columns: readonly string[]
  readonly rows: readonly { readonly label: string; readonly values: readonly number[] }[]
  readonly width: number
  readonly cellHeight: number
}

const [LABEL, HEAD, GAP, LEVELS] = [40, 20, 2, 5]

export function drawHeatMap({ id, title, description, columns, rows, width, cellHeight }: HeatMap): Markup {
  const most = Math.max(1, ...rows.flatMap(({ values }) => values))
  const cell = (width - LABEL) / Math.max(1, columns.length)
  const height = HEAD + rows.length * cellHeight
  const text = (x: number, y: number, what: string, more = '') =>
    `<text x="${round(x)}" y="${round(y)}" text-anchor="middle"${more}>${escapeHtml(what)}</text>`
  const heads = columns.map((label, at) => text(LABEL + (at + 0.5) * cell, HEAD - 7, label, ' class="axis"'))
  const body = rows.flatMap(({ label, values }, row) => {
    const y = HEAD + row * cellHeight
    const name = `<text x="0" y="${round(y + cellHeight / 2 + 4)}" class="axis">${escapeHtml(label)}</text>`
    const cells = values.map((value, at) => {
      const x = LABEL + at * cell
      const level = value === 0 ? 0 : Math.ceil((value / most) * LEVELS)
      const rect =
        `<rect x="${round(x)}" y="${y}" width="${round(cell - GAP)}" ` +
        `height="${cellHeight - GAP}" rx="3" class="l${level}"/>`
      const said = value === 0 ? '' : text(x + (cell - GAP) / 2, y + cellHeight / 2 + 3, formatCount(value))
      return `${rect}${said}`
    })
    return [name, ...cells]
  })
  const head = `role="img" aria-labelledby="${id}-t ${id}-d" width="${width}" height="${height}"`
  return raw(
    `<svg ${head} xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
      `class="heat"><title id="${id}-t">${escapeHtml(title)}</title><desc ` +
      `id="${id}-d">${escapeHtml(description)}</desc>${heads.join('')}${body.join('')}</svg>`,
  )
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10)
}
