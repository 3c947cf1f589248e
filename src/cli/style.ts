import { styleText } from 'node:util'
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

/** Colour as an aid on a rich terminal, plain text everywhere else. */
export function createPaint(
  stream: TerminalStream,
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  if (!isRichTerminal(stream, env)) return (_style, text) => text
  return (style, text) => styleText(STYLES[style], text, { validateStream: false })
}

const [NARROWEST, USUAL, WIDEST] = [40, 80, 100]

/** Columns to write for: those of a terminal, within reason; null where there is none, in a pipe or a file. */
export function widthOf(stream: TerminalStream & { readonly columns?: number | undefined }): number | null {
  if (stream.isTTY !== true) return null
  // Some terminals say that they have none.
  return Math.min(WIDEST, Math.max(NARROWEST, stream.columns || USUAL))
}
