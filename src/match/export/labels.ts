import { isData } from './cell.ts'
import { letterOf } from './columns.ts'
import { fold, HEADER_WORDS, PHONES, SYNONYMS } from './words.ts'

const SHOWN = 40
const LONGEST = 40

/** Whether a cell is made of words that headers are made of, and so says nothing of anybody. */
function isHeaderWord(label: string): boolean {
  if (HEADER_WORDS.has(fold(label))) return true
  const words = label
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !/^\d{1,2}$/.test(word))
  return words.length > 0 && words.every((word) => HEADER_WORDS.has(fold(word)))
}

/**
 * What may be said of the cells of a row that may be a header. Where it is none, they are somebody's:
 * what is not made of header words is named by its place. `isHeader`: enough of them are known.
 */
export function sayLabels(labels: readonly string[], isHeader: boolean): readonly string[] {
  const said = labels.flatMap((label, column) => {
    const text = label.trim()
    if (text === '') return []
    const isSafe = isHeaderWord(text) || (isHeader && text.length <= LONGEST && !isData(text))
    return [isSafe ? text.replace(/\s+/g, ' ') : `column ${letterOf(column)}`]
  })
  return said.length > SHOWN ? [...said.slice(0, SHOWN), `and ${said.length - SHOWN} more`] : said
}

/** Names of columns that are nobody's name. */
const CERTAIN: ReadonlySet<string> = new Set([
  ...SYNONYMS.id,
  ...SYNONYMS.email,
  ...SYNONYMS.companyId,
  ...SYNONYMS.companyExternalId,
  ...PHONES,
  'name',
  'companyname',
])

/** A row is surely a header when one of its cells can be nothing else, or two are known names, and none is data. */
export function isSurelyHeader(labels: readonly string[], known: number): boolean {
  if (labels.some(isData)) return false
  return known >= 2 || labels.some((label) => CERTAIN.has(fold(label)))
}
