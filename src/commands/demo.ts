import { RunCommand } from '../cli/run-command.ts'
import { type DemoResult, runDemo } from '../pipeline/demo.ts'

export default class Demo extends RunCommand<typeof Demo> {
  static override summary =
    'Walk the whole journey against a made-up Aircall and Planhat: no credentials needed.'
  static override description =
    'Takes less than a minute, leaves its files in a temporary folder and says where.'
  static override examples = [
    { description: 'Watch it', command: '<%= config.bin %> demo' },
    { description: 'Its results for a script', command: '<%= config.bin %> demo --json' },
  ]

  async run(): Promise<DemoResult> {
    const { clock, signal, paint, width } = this
    const surroundings = { clock, signal, log: this.createLog(), progress: this.createProgress(clock) }
    return this.finish(await runDemo({ ...surroundings, paint, width, print: (text) => this.log(text) }))
  }
}
