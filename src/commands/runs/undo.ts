import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { allowFlag, wholeNumberFlag } from '../../cli/flags.ts'
import { RunCommand } from '../../cli/run-command.ts'
import { undoRun } from '../../pipeline/undo.ts'
import type { Summary } from '../../report/summary.ts'

export default class RunsUndo extends RunCommand<typeof RunsUndo> {
  static override summary = 'Take back what a run wrote: delete what it created, restore what it updated.'
  static override description =
    'It leaves records alone that somebody changed since. It deletes at ' +
    'most --max-deletes records (by default guards.maxDeletes, which is ' +
    '0); if it had to delete more, it sends nothing and says how many.'
  static override examples = [
    {
      description: 'Take back a pilot of ten calls',
      command: '<%= config.bin %> runs undo 20261122-201455-ab12 --max-deletes 20',
    },
    {
      description: 'Unattended',
      command: '<%= config.bin %> runs undo 20261122-201455-ab12 --max-deletes 20 --yes --json',
    },
  ]
  static override args = {
    runId: Args.string({ required: true, name: 'RUN_ID', description: 'id of the run to take back' }),
  }
  static override flags = {
    'max-deletes': wholeNumberFlag({
      helpValue: 'N',
      min: 0,
      description: 'the most records that may be deleted',
    }),
    allow: allowFlag,
    yes: Flags.boolean({ description: 'do not ask for confirmation; required without a terminal' }),
  }

  async run(): Promise<Summary> {
    const { 'max-deletes': maxDeletes, yes } = this.flags
    const request = {
      runId: this.args.runId,
      yes,
      maxDeletes: maxDeletes ?? this.settings().config.guards.maxDeletes,
    }
    return this.report(await undoRun(this.surroundings(), request))
  }
}
