import { toVisible, toVisibleJson } from '../../conversation/well-formed.ts'
import { wrap } from '../text/words.ts'
import { maskFields, maskNumbers } from './mask.ts'

export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Lines for people or machines on stderr. Never a transcript; numbers masked unless revealed. */
export interface Log {
  info(message: string, fields?: Fields): void
  /** `code` is stable and listed in docs/errors.md. */
  warn(code: string, message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
  /** With --verbose only. */
  debug(message: string, fields?: Fields): void
}

export interface LogOptions {
  readonly format: 'text' | 'json'
  readonly stream: { write(text: string): unknown }
  readonly verbose: boolean
  readonly reveal: boolean
  readonly nowMs?: () => number
  /** Columns of a terminal; a line is never broken in a pipe or a file, where it is searched for. */
  readonly width?: number
  /** Applied to every line last: removes known secrets. */
  readonly hide?: (line: string) => string
}

type Level = 'info' | 'warn' | 'error' | 'debug'

export function createLog(o: LogOptions): Log {
  const hide = o.hide ?? ((line: string) => line)
  const write = (level: Level, message: string, fields: Fields = {}) => {
    const shown = o.reveal
      ? { message, fields }
      : { message: maskNumbers(message), fields: maskFields(fields) }
    const line =
      o.format === 'json'
        ? toVisibleJson(toJson(level, shown, o.nowMs ?? Date.now))
        : toLines(toText(level, shown, o.width))
    o.stream.write(`${hide(line)}\n`)
  }
  return {
    info: (message, fields) => write('info', message, fields),
    warn: (code, message, fields) => write('warn', message, { code, ...fields }),
    error: (message, fields) => write('error', message, fields),
    debug: (message, fields) => {
      if (o.verbose) write('debug', message, fields)
    },
  }
}

/** A line that goes on is indented: no name and no server's text can pass for a message of its own. */
function toLines(text: string): string {
  return toVisible(text).replace(/(?:\r\n?|\n) */g, '\n  ')
}

interface Shown {
  readonly message: string
  readonly fields: Fields
}

function toJson(level: Level, { message, fields }: Shown, nowMs: () => number): string {
  return JSON.stringify({ time: new Date(nowMs()).toISOString(), level, message, ...fields })
}

const PREFIX: Readonly<Record<Level, string>> = {
  info: '',
  warn: 'Warning: ',
  error: 'Error: ',
  debug: 'debug: ',
}

function toText(level: Level, { message, fields }: Shown, width?: number): string {
  const { code, ...rest } = fields
  const tail = Object.entries(rest)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => ` ${key}=${value}`)
  const line = `${PREFIX[level]}${message}${code === undefined ? '' : ` (${code})`}${tail.join('')}`
  return width === undefined ? line : wrap(line, width - 2).join('\n  ')
}
