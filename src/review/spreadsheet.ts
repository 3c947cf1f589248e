import { toVisible } from '../conversation/well-formed.ts'

/**
 * PURE. What a spreadsheet runs as a formula when a cell begins with it (OWASP,
 * CSV injection: `= + - @`, tab, CR, LF and the full-width forms; ASVS 1.2.10 adds
 * NUL). The apostrophe itself is in the list, so that the guard can be undone.
 */
const RISKY: ReadonlySet<string> = new Set("=+-@\t\r\n\0＝＋－＠'")

/**
 * Where the list separator is `;` or a tab, one cell of a comma file opens as
 * several, and quotes in the middle do not hold it together: what stands behind such
 * a sign, or a line end, begins a cell. An apostrophe there is ours or is doubled.
 */
const INNER = /([;\t\r\n][ \u00a0"]*)(?=[=+\-@\0＝＋－＠'])/g
const INNER_GUARDED = /([;\t\r\n][ \u00a0"]*)'(?=[=+\-@\0＝＋－＠'])/g
const SEPARATORS = /[;\t\r\n]/

/** More digits than a spreadsheet's number has (15), grouped or with decimals or not. */
const MOST_DIGITS = 15
const DIGITS = /^\d[\d.,\s]*$/
/** A power of ten to a spreadsheet: digits with one e. Planhat's hexadecimal ids look so once in some thousands. */
const EXPONENT = /^\d+(?:[.,]\d+)?e[+-]?\d+$/i

/**
 * A cell for a CSV: without control and direction signs, and with one apostrophe
 * before whatever a spreadsheet would run, or take for a number that it cannot hold.
 * Every E.164 number is one, by its `+`. `restore` takes the apostrophes back.
 */
export function toCell(text: string): string {
  // A third of all cells.
  if (text === '') return text
  return neutralise(toVisible(text))
}

/** The apostrophes of `toCell`. */
export function neutralise(text: string): string {
  const inside = SEPARATORS.test(text) ? text.replace(INNER, "$1'") : text
  return RISKY.has(inside.charAt(0)) || isUnholdableNumber(inside) ? `'${inside}` : inside
}

/** Takes back what `neutralise` did, whether or not a spreadsheet kept the apostrophes. */
export function restore(text: string): string {
  const bare = text.startsWith("'") ? text.slice(1) : text
  const outside = bare !== text && (RISKY.has(bare.charAt(0)) || isUnholdableNumber(bare)) ? bare : text
  return SEPARATORS.test(outside) ? outside.replace(INNER_GUARDED, '$1') : outside
}

/** Whether a spreadsheet takes the text for a number and keeps another one. */
export function isUnholdableNumber(text: string): boolean {
  const first = text.charCodeAt(0)
  if (first < 48 || first > 57) return false
  if (EXPONENT.test(text)) return true
  return text.length > MOST_DIGITS && DIGITS.test(text) && text.replace(/\D/g, '').length > MOST_DIGITS
}
