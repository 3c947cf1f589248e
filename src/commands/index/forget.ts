import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { RunCommand } from '../../cli/run-command.ts'
import { type ForgetResult, forgetNumber, sayForgotten } from '../../pipeline/phone-index/forget.ts'
import { maskNumbers } from '../../report/live/mask.ts'

export default class IndexForget extends RunCommand<typeof IndexForget> {
  static override summary = 'Forget what a review decided about a number with always or never.'
  static override description =
    'From the next plan on, the index decides about its calls ' +
    'again. What was written stays as it is; reconcile reports it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> "+1 202-555-0143"',
    '<%= config.bin %> <%= command.id %> "020 7946 0958" --country GB',
  ]
  static override args = {
    number: Args.string({ required: true, description: 'the number, as a review shows it' }),
  }
  static override flags = {
    country: Flags.string({
      helpValue: 'CC',
      description: 'country of a number written without its code; defaultCountry by default',
    }),
  }

  async run(): Promise<ForgetResult> {
    const country = this.flags.country?.toUpperCase() ?? null
    const result = await forgetNumber(this.surroundings(), { number: this.args.number, country })
    const text = sayForgotten(result)
    return this.finish(result, { text: this.flags.reveal ? text : maskNumbers(text) })
  }
}
