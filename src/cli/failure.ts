import { SyncError } from '../errors.ts'
import { wrap } from '../report/text/words.ts'
import { EXIT } from './exit-code.ts'

/** An error as a person and a script get it (docs/contract.md section 3). */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly suggestions: readonly string[]
  readonly exitCode: number
}

/**
 * What anything thrown means to the user. Our own errors say it themselves, oclif's are wrong usage, the
 * rest is a defect of this program. `command` is the command line's name, for the help hint.
 */
export function toFailure(error: unknown, command: string): Failure {
  if (error instanceof SyncError) {
    return pick(error.code, error.message, error.suggestions, error.exitCode)
  }
  if (isOclifError(error)) {
    const message = error.message.replace(/\n?See more help with --help\s*$/, '')
    return pick('USAGE', message, [`aircall-sync ${command} --help`], EXIT.usage)
  }
  if (isGoneFolder(error)) {
    const message = 'The folder in which this was started is not there any more.'
    return pick(
      'FOLDER_GONE',
      message,
      ['cd "$HOME" (or to any folder that is there), and run it again'],
      EXIT.usage,
    )
  }
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return pick(
    'UNEXPECTED',
    `This is a defect of aircall-sync: ${said}`,
    ['run the command again with --verbose and report what it prints'],
    EXIT.unexpected,
  )
}

/** Ctrl-C or a stop request, after what was in flight has been saved. */
export function toInterruption(signal: StopSignal, continueCommand: string): Failure {
  const exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
  return pick(
    'INTERRUPTED',
    `Stopped by ${signal}. The state is saved; running again continues.`,
    [continueCommand],
    exitCode,
  )
}

export type StopSignal = 'SIGINT' | 'SIGTERM'

const TRY = 'Try this: '

/**
 * Error, code and what to try; `width` is that of a terminal. In a pipe or a
 * file, where a line is searched for, none is broken.
 */
export function formatFailure(failure: Failure, width: number | null = null): string {
  const suggestions = failure.suggestions.flatMap((one) => breakSuggestion(one, width))
  return [
    ...breakLines(`Error: ${failure.message}`, width),
    `Code: ${failure.code}${sayExit(failure)}`,
    ...suggestions.map((line, at) => `${at === 0 ? TRY : ' '.repeat(TRY.length)}${line}`),
  ].join('\n')
}

/** 6 is no failure of a machine: who reads it has to know that a person decides. */
function sayExit({ exitCode }: Failure): string {
  return exitCode === EXIT.refused ? ' (exit 6: refused for safety, a person decides)' : ''
}

/** A command stays one that can be copied whole: its broken lines end as a shell wants it. */
function breakSuggestion(text: string, width: number | null): string[] {
  if (width === null) return [text]
  const room = width - TRY.length
  if (!text.startsWith('aircall-sync ') || text.length <= room) return breakLines(text, room)
  const lines = wrap(text, room - 2)
  return lines.map((line, at) => (at < lines.length - 1 ? `${line} \\` : line))
}

function breakLines(text: string, width: number | null): string[] {
  return width === null ? [text] : text.split('\n').flatMap((line) => wrap(line, width))
}

/** What `process.cwd()` throws. */
function isGoneFolder(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd'
}

function isOclifError(error: unknown): error is Error {
  return error instanceof Error && 'oclif' in error
}

function pick(code: string, message: string, suggestions: readonly string[], exitCode: number): Failure {
  return { code, message, suggestions: [...suggestions], exitCode }
}
