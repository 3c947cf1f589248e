import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { RunCommand } from '../../cli/run-command.ts'
import { envFileFlag, yesFlag } from '../../cli/webhook-flags.ts'
import { type HookResult, registerWebhook } from '../../pipeline/webhook/register.ts'
import { formatHookChange } from '../../report/text/webhook.ts'

export default class WebhookRegister extends RunCommand<typeof WebhookRegister> {
  static override summary =
    'Let Aircall deliver its events to a listener: make the webhook, or adopt the one with this address.'
  static override description =
    "It first shows what it will do. The webhook's token goes into the env file (mode 600, its other " +
    'lines kept) and nowhere else; if that fails, a webhook made just now is deleted again. Webhooks ' +
    'with another address are never touched.'
  static override examples = [
    {
      description: 'Look, then confirm',
      command: '<%= config.bin %> webhook register --url https://calls.example.com/aircall',
    },
    {
      description: 'Unattended, with an env file of its own',
      command:
        '<%= config.bin %> webhook register --url https://calls.example.com/aircall ' +
        '--env-file /etc/aircall-sync/acme.env --yes',
    },
  ]
  static override flags = {
    url: Flags.string({
      required: true,
      helpValue: 'URL',
      description: 'public address of the listener, path included: https, or http on this machine',
    }),
    'env-file': envFileFlag,
    yes: yesFlag,
  }

  async run(): Promise<HookResult> {
    const { url, yes, 'env-file': envFile } = this.flags
    const result = await registerWebhook(this.surroundings(), { url, yes, envFile: resolve(envFile) })
    return this.finish(result, { text: formatHookChange(result) })
  }
}
