import { Args, Flags } from '@oclif/core'
import { allowFlag } from '../../cli/flags.ts'
import { RunCommand } from '../../cli/run-command.ts'
import { importIndex } from '../../pipeline/phone-index/build.ts'
import type { IndexResult } from '../../report/text/phone-index.ts'
import { sayIndex } from '../../report/text/phone-index.ts'

export default class IndexImport extends RunCommand<typeof IndexImport> {
  static override summary = 'Build the phone index from an exported file of End Users.'
  static override description =
    `Reads .xlsx, .csv (comma, semicolon, tab), .json and .ndjson. The file needs the End User's id, the
company's id and at least one phone column; --map names columns that are not recognised.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> end-users.xlsx',
    '<%= config.bin %> <%= command.id %> contacts.csv --map "companyId=Account Id" --map "custom.Mobile=Cell"',
  ]
  static override args = { file: Args.string({ required: true, description: 'the exported file' }) }
  static override flags = {
    map: Flags.string({
      helpValue: 'FIELD=COLUMN',
      multiple: true,
      default: [],
      description:
        'where a field stands: id, name, email, companyId, companyName, country, archived or a phone field',
    }),
    allow: allowFlag,
  }

  async run(): Promise<IndexResult> {
    const result = await importIndex(this.surroundings(), { file: this.args.file, map: this.flags.map })
    return this.finish(result, { text: sayIndex(result) })
  }
}
