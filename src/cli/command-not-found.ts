import type { Hook } from '@oclif/core'
import { closest, distance } from 'fastest-levenshtein'
import { toVisible } from '../conversation/well-formed.ts'
import { EXIT } from './exit-code.ts'
import { type Failure, formatFailure } from './failure.ts'
import { widthOf } from './style.ts'

/** Runs in place of a command that does not exist: names the nearest, ends with exit code 2. */
export const hook: Hook.CommandNotFound = async ({ id, argv, config }) => {
  const typed = id.replaceAll(':', ' ')
  const failure = describeUnknownCommand(
    typed,
    config.commandIDs.map((known) => known.replaceAll(':', ' ')),
  )
  process.exitCode = failure.exitCode
  if (argv?.includes('--json')) process.stdout.write(`${JSON.stringify({ error: failure }, null, 2)}\n`)
  else process.stderr.write(`${formatFailure(failure, widthOf(process.stderr))}\n`)
}

export function describeUnknownCommand(typed: string, known: readonly string[]): Failure {
  // oclif looks for a command with the name of what stands behind one that takes no argument.
  const command = known.find((name) => typed.startsWith(`${name} `))
  if (command !== undefined) {
    return {
      code: 'USAGE',
      message: `aircall-sync ${command} takes flags, and nothing that stands without one.`,
      suggestions: [`aircall-sync ${command} --help`],
      exitCode: EXIT.usage,
    }
  }
  const near = known.length > 0 ? closest(typed, [...known]) : null
  const isNear = near !== null && distance(typed, near) <= Math.max(2, near.length / 3)
  return {
    code: 'USAGE',
    message: `There is no command "${toVisible(typed).slice(0, 60)}".`,
    suggestions: [...(isNear ? [`aircall-sync ${near}`] : []), 'aircall-sync --help'],
    exitCode: EXIT.usage,
  }
}
