import { RunCommand } from '../../cli/run-command.ts'
import { envFileFlag, hookPlace } from '../../cli/webhook-flags.ts'
import { listWebhooks } from '../../pipeline/webhook/list.ts'
import { formatWebhooks, type ListedWebhook } from '../../report/text/webhook.ts'

export default class WebhookList extends RunCommand<typeof WebhookList> {
  static override summary =
    'List all webhooks of the Aircall account, whoever made them, without their tokens.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = { 'env-file': envFileFlag }

  async run(): Promise<ListedWebhook[]> {
    const webhooks = await listWebhooks(this.surroundings(), hookPlace(this.flags))
    return this.finish(webhooks, { text: formatWebhooks(webhooks) })
  }
}
