import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { RunCommand } from '../../cli/run-command.ts'
import { type LookupResult, lookUpNumber, sayLookup } from '../../pipeline/phone-index/lookup.ts'
import { maskFields } from '../../report/live/mask.ts'

export default class IndexLookup extends RunCommand<typeof IndexLookup> {
  static override summary = 'Say whose number this is, and why.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> "+1 202-555-0143"',
    '<%= config.bin %> <%= command.id %> "020 7946 0958" --country GB',
  ]
  static override args = {
    number: Args.string({ required: true, description: 'a telephone number, in any spelling' }),
  }
  static override flags = {
    country: Flags.string({
      helpValue: 'CC',
      description: 'country of a number written without its code; defaultCountry by default',
    }),
  }

  async run(): Promise<LookupResult> {
    const country = this.flags.country?.toUpperCase() ?? null
    const result = lookUpNumber(this.surroundings(), { number: this.args.number, country })
    return this.finish(result, { text: sayLookup(this.flags.reveal ? result : maskFields(result)) })
  }
}
