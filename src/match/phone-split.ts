import { countDigits } from './phone-text.ts'

/** One number's text, or a number with alternative endings (`01 76 36 06 95/96`), which is nobody's for certain. */
export type FieldPart =
  | { readonly kind: 'one'; readonly text: string }
  | { readonly kind: 'alternative-ending' }

// A comma or semicolon before an extension or a `tel:` parameter parts nothing.
const SEPARATOR =
  /([\n\r|]+|;(?!\s*(?:ext|isub|phone-context|x\s*\d))|,(?!\s*(?:,|ext|x\s*\d|\d{1,6}#))|\/|\s(?:or|ou|oder|und|and|et|y|o)\s|\s&\s)/i
// Fewer digits before a slash are an area code (`030/123456`), not a number.
const AREA_CODE_DIGITS = 6
const ENDING_DIGITS = 4

function joinParts(parts: readonly string[]): FieldPart[] {
  const joined: { text: string; alternative: boolean }[] = []
  for (let i = 0; i < parts.length; i += 2) {
    const text = parts[i] ?? ''
    const separator = parts[i - 1] ?? ''
    const last = joined.at(-1)
    if (!last) joined.push({ text, alternative: false })
    else if (separator === '/' && countDigits(last.text) <= AREA_CODE_DIGITS) last.text += ` ${text}`
    else if (isEnding(text)) last.alternative ||= separator === '/'
    else joined.push({ text, alternative: false })
  }
  return joined
    .filter((part) => part.text.trim() !== '')
    .map((part) =>
      part.alternative ? { kind: 'alternative-ending' } : { kind: 'one', text: part.text.trim() },
    )
}

/** Up to four digits and no letters: after a slash another ending, after a comma an extension. */
function isEnding(text: string): boolean {
  return /^[\s\d#-]*$/.test(text) && countDigits(text) > 0 && countDigits(text) <= ENDING_DIGITS
}

/** The parts of a phone field, in their order. `text` is already folded. */
export function splitNumbers(text: string): FieldPart[] {
  if (/^\w+:\/\//.test(text)) return [{ kind: 'one', text }]
  const parts = joinParts(text.split(SEPARATOR))
  return parts.length > 0 ? parts : [{ kind: 'one', text: text.trim() }]
}
