import { BOUNDS } from './bounds.ts'

/** A place in JSON that ends its reading; never a value: the parser's own message quotes the text. */
export class JsonProblem extends Error {}

/** The text of one value of an array, and its place in it, from 0. */
export interface JsonItem {
  readonly at: number
  readonly text: string
}

const BLANK = /[ \t\r\n]/
const TOO_DEEP = `is nested deeper than ${BOUNDS.jsonDepth} levels`
const TOO_LONG = `is longer than ${BOUNDS.rowText} characters`

/** How deep brackets nest; those in texts do not count. */
class Nesting {
  depth = 0
  #inText = false
  #isEscaped = false

  /** True for a character outside of texts. */
  take(letter: string): boolean {
    if (this.#inText) {
      this.#readText(letter)
      return false
    }
    if (letter === '"') this.#inText = true
    else if (letter === '{' || letter === '[') this.depth += 1
    else if (letter === '}' || letter === ']') this.depth -= 1
    return !this.#inText
  }

  #readText(letter: string): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (letter === '\\') this.#isEscaped = true
    else if (letter === '"') this.#inText = false
  }
}

/** Cuts the text of a JSON array into its values, so that one is held at a time, however many there are. */
export class JsonItems {
  #state: 'before' | 'inside' | 'after' = 'before'
  readonly #nesting = new Nesting()
  #text = ''
  #at = 0

  /** The values that are complete with this piece. @throws JsonProblem */
  take(piece: string): JsonItem[] {
    const items: JsonItem[] = []
    let from = 0
    for (let i = 0; i < piece.length; i++) {
      const letter = piece.charAt(i)
      if (this.#state !== 'inside') {
        this.#readOutside(letter)
        from = i + 1
      } else if (this.#nesting.take(letter) && this.#endsValue(letter)) {
        this.#text += piece.slice(from, i)
        from = i + 1
        this.#finish(items)
      }
    }
    if (this.#state === 'inside') this.#text += piece.slice(from)
    this.#boundText()
    return items
  }

  /** @throws JsonProblem where the array did not end. */
  end(): void {
    if (this.#state !== 'after') throw new JsonProblem(`it ends within [${this.#at}]`)
  }

  #readOutside(letter: string): void {
    if (BLANK.test(letter)) return
    if (this.#state === 'after') throw new JsonProblem('more follows after its array')
    if (letter !== '[') throw new JsonProblem('it is no valid JSON')
    this.#state = 'inside'
    this.#nesting.take(letter)
  }

  #endsValue(letter: string): boolean {
    const { depth } = this.#nesting
    if (depth > BOUNDS.jsonDepth) throw new JsonProblem(`[${this.#at}] ${TOO_DEEP}`)
    if (depth === 0) this.#state = 'after'
    return depth === 0 || (depth === 1 && letter === ',')
  }

  #finish(items: JsonItem[]): void {
    const isEmptyArray = this.#state === 'after' && this.#at === 0 && this.#text.trim() === ''
    this.#boundText()
    if (!isEmptyArray) items.push({ at: this.#at, text: this.#text })
    this.#text = ''
    this.#at += 1
  }

  #boundText(): void {
    if (this.#text.length > BOUNDS.rowText) throw new JsonProblem(`[${this.#at}] ${TOO_LONG}`)
  }
}

/** A cheap look before `JSON.parse`, whose own end is the stack's. */
export function isTooDeep(text: string): boolean {
  const nesting = new Nesting()
  for (let i = 0; i < text.length; i++)
    if (nesting.take(text.charAt(i)) && nesting.depth > BOUNDS.jsonDepth) return true
  return false
}

export function parseItem(text: string, where: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new JsonProblem(`${where} is no valid JSON`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new JsonProblem(`${where} is no object`)
}
