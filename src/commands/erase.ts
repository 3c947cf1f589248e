import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { allowFlag, wholeNumberFlag } from '../cli/flags.ts'
import { RunCommand } from '../cli/run-command.ts'
import type { Erased } from '../pipeline/erase/announce.ts'
import { erase } from '../pipeline/erase/erase.ts'
import type { Summary } from '../report/summary.ts'
import { formatErasure } from '../report/text/privacy.ts'

export default class Erase extends RunCommand<typeof Erase> {
  static override summary = "Remove one person's calls everywhere: state, runs, reports and Planhat."
  static override description =
    'It first shows whom it means and what it will remove. It deletes at most --max-deletes ' +
    'Conversations in Planhat (by default guards.maxDeletes, which is 0). Keyed hashes stay ' +
    'behind, so that no later run brings the calls back. If it cannot finish (Planhat refuses, ' +
    'or somebody reads the state), it exits with 5, and every later run finishes it first.'
  static override examples = [
    {
      description: 'By number, in any spelling',
      command: '<%= config.bin %> erase "+1 202 555 0143" --max-deletes 200',
    },
    {
      description: "By the End User's id in Planhat, unattended",
      command: '<%= config.bin %> erase 6a1f0c2e9b7d4e5f8a1b2c3d --max-deletes 200 --yes --json',
    },
  ]
  static override args = {
    person: Args.string({
      required: true,
      name: 'NUMBER|EMAIL|END_USER_ID',
      description: 'a telephone number, or the e-mail, the name or the id of an End User',
    }),
  }
  static override flags = {
    'max-deletes': wholeNumberFlag({
      helpValue: 'N',
      min: 0,
      description: 'the most Conversations that may be deleted in Planhat',
    }),
    allow: allowFlag,
    yes: Flags.boolean({ description: 'do not ask for confirmation; required without a terminal' }),
  }

  async run(): Promise<Summary & { erased: Erased }> {
    const { 'max-deletes': maxDeletes, yes } = this.flags
    const result = await erase(this.surroundings(), {
      person: this.args.person,
      yes,
      maxDeletes: maxDeletes ?? this.settings().config.guards.maxDeletes,
    })
    const text = formatErasure(result.erased, result.applied ?? { deleted: 0, failed: 0 })
    return this.finish(result, { text, exitCode: result.run.exitCode })
  }
}
