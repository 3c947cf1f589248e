import { randomBytes } from 'node:crypto'
import { styleText } from 'node:util'
import { toVisible } from '../conversation/well-formed.ts'
import type { Paint } from '../report/summary.ts'

interface TerminalStream {
  readonly isTTY?: boolean | undefined
}

/** Whether this stream is a terminal that may get colour and cursor codes. */
export function isRichTerminal(
  stream: TerminalStream,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (stream.isTTY !== true || env['TERM'] === 'dumb' || env['CI']) return false
  return !env['NO_COLOR']
}

const STYLES = { strong: 'bold', good: 'green', warn: 'yellow', bad: 'red', faint: 'dim' } as const

/** Colour of ours has a sign that no name or server's text can guess: theirs never reaches the terminal. */
const OURS = randomBytes(8).toString('hex')
// biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that a terminal takes
const CODE = /\u001b\[(\d+)m/g
const MARK = new RegExp(`\u001b\\[(\\d+)/${OURS}m`)

/** Colour as an aid on a rich terminal, plain text everywhere else. What is painted has to go through `toTerminal`. */
export function createPaint(
  stream: TerminalStream,
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  if (!isRichTerminal(stream, env)) return (_style, text) => text
  return (style, text) =>
    styleText(STYLES[style], toVisible(text), { validateStream: false }).replace(CODE, `\u001b[$1/${OURS}m`)
}

/** What a terminal gets: our own colour, and nothing else that would steer it, whoever wrote the text. */
export function toTerminal(text: string): string {
  const parts = text.split(MARK)
  return parts.map((part, at) => (at % 2 === 1 ? `\u001b[${part}m` : toPlain(part))).join('')
}

/** A lone carriage return would write over the beginning of its line. */
function toPlain(text: string): string {
  return toVisible(text).replace(/\r\n?/g, '\n')
}

const [NARROWEST, USUAL, WIDEST] = [40, 80, 100]

/** Columns to write for: those of a terminal, within reason; null where there is none, in a pipe or a file. */
export function widthOf(stream: TerminalStream & { readonly columns?: number | undefined }): number | null {
  if (stream.isTTY !== true) return null
  // Some terminals say that they have none.
  return Math.min(WIDEST, Math.max(NARROWEST, stream.columns || USUAL))
}
