import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { allowFlag, filledFlag, rangeFlags, wholeNumberFlag } from '../cli/flags.ts'
import { RunCommand } from '../cli/run-command.ts'
import { type BackfillRequest, backfill } from '../pipeline/backfill.ts'
import type { Summary } from '../report/summary.ts'

export default class Backfill extends RunCommand<typeof Backfill> {
  static override summary = 'Read calls and transcripts, match them, and plan what to write to Planhat.'
  static override description =
    'Writes a plan and its review CSV. On a terminal it then ' +
    'asks whether to apply the plan; without one it stops there. ' +
    'Nothing is sent to Planhat unless you say so. Running it again ' +
    'over the same range continues where it stopped, or changes nothing.'
  static override examples = [
    {
      description: 'Plan the last 30 days and stop',
      command: '<%= config.bin %> backfill --since 30d --dry-run',
    },
    {
      description: 'A pilot of the first ten matched calls, written at once',
      command: '<%= config.bin %> backfill --since 2026-09-01 --limit 10 --apply',
    },
  ]
  static override flags = {
    ...rangeFlags,
    'dry-run': Flags.boolean({
      description: 'plan only: never ask, never write to Planhat',
      exclusive: ['apply'],
    }),
    apply: Flags.boolean({ description: 'apply the plan without asking' }),
    output: Flags.string({ helpValue: 'FILE', description: 'where to put the review CSV' }),
    overwrite: Flags.boolean({ description: 'replace an existing review CSV' }),
    transcripts: Flags.boolean({ allowNo: true, default: true, description: 'ask Aircall for transcripts' }),
    'all-transcripts': Flags.boolean({
      description: 'ask for the transcript of every call, even where none is likely',
    }),
    direction: Flags.option({ options: ['inbound', 'outbound'] as const })({
      description: 'only calls of this direction',
    }),
    user: filledFlag({ helpValue: 'EMAIL', description: 'only calls of this Aircall user', pattern: /\S/ }),
    number: filledFlag({
      helpValue: 'DIGITS',
      description: 'only calls on this Aircall line',
      pattern: /\d/,
    }),
    'min-duration': wholeNumberFlag({
      helpValue: 'S',
      min: 0,
      description: 'only calls with at least this much talk time',
    }),
    limit: wholeNumberFlag({
      helpValue: 'N',
      min: 1,
      description: 'only the first N matched calls, for a pilot',
    }),
    refresh: Flags.boolean({
      description: 'read every page and transcript again, also those that are here or were given up',
    }),
    allow: allowFlag,
  }

  async run(): Promise<Summary> {
    return this.report(await backfill(this.surroundings(), this.#request()))
  }

  #request(): BackfillRequest {
    const { flags } = this
    const mode = flags.apply ? 'apply' : flags['dry-run'] ? 'dry-run' : 'ask'
    return {
      range: this.range(flags.since, flags.until),
      mode,
      filter: {
        ...(flags.direction && { direction: flags.direction }),
        ...(flags.user && { user: flags.user }),
        ...(flags.number && { number: flags.number }),
        ...(flags['min-duration'] !== undefined && { minDurationSeconds: flags['min-duration'] }),
      },
      transcripts: flags.transcripts && this.settings().config.transcripts.enabled,
      allTranscripts: flags['all-transcripts'],
      refresh: flags.refresh,
      overwrite: flags.overwrite,
      ...(flags.limit !== undefined && { limit: flags.limit }),
      ...(flags.output !== undefined && { output: resolve(flags.output) }),
    }
  }
}
