import { toVisible } from '../conversation/well-formed.ts'
import type { Column } from './columns.ts'
import { isSameDate } from './same-date.ts'
import { isSameNumber } from './same-number.ts'
import { isUnholdableNumber, restore } from './spreadsheet.ts'

/** A cell that a program cut is at least this long; the shortest known limit is 255. */
const CUT_AT_LEAST = 200

/** The excerpt is itself a beginning, for display alone: a shorter one of it is no edit, however short the cut. */
const EXCERPT_CUT_AT_LEAST = 10

/**
 * PURE. True when `read` is `stored`, or what a spreadsheet makes of it by itself on opening and saving: number and
 * date formats, a cut long cell, folded white space, another text encoding, the guarding apostrophe kept or lost.
 */
export function sameCell(column: Column, stored: string, read: string): boolean {
  if (stored === read) return true
  const [before, after] = [fold(stored), fold(read)]
  if (before === after) return true
  if (after === '') return false
  return (
    isWithoutControls(stored, after) ||
    isSameNumber(before, after) ||
    (IDS.has(column) && isLostNumber(before, after)) ||
    (column === 'date' && isSameDate(before, after)) ||
    isSameDayByAccident(before, after) ||
    isBoolean(before, after) ||
    isCut(before, after, column === 'excerpt' ? EXCERPT_CUT_AT_LEAST : CUT_AT_LEAST) ||
    isReencoded(before, after)
  )
}

const IDS: ReadonlySet<Column> = new Set<Column>(['call_id', 'external_id', 'enduser_id', 'company_id'])

/**
 * An id that a spreadsheet takes for a number comes back as whatever it could hold of it: another number,
 * `inf`, or an error (`#NUM!`, `Err:503`). What is written is the plan's own id, so nothing is lost by it.
 */
function isLostNumber(stored: string, read: string): boolean {
  if (!isUnholdableNumber(stored)) return false
  return (
    /^[-+]?(?:[\d\s.,'’]+(?:e[-+]?\d+)?|inf(?:inity)?|∞)$/iu.test(read) ||
    /^#|^(?:err|fehler)\W*\d/iu.test(read)
  )
}

/** White space folded, the apostrophe undone, one Unicode form. */
function fold(text: string): string {
  return restore(toVisible(text).trim())
    .normalize('NFC')
    .replace(/[\s\u00a0]+/gu, ' ')
    .replace(/^' ?(?=[=+\-@])/u, '')
    .trim()
}

/** LibreOffice drops a tab in a cell altogether: the words around it run together. */
function isWithoutControls(stored: string, after: string): boolean {
  const bare = (text: string) => text.replace(/\s+/gu, '')
  return /[\t\r\n]/.test(stored) && bare(fold(stored)) === bare(after)
}

function isBoolean(before: string, after: string): boolean {
  return /^(true|false)$/i.test(before) && before.toLowerCase() === after.toLowerCase()
}

/** A name or a subject such as `1-2` or `3/4` becomes a date of this year: the two numbers stay, in any order. */
function isSameDayByAccident(before: string, after: string): boolean {
  const pair = /^(\d{1,2})[-/.](\d{1,2})$/.exec(before)
  if (pair === null) return false
  return [`2000-${pad(pair[1])}-${pad(pair[2])}`, `2000-${pad(pair[2])}-${pad(pair[1])}`].some((day) => {
    const year = /\d{4}/.exec(after)?.[0]
    const dated = year === undefined ? `${after} 2000` : after.replace(year, '2000')
    return isSameDate(`${day}T00:00:00.000Z`, dated)
  })
}

function pad(digits: string | undefined): string {
  return (digits ?? '').padStart(2, '0')
}

function isCut(before: string, after: string, atLeast: number): boolean {
  const kept = after.replace(/(\.{3}|…)$/u, '')
  return kept.length >= atLeast && before.startsWith(kept)
}

/**
 * Saved in another encoding, letters outside ASCII turn into `?`, into the replacement mark, or into two or three
 * others (`–` into `â€“`). Then only the ASCII around them is compared.
 */
function isReencoded(before: string, after: string): boolean {
  if (isAscii(before) || !/[?_\ufffdÂÃâÐÑ]/u.test(after)) return false
  return skeleton(before) === skeleton(after)
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

function skeleton(text: string): string {
  return text.replace(/[^\x20-\x7e]|[?_]/gu, '?').replace(/\?+/g, '?')
}
