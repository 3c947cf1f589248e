import type { WebhookClient } from '../../aircall/webhooks.ts'
import { FatalError } from '../../errors.ts'
import { goesToPlanhat } from '../webhook/hook-url.ts'
import { type Check, ok, warning } from './check.ts'

/** Whether Planhat's automation hears of the same calls: it writes the same records. One request. */
export async function checkWebhooks(webhooks: WebhookClient, signal: AbortSignal): Promise<Check> {
  const name = 'aircall webhooks'
  try {
    const all = await webhooks.list(signal)
    const others = all.filter((one) => one.active && goesToPlanhat(one))
    if (others.length === 0) return ok(name, `${all.length} readable; none goes to Planhat`)
    return warning(
      name,
      `${others.map(({ id }) => id).join(', ')} of ${all.length} ` +
        'goes to Planhat: its automation writes the same records',
      'switch the automation off, or let it go first with listen --grace 2m',
    )
  } catch (error) {
    if (!(error instanceof FatalError)) throw error
    return ok(name, 'not readable with this key; only listen needs them')
  }
}
