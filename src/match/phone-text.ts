/** What people and spreadsheets put around a number, taken away without touching a digit of it. */

// Soft hyphen, zero-width marks, bidi marks and isolates, word joiner, BOM: invisible in every export.
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g
const DASHES = /[\u2010-\u2015\u2212\u30FC\uFF0D]/g
const ARABIC_DIGITS = /[\u0660-\u0669\u06F0-\u06F9]/g
const LABEL = /^(?:tel|callto|phone|sip)\s*:\s*(?:\/\/)?/i
const PHONE_CONTEXT = /;phone-context=(\+\d+)/i

/** Digits of every script to ASCII, invisible marks gone, dashes and spaces of one kind, no quotes around. */
export function foldNumberText(raw: string): string {
  return raw
    .replace(INVISIBLE, '')
    .normalize('NFKC')
    .replace(ARABIC_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replace(DASHES, '-')
    .replace(/[^\S\n\r]+/g, ' ')
    .replace(/^[\s'"`=]+|[\s'"`]+$/g, '')
}

/** RFC 3966: `tel:` off, and a local number put behind its `phone-context`. */
export function stripLabel(text: string): string {
  const bare = text.replace(LABEL, '')
  const context = PHONE_CONTEXT.exec(bare)?.[1]
  if (context === undefined || bare.startsWith('+')) return bare
  return context + bare
}

// docs/reference/users-and-peers.md 7.1: `;ext=12`, `x12`, `,,12#`, `#12`; the words are those that exports in other
// languages use.
const EXTENSION =
  /\s*(?:;ext=|;isub=|[;,]?\s*(?:extension|extn?|poste|anexo|ramal|durchwahl|dw|doorkiesnummer|доб|int(?:erno)?|x)\s*[.:]?\s*|[,;]+\s*|#\s*|~\s*)\d{1,7}#?\s*$/iu

/** The number without its extension: E.164 has none, so two extensions of a switchboard are a shared line. */
export function stripExtension(text: string): string {
  const plain = text.replace(/;(?!ext=|isub=)[a-z-]+=[^;]*/gi, '')
  const match = EXTENSION.exec(plain)
  if (!match || countDigits(plain.slice(0, match.index)) < 7) return plain
  return plain.slice(0, match.index)
}

export function countDigits(text: string): number {
  return text.replace(/\D/g, '').length
}

const KEYPAD: readonly string[] = ['ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PQRS', 'TUV', 'WXYZ']

export function lettersToDigits(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const key = KEYPAD.findIndex((letters) => letters.includes(letter.toUpperCase()))
    return String(key + 2)
  })
}

// `1-800-FLOWERS`: three to six digits, then a word of at least three letters, nothing else.
const VANITY = /^\+?[\d\s().-]*\d[\s().-]*[a-z]{3}[a-z\d\s().-]*$/i

/** Letters of a vanity number as digits; any other text around the number cut away. */
export function resolveLetters(text: string): string {
  const firstLetter = text.search(/\p{L}/u)
  if (firstLetter < 0) return text
  const before = countDigits(text.slice(0, firstLetter))
  if (before >= 7) return text.slice(0, firstLetter)
  if (before >= 3 && VANITY.test(text)) return lettersToDigits(text)
  const start = text.search(/[+\d(]/)
  if (start < 0 || start <= firstLetter) return start > 0 ? cutAtLetter(text.slice(start)) : text
  return cutAtLetter(text.slice(start))
}

function cutAtLetter(text: string): string {
  const letter = text.search(/\p{L}/u)
  return letter < 0 ? text : text.slice(0, letter)
}

/** Digits without a country's code before them: neither `+49 …` nor `0049 …`. */
export function isWrittenNationally(raw: string): boolean {
  const text = stripLabel(foldNumberText(raw.slice(0, 100)))
  return countDigits(text) >= 6 && !/^[\s(]*(?:\+|00)/.test(text)
}
