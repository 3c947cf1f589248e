/** What single cells of an export may look like, whatever column they stand in. */

/** The cell of a value that is no text: an object of JSON. Never anybody's phone, name or id. */
export const NO_TEXT = '{…}'

/** Planhat's own ids: 24 hexadecimal digits (docs/reference/planhat-api.md section 2). */
const OBJECT_ID = /^[0-9a-f]{24}$/i
/** References to an id of another system (docs/reference/planhat-api.md section 3). */
const REFERENCE = /^(?:extid|srcid)-\S/

// docs/reference/users-and-peers.md section 9: an id of digits alone, or with one e, is shown by Excel as a number;
// beyond 15 digits it keeps zeros only, and what is too large for a number is the largest there is, or an error.
const ZEROS_ONLY = /^\d{15}0{6,}(?:[.,]0+)?$/
const DAMAGED_ID = /^[+-]?\d+(?:[.,]\d+)?E[+-]?\d{1,4}$|^-?inf(?:inity)?$|^#NUM!$/i

/** What programs write for nothing. */
const NOTHING = /^(?:#?n\/?a|#ref!|#value!|#name\?|null|nil|none|undefined|nan|-+|–|—|\(blank\)|\(null\)|0)$/i

export type IdReading =
  | { readonly kind: 'id'; readonly id: string }
  /** `damaged`: a spreadsheet made a number of it. `several`: more than one id. `none`: something else, or nothing. */
  | { readonly kind: 'empty' | 'damaged' | 'several' | 'none' }

/**
 * A cell as an id. The same 24 digits in capitals are the same id; an apostrophe
 * before it only guards it. No spreadsheet comes between Planhat's API and us.
 */
export function readId(cell: string, from: 'file' | 'api' = 'file'): IdReading {
  const text = cell.trim().replace(/^'/, '')
  if (text === '') return { kind: 'empty' }
  if (from === 'file' && ZEROS_ONLY.test(text)) return { kind: 'damaged' }
  if (OBJECT_ID.test(text)) return { kind: 'id', id: text.toLowerCase() }
  if (DAMAGED_ID.test(text)) return { kind: 'damaged' }
  const parts = text.split(/[\s,;|/]+/).filter((part) => part !== '')
  if (parts.length > 1 && parts.every(isId)) return { kind: 'several' }
  return REFERENCE.test(text) ? { kind: 'id', id: text } : { kind: 'none' }
}

const isId = (text: string): boolean => OBJECT_ID.test(text) || REFERENCE.test(text)

export const isObjectId = (cell: string): boolean => OBJECT_ID.test(cell.trim())

export const saysNothing = (cell: string): boolean => cell.trim() === '' || NOTHING.test(cell.trim())

/** A cell that only data looks like: an id, an address, a number. No header of a table is one. */
export function isData(cell: string): boolean {
  const text = cell.trim()
  if (text.includes('@') || isId(text)) return true
  return text.replace(/\D/g, '').length >= 6
}
