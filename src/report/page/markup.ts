import { toVisible } from '../../conversation/well-formed.ts'

/** PURE. HTML that is safe to put into HTML: made by `html` alone. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Piece = string | number | null | Markup | readonly (string | Markup)[]

/** Escapes every value unless it is markup itself. Null leaves nothing, a list is joined. */
export function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  return new Markup(parts.reduce((before, part, at) => before + render(values[at - 1] ?? null) + part))
}

/** Text that is known to be markup: the charts, the style sheet. */
export function raw(text: string): Markup {
  return new Markup(text)
}

export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return toVisible(text).replace(/[&<>"']/g, (char) => names[char] ?? char)
}

function render(piece: Piece): string {
  if (piece === null) return ''
  if (piece instanceof Markup) return piece.text
  if (Array.isArray(piece)) return piece.map(render).join('')
  return escapeHtml(String(piece))
}
