import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { allowFlag, wholeNumberFlag } from '../cli/flags.ts'
import { RunCommand } from '../cli/run-command.ts'
import { apply } from '../pipeline/apply.ts'
import type { Summary } from '../report/summary.ts'

export default class Apply extends RunCommand<typeof Apply> {
  static override aliases = ['import']
  static override summary = 'Write a reviewed plan to Planhat: the rows a person approved, and nothing else.'
  static override description =
    'PLAN is a review CSV, or the id of the run that made ' +
    "the plan. What is sent comes from the run's state, " +
    'never from the CSV, so a spreadsheet cannot change it. Running it again is safe: it continues, or ' +
    'changes nothing.'
  static override examples = [
    { description: 'Apply a reviewed file', command: '<%= config.bin %> apply review.csv' },
    {
      description: 'Apply its first ten rows, unattended',
      command: '<%= config.bin %> apply review.csv --limit 10 --yes',
    },
  ]
  static override args = {
    plan: Args.string({ required: true, name: 'PLAN', description: 'a reviewed CSV, or a run id' }),
  }
  static override flags = {
    limit: wholeNumberFlag({ helpValue: 'N', min: 1, description: 'apply only the first N approved rows' }),
    yes: Flags.boolean({ description: 'do not ask for confirmation; required without a terminal' }),
    allow: allowFlag,
  }

  async run(): Promise<Summary> {
    const { limit, yes } = this.flags
    const request = { plan: this.args.plan, yes, ...(limit !== undefined && { limit }) }
    return this.report(await apply(this.surroundings(), request))
  }
}
