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

/** Error, code and what to try, one a line; `width` is that of a terminal, in a pipe no line is broken. */
export function formatFailure(failure: Failure, width: number | null = null): string {
  const [first, ...others] = failure.suggestions
  return [
    ...breakLines(`Error: ${failure.message}`, width),
    `Code: ${failure.code}`,
    ...(first === undefined ? [] : [`Try this: ${first}`]),
    ...others.map((other) => `          ${other}`),
  ].join('\n')
}

function breakLines(text: string, width: number | null): string[] {
  return width === null ? [text] : text.split('\n').flatMap((line) => wrap(line, width))
}

function isOclifError(error: unknown): error is Error {
  return error instanceof Error && 'oclif' in error
}

function pick(code: string, message: string, suggestions: readonly string[], exitCode: number): Failure {
  return { code, message, suggestions: [...suggestions], exitCode }
}
