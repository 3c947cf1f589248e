import * as Flags from '@oclif/core/flags'
import { RunCommand } from '../cli/run-command.ts'
import { parseDuration } from '../cli/time.ts'
import { type PurgeResult, purge } from '../pipeline/purge.ts'
import { formatPurge } from '../report/text/privacy.ts'

export default class Purge extends RunCommand<typeof Purge> {
  static override summary = 'Remove local copies of old calls, transcripts, plans and reports.'
  static override description =
    'Planhat is not touched. What was written there stays known by its ids, so that nothing is written twice.'
  static override examples = [
    {
      description: 'Ask, then remove what is older than half a year',
      command: '<%= config.bin %> purge --older-than 26w',
    },
    { description: 'Every week from cron', command: '<%= config.bin %> purge --older-than 90d --yes --json' },
  ]
  static override flags = {
    'older-than': Flags.string({ required: true, helpValue: 'AGE', description: 'an age: 36h, 90d, 26w' }),
    yes: Flags.boolean({ description: 'do not ask for confirmation; required without a terminal' }),
  }

  async run(): Promise<PurgeResult> {
    const request = { olderThanSeconds: parseDuration(this.flags['older-than']), yes: this.flags.yes }
    const result = await purge(this.surroundings(), request)
    return this.finish(result, { text: formatPurge(result) })
  }
}
