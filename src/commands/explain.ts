import * as Args from '@oclif/core/args'
import { RunCommand } from '../cli/run-command.ts'
import { explainCall } from '../pipeline/explain.ts'
import { type Explanation, formatExplanation, maskExplanation } from '../report/text/explanation.ts'

export default class Explain extends RunCommand<typeof Explain> {
  static override summary =
    'Explain one call: number, candidates, decision, transcript, what would be written, and what Planhat has.'
  static override examples = [
    { description: 'Why this call is where it is', command: '<%= config.bin %> explain 4180000376' },
    { description: 'The same for a script', command: '<%= config.bin %> explain 4180000376 --json' },
  ]
  static override args = {
    callId: Args.string({ required: true, name: 'CALL_ID', description: 'id of an Aircall call' }),
  }

  async run(): Promise<Explanation> {
    const whole = await explainCall(this.surroundings(), this.args.callId)
    const explanation = this.flags.reveal ? whole : maskExplanation(whole)
    return this.finish(explanation, { text: formatExplanation(explanation, this.settings().config.timezone) })
  }
}
