import { BaseCommand } from '../../cli/base-command.ts'
import { formatSettings, listSettings, type SettingRow } from '../../config/show.ts'

export default class ConfigShow extends BaseCommand<typeof ConfigShow> {
  static override description = 'Print what is configured and where each value came from. Secrets are hidden.'

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --profile acme --json',
  ]

  async run(): Promise<{ settings: SettingRow[] }> {
    const settings = listSettings(this.settings())
    return this.finish({ settings }, { text: formatSettings(settings) })
  }
}
