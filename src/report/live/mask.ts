/** PURE. Telephone numbers outside the state folder show their last two digits only. Digits of every script. */
export function maskNumber(number: string): string {
  const digits = number.match(/\p{Nd}/gu) ?? []
  return digits.length < 4 ? number : `…${digits.slice(-2).join('')}`
}

// With a plus it is a number wherever it stands. Without one, where no word, path, time or identifier goes on.
const BETWEEN = '[ \\u00a0\\u202f().\\-/]{0,3}'
const NUMBER = new RegExp(
  [
    `[+\\uff0b][ (]{0,2}\\p{Nd}(?:${BETWEEN}\\p{Nd}){6,18}`,
    `(?<![\\p{L}\\p{Nd}_./@-]|\\p{Nd}[,:])\\(?\\p{Nd}(?:${BETWEEN}\\p{Nd}){6,18}` +
      `(?![\\p{L}\\p{Nd}_@]|[.:,]\\p{Nd}|-[\\p{L}\\p{Nd}])`,
  ].join('|'),
  'gu',
)
const DATE = /^(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}(?!\d)|^\d{1,2}([-/.])\d{1,2}\2(?:19|20)\d\d(?!\d)/
/** An address on the network, decimals, digits in groups of three. */
const OTHER = /^[1-9]\d{0,2}(?:\.\d{1,3}){3}$|^(?:0|[1-9]\d*)\.\d+$|^[1-9]\d{0,2}(?:[. \u00a0\u202f]\d{3})+$/
/**
 * A run id, also one whose end has digits alone: a date, a time and a tail are
 * longer than any number (E.164: 15 digits).
 */
const STAMP = /^(?:19|20)\d{6}-\d{6}(?:-\d{4})?$/

/** Masks every telephone number in a text. Dates, counts, addresses and ids stay: plain digits are ids. */
export function maskNumbers(text: string): string {
  return text.replace(NUMBER, (found) => (isTelephone(found) ? maskNumber(found) : found))
}

function isTelephone(found: string): boolean {
  if (/^[+\uff0b]/.test(found) || /[^\d \u00a0\u202f().\-/]/u.test(found)) return true
  // A trunk prefix: no id or count begins with a zero.
  if (!/\D/.test(found)) return found.startsWith('0')
  const bare = found.replace(/^\(/, '')
  return !DATE.test(bare) && !OTHER.test(bare) && !STAMP.test(bare)
}

/** Keys whose values are a number in whatever spelling, so that they are masked whole. */
const NUMBER_KEY = /number|phone|digits|e164|^(?:input|raw)$/i
/** Keys of identifiers, and of places: never masked. */
const KEPT_KEY =
  /(?:^_?|[a-z])ids?$|^(?:id|dir|path|url|files?|report|review|drift|held|failures|output|source)$/i

/** PURE. The same for every text in a value, by the names of its fields: what `--json` and log lines show. */
export function maskFields<T>(value: T): T {
  return mask(value, '') as T
}

function mask(value: unknown, key: string): unknown {
  if (typeof value === 'string') {
    if (KEPT_KEY.test(key)) return value
    return NUMBER_KEY.test(key) ? maskNumber(value) : maskNumbers(value)
  }
  if (Array.isArray(value)) return value.map((item) => mask(item, key))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mask(one, name)]))
}
