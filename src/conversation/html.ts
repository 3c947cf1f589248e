import { foldHalves } from './well-formed.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

// Hyphens, en, em, figure and horizontal bars, and the minus sign: the dash of the live automation's
// subjects is not known for certain (docs/reference/automation.md section 0), so all count as one.
const DASHES = /[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/gu

// Tags that begin or end a line on the screen: white space beside them is invisible.
const BLOCK = / ?(<\/?(?:p|div|br|ul|ol|li|h[1-6]|table|tr|blockquote)\b[^<>]*>) ?/giu

// Quotes and blanks are what an HTML serialiser may write either way. `&amp;` and `&lt;` are not in the
// list: unescaped text is a defect of the automation that must show (docs/reference/automation.md T5).
const INTERCHANGEABLE = /&(?:quot|#34|#x22|apos|#39|#x27|nbsp|#160|#xa0);/giu

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => ESCAPES[character] ?? character)
}

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/giu, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
      ? String.fromCodePoint(code)
      : whole
  })
}

/** All dashes as one hyphen. */
export function foldDashes(text: string): string {
  return text.replace(DASHES, '-')
}

/** One spelling for all texts that a reader sees as the same. */
export function foldText(text: string): string {
  return foldDashes(foldHalves(text))
    .normalize('NFC')
    .replace(INTERCHANGEABLE, decodeEntities)
    .replace(/<br\s*\/?>/giu, '<br>')
    .replace(/\s+/gu, ' ')
    .replace(BLOCK, '$1')
    .trim()
}

/** docs/contract.md section 6: equal after HTML white space is folded and all dashes are taken for one. */
export function sameText(a: string, b: string): boolean {
  return a === b || foldText(a) === foldText(b)
}

/**
 * Any white space but single blanks between words. One look a character that is none: most texts have nothing to fold.
 */
const UNFOLDED = /\s(?:(?<! )|(?<=^ )|\s|$)/u

/**
 * Every run of white space as one blank, none outside. Most texts are so already, and looking is cheaper than
 * replacing.
 */
export function foldSpace(text: string): string {
  return UNFOLDED.test(text) ? text.replace(/\s+/gu, ' ').trim() : text
}

/** HTML as one line of plain text of at most `max` UTF-16 units, the last an ellipsis when it was cut. */
export function toPlainText(html: string, max: number): string {
  // A transcript is a thousand times longer than an excerpt: only its beginning is worth reading.
  const bound = max * 20 + 2000
  const head = html.slice(0, bound)
  const text = foldSpace(decodeEntities(head.replace(BLOCK, ' ').replace(/<\/?[a-z!][^<>]*(?:>|$)/giu, '')))
  if (text.length <= max && html.length <= bound) return text
  // Never half a surrogate pair.
  return `${text.slice(0, Math.max(0, max - 1)).replace(/[\ud800-\udbff]$/u, '')}…`
}
