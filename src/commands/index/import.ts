import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { allowFlag } from '../../cli/flags.ts'
import { RunCommand } from '../../cli/run-command.ts'
import { importIndex } from '../../pipeline/phone-index/import.ts'
import type { ImportResult } from '../../report/text/phone-index.ts'
import { sayImport } from '../../report/text/phone-index.ts'

export default class IndexImport extends RunCommand<typeof IndexImport> {
  static override summary = 'Build the phone index from an exported file of End Users.'
  static override description =
    'Reads .xlsx (every visible sheet that has the columns), ' +
    '.csv (comma, semicolon, tab), .json and .ndjson. ' +
    "A table needs the End User's id, the company's id " +
    'and at least one phone column, under a header in one ' +
    'of its first rows; --map names columns that are not recognised, by header or by ' +
    'place. The result says what was read, and which rows were left out and why: it ' +
    'never guesses at a row that does not fit the header, or at an id that is not valid.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> end-users.xlsx',
    '<%= config.bin %> <%= command.id %> contacts.csv ' +
      '--map "companyId=Account Id" --map "custom.Mobile=Cell"',
    '<%= config.bin %> <%= command.id %> contacts.csv --map "id=column A" --map "country=column F"',
  ]
  static override args = { file: Args.string({ required: true, description: 'the exported file' }) }
  static override flags = {
    map: Flags.string({
      helpValue: 'FIELD=COLUMN',
      multiple: true,
      description:
        'which column holds a field: id, name, email, companyId, ' +
        'companyName, country, archived or a phone field',
    }),
    allow: allowFlag,
  }

  async run(): Promise<ImportResult> {
    const result = await importIndex(this.surroundings(), { file: this.args.file, map: this.flags.map ?? [] })
    return this.finish(result, { text: sayImport(result) })
  }
}
