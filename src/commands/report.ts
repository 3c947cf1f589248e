import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { rangeFlags } from '../cli/flags.ts'
import { quoteArgument } from '../cli/quote.ts'
import { RunCommand } from '../cli/run-command.ts'
import { report } from '../pipeline/report.ts'
import type { ManagerResult } from '../report/manager/result.ts'
import { formatManagerReport } from '../report/text/manager.ts'

export default class Report extends RunCommand<typeof Report> {
  static override summary =
    'Report on calls that were read: by agent, day and week, with answer rates, waiting and talk times.'
  static override description =
    'Uses the local state only: no requests, no credentials. Writes a page for a browser and, with ' +
    '--csv, a table for a spreadsheet. A call belongs to the day it began in the configured time zone; one ' +
    'that has not ended is not counted.'
  static override examples = [
    {
      description: 'The last quarter as a page to send on',
      command: '<%= config.bin %> report --since 13w --output calls.html',
    },
    {
      description: 'One month for a spreadsheet, a row for each day, agent and direction',
      command: '<%= config.bin %> report --since 2026-10-01 --until 2026-11-01 --csv october.csv',
    },
  ]
  static override flags = {
    ...rangeFlags,
    output: Flags.string({
      helpValue: 'FILE',
      description: 'where to put the page; in the state folder by default',
    }),
    csv: Flags.string({ helpValue: 'FILE', description: 'where to put a table by day, agent and direction' }),
    overwrite: Flags.boolean({ description: 'replace existing files' }),
  }

  async run(): Promise<ManagerResult> {
    const { since, until, output, csv, overwrite } = this.flags
    const { model, result } = await report(this.surroundings(), {
      range: this.range(since, until),
      overwrite,
      readCommand: this.#readCommand(),
      ...(output !== undefined && { output: resolve(output) }),
      ...(csv !== undefined && { csv: resolve(csv) }),
    })
    return this.finish(result, {
      text: formatManagerReport(model, result.files, { width: this.width, paint: this.paint }),
    })
  }

  #readCommand(): string {
    const { since, until } = this.flags
    const end = until === undefined ? '' : ` --until ${quoteArgument(until)}`
    return `aircall-sync backfill --since ${quoteArgument(since)}${end} --dry-run${this.repeatedFlags()}`
  }
}
