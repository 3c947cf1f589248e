import { RunCommand } from '../../cli/run-command.ts'
import { envFileFlag, hookPlace, hookUrlFlag, yesFlag } from '../../cli/webhook-flags.ts'
import { type HookRemoval, removeWebhook } from '../../pipeline/webhook/remove.ts'
import { formatHookRemoval } from '../../report/text/webhook.ts'

export default class WebhookRemove extends RunCommand<typeof WebhookRemove> {
  static override summary = 'Delete our webhook, and its token from the env file.'
  static override description =
    'It is no error if the webhook is gone already. Webhooks with another address are never touched.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --yes --json',
  ]
  static override flags = { url: hookUrlFlag, 'env-file': envFileFlag, yes: yesFlag }

  async run(): Promise<HookRemoval> {
    const request = { ...hookPlace(this.flags), yes: this.flags.yes }
    const result = await removeWebhook(this.surroundings(), request)
    return this.finish(result, { text: formatHookRemoval(result) })
  }
}
