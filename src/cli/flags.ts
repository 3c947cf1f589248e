import * as Errors from '@oclif/core/errors'
import * as Flags from '@oclif/core/flags'
import { GUARD_NAMES } from '../plan/guard.ts'

const helpGroup = 'GLOBAL'

/** Flags common to all commands (docs/contract.md section 2). `--json` is oclif's own. */
export const sharedFlags = {
  config: Flags.string({ helpGroup, helpValue: 'FILE', description: 'configuration file to use' }),
  profile: Flags.string({
    helpGroup,
    helpValue: 'NAME',
    description: 'profile to use, with its own settings, credentials and state folder',
  }),
  'state-dir': Flags.string({
    helpGroup,
    helpValue: 'DIR',
    description: 'folder for state, runs and reports',
  }),
  'log-format': Flags.option({ options: ['text', 'json'] as const })({
    helpGroup,
    default: 'text',
    description: 'format of the log lines on stderr',
  }),
  verbose: Flags.boolean({ helpGroup, description: 'say more on stderr' }),
  'no-progress': Flags.boolean({ helpGroup, description: 'show no progress' }),
  reveal: Flags.boolean({ helpGroup, description: 'show telephone numbers and texts of calls in full' }),
}

/** For commands with guards: `--allow NAME`, several times. */
export const allowFlag = Flags.option({ options: GUARD_NAMES, multiple: true })({
  helpValue: 'NAME',
  description: 'let this run past the guard of this name; a refusal names its guard',
})

/** Whole numbers from `min` up; oclif answers anything else with exit code 2. */
export const wholeNumberFlag = (o: { description: string; helpValue: string; min: number }) =>
  Flags.integer({ description: o.description, helpValue: o.helpValue, min: o.min })

/** A text with something in it that `pattern` finds: an empty variable must not stand for "all". */
export const filledFlag = (o: { description: string; helpValue: string; pattern: RegExp }) =>
  Flags.string({
    description: o.description,
    helpValue: o.helpValue,
    parse: async (text) => {
      if (o.pattern.test(text)) return text
      throw new Errors.CLIError(`Expected ${o.helpValue} but received: ${text === '' ? 'nothing' : text}`)
    },
  })

/** `--since` and `--until`, as text: `parseRange` reads them once zone and clock are known. */
export const timeFlag = (description: string) => Flags.string({ description, helpValue: 'T' })

/** The range of a command that has none of its own. */
export const rangeFlags = {
  since: Flags.string({
    helpValue: 'T',
    required: true,
    description: 'start of the range: a date, an ISO time or an age',
  }),
  until: timeFlag('end of the range, not included; now by default'),
}
