import * as Flags from '@oclif/core/flags'
import { RunCommand } from '../../cli/run-command.ts'
import { measureIndex } from '../../pipeline/phone-index/stats.ts'
import { maskFields } from '../../report/live/mask.ts'
import type { StatsResult } from '../../report/text/phone-index.ts'
import { sayStats } from '../../report/text/phone-index.ts'

export default class IndexStats extends RunCommand<typeof IndexStats> {
  static override summary = 'Show how well the index covers your calls, and what to fix in Planhat.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --output phone-hygiene.csv',
  ]
  static override flags = {
    output: Flags.string({
      helpValue: 'FILE',
      description:
        'where to put the phone-hygiene list as CSV: numbers that ' +
        'calls came from, and End Users whose phones cannot be used',
    }),
  }

  async run(): Promise<StatsResult> {
    const result = measureIndex(this.surroundings(), { output: this.flags.output ?? null })
    return this.finish(result, { text: sayStats(this.flags.reveal ? result : maskFields(result)) })
  }
}
