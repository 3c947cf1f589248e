import { formatCount } from '../text/words.ts'
import { html, type Markup } from './markup.ts'

/** PURE. The few shapes of which the report is made. */
export interface Column<R> {
  readonly title: string
  readonly cell: (row: R) => string | Markup
  /** Right-aligned digits. */
  readonly isNumber?: boolean
  /** Per cent of the table, where two tables have to line up. */
  readonly width?: number
}

interface Table<R> {
  readonly caption: string
  readonly columns: readonly Column<R>[]
  readonly rows: readonly R[]
  readonly narrow: 'lines' | 'cards' | 'figures' | 'plain'
}

/**
 * A table with a caption and a header for every row. On a narrow page `lines` puts the figures
 * beside the row's name and the text below, `cards` puts every cell on a line of its own with
 * its title, `figures` puts the figures three a line with their titles above, `plain` scrolls.
 * The roles are spelt out because a browser drops them where a row is laid out otherwise.
 */
export function table<R>(o: Table<R>): Markup {
  const [first, ...rest] = o.columns
  if (first === undefined || o.rows.length === 0) return html``
  const cls = (column: Column<R>) => (column.isNumber === true ? 'num' : 'text')
  const head = o.columns.map(
    (column) =>
      html`<th role="columnheader" scope="col" class="${cls(column)}"${widthOf(column)}>${column.title}</th>`,
  )
  const cells = (row: R) =>
    rest.map(
      (column) =>
        html`<td role="cell" class="${cls(column)}" data-title="${column.title}"><span>${column.cell(row)}</span></td>`,
    )
  const body = o.rows.map(
    (row) =>
      html`<tr role="row"><th role="rowheader" scope="row">${first.cell(row)}</th>${cells(row)}</tr>\n`,
  )
  return html`<div class="scroll" role="group" aria-label="${o.caption}" tabindex="0">
<table role="table" class="${o.narrow}">
<caption>${o.caption}</caption>
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
<tbody role="rowgroup">
${body}</tbody></table></div>`
}

function widthOf<R>({ width }: Column<R>): Markup {
  return width === undefined ? html`` : html` style="width:${String(width)}%"`
}

/** A table of which the first rows are seen at once, and the rest after a click; paper shows what was open. */
export function longTable<R>(o: Table<R> & { readonly shown: number }): Markup {
  // A fold that hides one or two rows costs more than it saves.
  if (o.rows.length <= o.shown + 2) return table(o)
  const rest = { ...o, caption: `${o.caption}, continued`, rows: o.rows.slice(o.shown) }
  return html`${table({ ...o, rows: o.rows.slice(0, o.shown) })}${folded({
    title: `${formatCount(rest.rows.length)} more rows`,
    body: table(rest),
  })}`
}

export interface Section {
  readonly id: string
  readonly title: string
  readonly lead: string
  readonly body: Markup
  /** Shares its line with the next one where the page is wide. */
  readonly isHalf?: boolean
}

export function section(o: Section): Markup {
  return html`<section id="${o.id}" aria-labelledby="${o.id}-title" class="${o.isHalf === true ? 'card half' : 'card'}">
<h2 id="${o.id}-title">${o.title}</h2>
<p class="lead">${o.lead}</p>
${o.body}
</section>
`
}

export function tile(o: {
  label: string
  value: string
  note: string
  tone?: 'good' | 'warn' | 'bad'
}): Markup {
  return html`<li class="tile ${o.tone ?? ''}"><span class="tile-label">${o.label}</span>
<span class="tile-value">${o.value}</span> <span class="tile-note">${o.note}</span></li>
`
}

/** A chart in two widths, of which the style sheet shows the one that fits, and the colours in words. */
export function chart(o: {
  wide: Markup
  narrow: Markup
  legend: readonly { name: string; tone: number }[]
}): Markup {
  const entries = o.legend.map(
    ({ name, tone }) => html`<li><span class="swatch tone-${tone}"></span>${name}</li>`,
  )
  const legend = entries.length === 0 ? html`` : html`<ul class="legend">${entries}</ul>`
  return html`<div class="chart">${legend}
<div class="wide">${o.wide}</div><div class="narrow">${o.narrow}</div></div>`
}

/** Shares of a whole as one bar; said in words by the table beside it. */
export function meter(parts: readonly { share: number; tone: string }[]): Markup {
  const pieces = parts
    .filter(({ share }) => share > 0)
    .map(
      ({ share, tone }) =>
        html`<span class="bg-${tone}" style="flex-grow:${Math.max(0.004, share).toFixed(4)}"></span>`,
    )
  return html`<div class="meter" aria-hidden="true">${pieces}</div>`
}

/** Longer lists wait behind a line that says how long they are. */
export function folded(o: { title: string; body: Markup }): Markup {
  return html`<details><summary>${o.title}</summary>
${o.body}</details>`
}
