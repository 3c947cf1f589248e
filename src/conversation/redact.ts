import { FatalError } from '../errors.ts'
import { isCardNumber, isIban, isPhoneNumber } from './sensitive.ts'

/** One entry of `transcripts.redact`: a built-in kind, or a pattern of one's own. */
export type RedactRule =
  | 'card'
  | 'iban'
  | 'email'
  | 'phone'
  | { readonly name: string; readonly pattern: string }

export interface Redacted {
  readonly text: string
  /** Replacements by rule name; rules that found nothing are absent. */
  readonly counts: Readonly<Record<string, number>>
}
export type Redactor = (text: string) => Redacted

interface Finder {
  readonly name: string
  readonly pattern: RegExp
  readonly accepts: (found: string) => boolean
}

// Before `phone`, whatever the configured order: a card number contains things that look like telephones.
const ORDER: readonly RedactRule[] = ['iban', 'card', 'email', 'phone']
const MAX_PATTERN = 200
// Bounds the work of a slow pattern: an utterance is a sentence, not a book.
const MAX_PIECE = 4000

/**
 * Rules to a function that replaces what they find by `[name]`. Spoken digits ("four two") are not seen.
 * Throws FatalError `REDACT_PATTERN` for a pattern that is too long, not valid, or could run for ever.
 */
export function compileRedactor(
  rules: readonly RedactRule[],
  o: { readonly defaultCountry?: string } = {},
): Redactor {
  const builtIn = ORDER.filter((rule) => rules.includes(rule)).map((rule) => builtInFinder(String(rule), o))
  const own = rules.filter((rule) => typeof rule !== 'string').map(customFinder)
  const finders = [...own, ...builtIn]
  return (text) => {
    const counts: Record<string, number> = {}
    const redacted = piecesOf(text).map((piece) => finders.reduce((t, f) => applyFinder(t, f, counts), piece))
    return { text: redacted.join(''), counts }
  }
}

function applyFinder(text: string, finder: Finder, counts: Record<string, number>): string {
  return text.replace(finder.pattern, (found) => hideWithin(found, finder, counts))
}

/**
 * Hides the longest accepted run of words: a pattern takes as much as it can, and a card number followed by its
 * expiry date must not slip through because the two together are no card.
 */
function hideWithin(found: string, finder: Finder, counts: Record<string, number>): string {
  const words = [...found.matchAll(/[^ -]+/gu)].map((word) => ({
    from: word.index,
    to: word.index + word[0].length,
  }))
  for (let length = words.length; length > 0; length -= 1) {
    for (let first = 0; first + length <= words.length; first += 1) {
      const from = words[first]?.from ?? 0
      const to = words[first + length - 1]?.to ?? found.length
      if (!finder.accepts(found.slice(from, to))) continue
      counts[finder.name] = (counts[finder.name] ?? 0) + 1
      const before = hideWithin(found.slice(0, from), finder, counts)
      return `${before}[${finder.name}]${hideWithin(found.slice(to), finder, counts)}`
    }
  }
  return found
}

function builtInFinder(name: string, o: { readonly defaultCountry?: string }): Finder {
  switch (name) {
    case 'card':
      return { name, pattern: /(?<![\d+])\d(?:[ -]?\d){12,18}(?!\d)/gu, accepts: isCardNumber }
    case 'iban':
      return { name, pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b/giu, accepts: isIban }
    case 'email':
      return {
        name,
        pattern: /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,5}/giu,
        accepts: yes,
      }
    default:
      return {
        name,
        pattern: /(?<!\w)(?:\+|\(\+?)?\d(?:[ ().\-/]{0,3}\d){6,14}(?!\w)/gu,
        accepts: (found) => isPhoneNumber(found, o.defaultCountry ?? 'US'),
      }
  }
}

function yes(): boolean {
  return true
}

function customFinder(rule: { readonly name: string; readonly pattern: string }): Finder {
  const refuse = (why: string, cause?: unknown): FatalError =>
    new FatalError('REDACT_PATTERN', `transcripts.redact: the pattern of "${rule.name}" ${why}.`, {
      suggestions: ['Write it without repeated groups, as in [A-Z]{2}[0-9]{6}.'],
      cause,
    })
  if (rule.pattern.length > MAX_PATTERN) throw refuse(`is longer than ${MAX_PATTERN} characters`)
  if (mayBacktrackForEver(rule.pattern)) throw refuse('repeats a group that repeats, or refers back')
  try {
    return { name: rule.name, pattern: new RegExp(rule.pattern, 'gu'), accepts: yes }
  } catch (cause) {
    throw refuse('is no regular expression', cause)
  }
}

/**
 * A repeated group with a repetition or a choice inside, or a back reference: exponential, or nearly, in the
 * worst case. Groups are folded from the inside out; a `*` stands for one that may already vary.
 */
function mayBacktrackForEver(pattern: string): boolean {
  let rest = pattern.replace(/\\[^1-9k]/gu, 'x').replace(/\[[^\]]*\]/gu, 'x')
  if (/\\[1-9k]/u.test(rest)) return true
  for (;;) {
    // A fixed count such as {4} does not vary by itself.
    rest = rest.replace(/([^)])\{\d+\}/gu, '$1')
    const group = /\(([^()]*)\)([*+]|\{\d+(,)?)?/u.exec(rest)
    if (group === null) return false
    const [whole, inside = '', repeated = '', range] = group
    const varies = /[*+|{]/u.test(inside)
    if (varies && repeated !== '') return true
    const mark = varies || (repeated !== '' && (range !== undefined || !repeated.startsWith('{'))) ? '*' : 'x'
    rest = rest.slice(0, group.index) + mark + rest.slice(group.index + whole.length).replace(/^\d*\}/u, '')
  }
}

/** Pieces that end at a blank, so that hardly a finding is cut in two. */
function piecesOf(text: string): string[] {
  if (text.length <= MAX_PIECE) return [text]
  const blank = text.lastIndexOf(' ', MAX_PIECE)
  const end = blank <= 0 ? MAX_PIECE : blank
  return [text.slice(0, end), ...piecesOf(text.slice(end))]
}
