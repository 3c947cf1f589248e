import * as Flags from '@oclif/core/flags'
import { RunCommand } from '../../cli/run-command.ts'
import { envFileFlag, hookPlace, hookUrlFlag, yesFlag } from '../../cli/webhook-flags.ts'
import type { HookResult } from '../../pipeline/webhook/register.ts'
import { finishRotation, rotateWebhook } from '../../pipeline/webhook/rotate.ts'
import { formatHookChange } from '../../report/text/webhook.ts'

export default class WebhookRotate extends RunCommand<typeof WebhookRotate> {
  static override summary = 'Replace the token without losing an event.'
  static override description =
    'Aircall cannot change a token, so a second webhook is made at the same address and both tokens are ' +
    'accepted; --finish deletes the old one. Until then every event comes twice, which does no harm.'
  static override examples = [
    { description: 'First', command: '<%= config.bin %> webhook rotate' },
    {
      description: 'Once the listener accepts both',
      command: '<%= config.bin %> webhook rotate --finish',
    },
  ]
  static override flags = {
    finish: Flags.boolean({ description: 'delete the old webhook and its token' }),
    url: hookUrlFlag,
    'env-file': envFileFlag,
    yes: yesFlag,
  }

  async run(): Promise<HookResult> {
    const { finish, yes } = this.flags
    const request = { ...hookPlace(this.flags), yes }
    const change = finish ? finishRotation : rotateWebhook
    const result = await change(this.surroundings(), request)
    return this.finish(result, { text: formatHookChange(result) })
  }
}
