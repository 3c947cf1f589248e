import * as Args from '@oclif/core/args'
import { RunCommand } from '../../cli/run-command.ts'
import { reportPath } from '../../pipeline/runs.ts'

export default class RunsOpen extends RunCommand<typeof RunsOpen> {
  static override summary = "Print the path of a run's report."
  static override examples = [
    {
      description: 'Open it in the browser',
      command: 'xdg-open "$(<%= config.bin %> runs open 20261122-201455-ab12)"',
    },
    { description: 'For a script', command: '<%= config.bin %> runs open 20261122-201455-ab12 --json' },
  ]
  static override args = {
    runId: Args.string({ required: true, name: 'RUN_ID', description: 'id of a run' }),
  }

  async run(): Promise<{ report: string }> {
    const report = reportPath(this.surroundings(), this.args.runId)
    return this.finish({ report }, { text: report })
  }
}
