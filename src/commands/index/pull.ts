import { allowFlag } from '../../cli/flags.ts'
import { RunCommand } from '../../cli/run-command.ts'
import { pullIndex } from '../../pipeline/phone-index/build.ts'
import type { IndexResult } from '../../report/text/phone-index.ts'
import { sayIndex } from '../../report/text/phone-index.ts'

export default class IndexPull extends RunCommand<typeof IndexPull> {
  static override summary = "Build the phone index from Planhat's End Users."
  static override description =
    'Replaces the index as a whole or not at all: if anything fails, the current one stays.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = { allow: allowFlag }

  async run(): Promise<IndexResult> {
    const result = await pullIndex(this.surroundings())
    return this.finish(result, { text: sayIndex(result) })
  }
}
