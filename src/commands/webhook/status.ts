import * as Flags from '@oclif/core/flags'
import { EXIT } from '../../cli/exit-code.ts'
import { RunCommand } from '../../cli/run-command.ts'
import { envFileFlag, hookPlace, hookUrlFlag } from '../../cli/webhook-flags.ts'
import { type HookStatus, isDifferent, webhookStatus } from '../../pipeline/webhook/status.ts'
import { formatHookStatus } from '../../report/text/webhook.ts'

export default class WebhookStatus extends RunCommand<typeof WebhookStatus> {
  static override summary =
    'Check our webhook: is it active, does it send every event, is its token known here?'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'For a monitor', command: '<%= config.bin %> webhook status --exit-code --json' },
  ]
  static override flags = {
    url: hookUrlFlag,
    'env-file': envFileFlag,
    'exit-code': Flags.boolean({ description: 'end with exit code 4 if something differs' }),
  }

  async run(): Promise<HookStatus> {
    const status = await webhookStatus(this.surroundings(), hookPlace(this.flags))
    const exitCode = this.flags['exit-code'] && isDifferent(status) ? EXIT.driftRemains : EXIT.done
    return this.finish(status, { text: formatHookStatus(status), exitCode })
  }
}
