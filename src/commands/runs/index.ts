import * as Args from '@oclif/core/args'
import { wholeNumberFlag } from '../../cli/flags.ts'
import { RunCommand } from '../../cli/run-command.ts'
import { describeRun, listRuns } from '../../pipeline/runs.ts'
import { formatRun, formatRuns, type RunDetail, type RunLine } from '../../report/text/runs.ts'

export default class Runs extends RunCommand<typeof Runs> {
  static override summary = 'Past runs with their counts; one run in detail, with everything it wrote.'
  static override examples = [
    { description: 'The last runs', command: '<%= config.bin %> runs' },
    {
      description: 'One run, with the Planhat ids of what it wrote',
      command: '<%= config.bin %> runs 20261122-201455-ab12',
    },
  ]
  static override args = { runId: Args.string({ name: 'RUN_ID', description: 'id of one run' }) }
  static override flags = {
    limit: wholeNumberFlag({ helpValue: 'N', min: 1, description: 'how many runs to list, 20 by default' }),
  }

  async run(): Promise<{ runs: RunLine[] } | RunDetail> {
    const world = this.surroundings()
    const { timezone } = world.settings.config
    if (this.args.runId !== undefined) {
      const detail = describeRun(world, this.args.runId)
      return this.finish(detail, { text: formatRun(detail, timezone) })
    }
    const runs = listRuns(world, this.flags.limit ?? 20)
    return this.finish({ runs }, { text: formatRuns(runs, this.width, timezone) })
  }
}
