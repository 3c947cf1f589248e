import { SyncError } from '../../errors.ts'
import { openHookDesk } from '../webhook/hook-desk.ts'
import { lookAtWebhook, reviveWebhook } from '../webhook/status.ts'
import type { Listener } from './listener.ts'

/**
 * Compares our webhook with what is wanted, and wakes it where Aircall has switched it off.
 * True where it was asleep: then deliveries were missed. Trouble with it never stops the work.
 */
export async function watchWebhook(listener: Listener): Promise<boolean> {
  const { options, log, signal } = listener
  try {
    const desk = openHookDesk(listener, { envFile: options.envFile, url: null })
    const { status, webhook } = await lookAtWebhook(desk)
    if (webhook === null) {
      log.warn(
        'WEBHOOK_MISSING',
        'No webhook of this account is known as ours: calls come by the catch-up alone. aircall-sync webhook status',
      )
      return false
    }
    if (!status.tokenKnown)
      log.warn(
        'WEBHOOK_TOKEN',
        `The token of webhook ${webhook.id} is not known here, so its deliveries are refused.`,
      )
    if (status.active && status.missingEvents.length === 0) return false
    const what = status.active ? `lacks ${status.missingEvents.join(', ')}` : 'was switched off by Aircall'
    if (!options.revives) {
      log.warn(
        'WEBHOOK_OFF',
        `Webhook ${webhook.id} ${what}. aircall-sync webhook register --url ${webhook.url}`,
      )
      return false
    }
    await reviveWebhook(desk, webhook)
    log.warn(
      'WEBHOOK_REVIVED',
      `Webhook ${webhook.id} ${what}: it delivers again, and what it missed is caught up.`,
    )
    return true
  } catch (error) {
    if (signal.aborted || !(error instanceof SyncError)) throw error
    log.warn(error.code, `The webhook could not be looked at: ${error.message}`)
    return false
  }
}
