/**
 * Text that any store keeps and any screen shows as it is. Callers choose their names, customers what they say, servers
 * their error texts: half characters fail a record in one store and are cleaned in another, control characters steer a
 * terminal, and direction marks make a line read as another.
 */

// ECMA-48: control sequences (`ESC [ 31 m`), and strings such as a window's title (`ESC ] 0 ; … BEL`), whole.
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0080-\u009f]*(?:\u0007|\u001b\\|\u009c)/g
// Vertical tab, form feed and "next line" part words.
const BREAKS = /[\v\f\u0085]/g
/** C0 but for tab and line ends, DEL, C1. */
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/
const ALL_CONTROLS = new RegExp(CONTROLS, 'g')
/** Unicode's bidirectional controls (UAX 9), by which "Trojan Source" texts are written. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const LINE_SEPARATORS = /[\u2028\u2029]/g
/** One look for all of it, halves of a pair included; emoji are looked at twice. */
const UNUSUAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/

/**
 * PURE. What leaves for Planhat: half characters become U+FFFD, control characters go (with
 * the escape sequences that they begin), tabs and line ends stay. Twice is as good as once.
 */
export function toWellFormed(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  if (!CONTROLS.test(whole)) return whole
  return whole.replace(SEQUENCES, '').replace(BREAKS, ' ').replace(ALL_CONTROLS, '')
}

/** PURE. The same for every text in a value, keys left as they are; a value that needs nothing is returned itself. */
export function withWellFormedTexts<T>(value: T): T {
  return isWellFormed(value) ? value : (mend(value) as T)
}

/** Nearly every value is: it is looked through without a copy of anything. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !CONTROLS.test(value)
  if (value === null || typeof value !== 'object') return true
  if (Array.isArray(value)) return value.every(isWellFormed)
  for (const key of Object.keys(value)) if (!isWellFormed(value[key as keyof typeof value])) return false
  return true
}

function mend(value: unknown): unknown {
  if (typeof value === 'string') return toWellFormed(value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(mend)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mend(one)]))
}

/**
 * PURE. What reaches a terminal, a log, a CSV or a page: the same without signs
 * of direction and separators of lines.
 */
export function toVisible(text: string): string {
  if (!UNUSUAL.test(text)) return text
  return toWellFormed(text).replace(DIRECTIONS, '').replace(LINE_SEPARATORS, ' ')
}

/** PURE. JSON keeps what it says: what would steer the screen it is printed on is written as `\uXXXX`. */
export function toVisibleJson(json: string): string {
  if (!UNUSUAL.test(json)) return json
  return json
    .toWellFormed()
    .replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (sign) => {
      return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
}

/**
 * PURE. For comparing alone: a store may have kept a half character, replaced it or left it out, and none of that is a
 * person's edit.
 */
export function foldHalves(text: string): string {
  const whole = toWellFormed(text)
  return whole.includes('\ufffd') ? whole.replaceAll('\ufffd', '') : whole
}
