import { checkEnvFile, readEnvVariable, setEnvVariable } from '../../config/env-file.ts'
import { confirmOrRefuse } from '../run/confirm.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { findOurs, type HookDesk, type HookPlace, openHookDesk, remember } from './hook-desk.ts'
import type { HookChange } from './register.ts'
import { removeWebhook as removeOne } from './send.ts'

export interface HookRemoval {
  readonly action: 'removed' | 'unchanged'
  /** Ids of what was deleted now; empty where it was gone already. */
  readonly ids: readonly string[]
  readonly url: string
  readonly envFile: string
  readonly variable: string
}

/**
 * Deletes our webhook (both, while a token is being replaced) and takes the token's line out of the env file. One
 * that is gone already is success; one with another address is never touched. @throws UsageError NEEDS_YES;
 * RefusedError NOT_CONFIRMED; FatalError ENV_FILE_UNWRITABLE, before anything is deleted.
 */
export async function removeWebhook(
  world: Surroundings,
  request: HookChange & HookPlace,
): Promise<HookRemoval> {
  checkEnvFile(request.envFile)
  const desk = openHookDesk(world, request)
  const { variable } = world.settings.webhook
  const ours = findOurs(desk, await desk.webhooks.list(world.signal))
  const url = ours[0]?.url ?? desk.url ?? desk.remembered.url ?? ''
  const hasLine = readEnvVariable(desk.envFile, variable) !== null
  const result = { ids: ours.map(({ id }) => id), url, envFile: desk.envFile, variable }
  if (ours.length === 0 && !hasLine) {
    forget(desk)
    return { action: 'unchanged', ...result }
  }
  const acts = [
    ...ours.map((one) => `delete webhook ${one.id} to ${one.url}`),
    ...(hasLine ? [`take ${variable} out of ${desk.envFile}`] : []),
  ]
  desk.log.info(`Would ${acts.join(', and ')}.`)
  await confirmOrRefuse(desk, { yes: request.yes, question: 'Remove it?' })
  for (const one of ours) await removeOne(desk, one)
  setEnvVariable(desk.envFile, variable, null)
  forget(desk)
  if (desk.isOverruled) {
    desk.log.warn(
      'WEBHOOK_ENVIRONMENT',
      `${variable} is set in the environment itself: take it out there as well.`,
    )
  }
  return { action: 'removed', ...result }
}

function forget(desk: HookDesk): void {
  const { url, id, oldId } = desk.remembered
  if (url !== null || id !== null || oldId !== null) remember(desk, { url: null, id: null, oldId: null })
}
