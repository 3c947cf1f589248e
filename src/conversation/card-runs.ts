import { isCardNumber } from './sensitive.ts'

/** Where something was found: UTF-16 units, the end excluded. */
export interface Span {
  readonly from: number
  readonly to: number
}

interface Word extends Span {
  readonly digits: number
}

/** ISO/IEC 7812-1: 13 to 19 digits. */
const [FEWEST, MOST] = [13, 19]

/**
 * PURE. Card numbers among the digits of a text: words of digits with one blank or hyphen
 * between them, whatever other digits stand before and after. Where two readings overlap
 * both are taken: a digit too many is the smaller harm. Reads a text of any length once.
 */
export function findCards(text: string): Span[] {
  const found: Span[] = []
  let run: Word[] = []
  for (const match of text.matchAll(/\d+/g)) {
    const word = { from: match.index, to: match.index + match[0].length, digits: match[0].length }
    if (!continues(text, run.at(-1), word)) run = []
    // A plus makes it a telephone number.
    if (text[word.from - 1] === '+') continue
    run.push(word)
    if (run.length > MOST) run.shift()
    const card = longestEnding(text, run)
    if (card !== null) add(found, card)
  }
  return found
}

function continues(text: string, before: Word | undefined, word: Word): boolean {
  return before !== undefined && word.from === before.to + 1 && /[ -]/.test(text[before.to] ?? '')
}

/** The longest card number that ends with the run. */
function longestEnding(text: string, run: readonly Word[]): Span | null {
  const to = run.at(-1)?.to ?? 0
  let longest: Span | null = null
  let digits = 0
  for (let at = run.length - 1; at >= 0; at -= 1) {
    const { from, digits: more } = run[at] ?? { from: 0, digits: MOST }
    digits += more
    if (digits > MOST) break
    if (digits >= FEWEST && isCardNumber(text.slice(from, to))) longest = { from, to }
  }
  return longest
}

function add(found: Span[], card: Span): void {
  const last = found.at(-1)
  if (last === undefined || last.to <= card.from) found.push(card)
  else found[found.length - 1] = { from: Math.min(last.from, card.from), to: card.to }
}
