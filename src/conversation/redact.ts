import { findCards, type Span } from './card-runs.ts'
import { compileOwnPattern } from './own-pattern.ts'
import { isIban, isPhoneNumber } from './sensitive.ts'
import { toWellFormed } from './well-formed.ts'

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

/** Replaces what one rule finds, and counts it. */
type Hide = (text: string, counts: Record<string, number>) => string

/**
 * What a built-in kind looks like, and whether it is one. Each pattern is
 * bounded: it reads a text of any length once.
 */
interface Kind {
  readonly name: string
  readonly pattern: RegExp
  readonly accepts: (found: string) => boolean
  /** A text without it has none: much sooner looked for. */
  readonly sign?: string
}

// Before `phone`, whatever the configured order: a card number contains things that look like telephones.
const ORDER: readonly RedactRule[] = ['iban', 'card', 'email', 'phone']

/**
 * Rules to a function that replaces what they find by `[name]`, in a text of any length. Spoken
 * digits ("four two") are not seen. Control characters go first, so that none of them parts a number.
 * Throws FatalError `REDACT_PATTERN` for a pattern that is too long, not valid, or not sure to end.
 */
export function compileRedactor(
  rules: readonly RedactRule[],
  o: { readonly defaultCountry?: string } = {},
): Redactor {
  const own = rules.filter((rule) => typeof rule !== 'string').map(hideOwn)
  const builtIn = ORDER.filter((rule) => rules.includes(rule)).map((rule) =>
    rule === 'card' ? hideCards : hideKind(kindOf(String(rule), o)),
  )
  return (text) => {
    const counts: Record<string, number> = {}
    const hidden = [...own, ...builtIn].reduce((said, hide) => hide(said, counts), toWellFormed(text))
    return { text: hidden, counts }
  }
}

function hideOwn(rule: { readonly name: string; readonly pattern: string }): Hide {
  const find = compileOwnPattern(rule)
  return (text, counts) => {
    const { spans, restFrom } = find(text)
    const all =
      restFrom === null || restFrom >= text.length ? spans : [...spans, { from: restFrom, to: text.length }]
    return hideSpans(text, { name: rule.name, spans: all }, counts)
  }
}

function hideCards(text: string, counts: Record<string, number>): string {
  return hideSpans(text, { name: 'card', spans: findCards(text) }, counts)
}

function hideSpans(
  text: string,
  { name, spans }: { readonly name: string; readonly spans: readonly Span[] },
  counts: Record<string, number>,
): string {
  if (spans.length === 0) return text
  counts[name] = (counts[name] ?? 0) + spans.length
  const parts = spans.map(({ from }, at) => `${text.slice(spans[at - 1]?.to ?? 0, from)}[${name}]`)
  return parts.join('') + text.slice(spans.at(-1)?.to ?? 0)
}

function hideKind(kind: Kind): Hide {
  return (text, counts) => {
    if (kind.sign !== undefined && !text.includes(kind.sign)) return text
    return text.replace(kind.pattern, (found) => hideWithin(found, kind, counts))
  }
}

/**
 * Hides the longest accepted run of words: a pattern takes as much as it can, and an account number
 * followed by another word must not slip through because the two together are none.
 */
function hideWithin(found: string, kind: Kind, counts: Record<string, number>): string {
  const words = [...found.matchAll(/[^ -]+/gu)].map((word) => ({
    from: word.index,
    to: word.index + word[0].length,
  }))
  for (let length = words.length; length > 0; length -= 1) {
    for (let first = 0; first + length <= words.length; first += 1) {
      const from = words[first]?.from ?? 0
      const to = words[first + length - 1]?.to ?? found.length
      if (!kind.accepts(found.slice(from, to))) continue
      counts[kind.name] = (counts[kind.name] ?? 0) + 1
      const before = hideWithin(found.slice(0, from), kind, counts)
      return `${before}[${kind.name}]${hideWithin(found.slice(to), kind, counts)}`
    }
  }
  return found
}

function kindOf(name: string, o: { readonly defaultCountry?: string }): Kind {
  switch (name) {
    case 'iban':
      return { name, pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b/giu, accepts: isIban }
    case 'email':
      return {
        name,
        pattern: /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,5}/giu,
        accepts: yes,
        sign: '@',
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
