import type { Webhook } from '../../aircall/webhooks.ts'
import { checkEnvFile } from '../../config/env-file.ts'
import type { Secret } from '../../config/secret.ts'
import { RefusedError } from '../../errors.ts'
import { confirmOrRefuse } from '../run/confirm.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { findOurs, type HookDesk, type HookPlace, openHookDesk, remember } from './hook-desk.ts'
import { type HookChange, type HookResult, toResult } from './register.ts'
import { createWebhook, keepTokens, removeWebhook } from './send.ts'

export type RotateRequest = HookChange & HookPlace

/**
 * Aircall cannot change a token: a second webhook is made at the same address, and both tokens are in force until
 * `finishRotation`.
 * @throws RefusedError WEBHOOK_UNKNOWN, WEBHOOK_ROTATING, WEBHOOK_LIMIT, NOT_CONFIRMED; UsageError NEEDS_YES;
 * FatalError ENV_FILE_UNWRITABLE: the new one is deleted again then.
 */
export async function rotateWebhook(world: Surroundings, request: RotateRequest): Promise<HookResult> {
  checkEnvFile(request.envFile)
  const desk = openHookDesk(world, request)
  const all = await desk.webhooks.list(world.signal)
  const [old, ...others] = findOurs(desk, all)
  if (old === undefined) throw unknown()
  if (others.length > 0) throw rotating('Two webhooks are ours already: a token is being replaced.')
  desk.log.info(
    `Would make a second webhook to ${old.url} and put both tokens into ` +
      `${desk.envFile}. Deliveries come twice until rotate --finish; that does no harm.`,
  )
  await confirmOrRefuse(desk, { yes: request.yes, question: 'Make it?' })
  const made = await createWebhook(desk, old.url, all)
  const tokens = [old.token ?? desk.tokens[0], made.token].filter((token): token is Secret => token != null)
  await keepTokens(desk, tokens, { undo: made })
  remember(desk, { url: old.url, id: made.id, oldId: old.id })
  return toResult(desk, made, 'rotated')
}

/**
 * Deletes the old webhook, and its token. One that is gone already is deleted.
 * @throws RefusedError WEBHOOK_UNKNOWN, WEBHOOK_ROTATING where it cannot be said which is the old one; NOT_CONFIRMED;
 * UsageError NEEDS_YES; FatalError ENV_FILE_UNWRITABLE.
 */
export async function finishRotation(world: Surroundings, request: RotateRequest): Promise<HookResult> {
  checkEnvFile(request.envFile)
  const desk = openHookDesk(world, request)
  const ours = findOurs(desk, await desk.webhooks.list(world.signal))
  const { old, current } = tellApart(desk, ours)
  const token = current.token ?? desk.tokens.at(-1)
  const inForce = new Set(desk.tokens.map((one) => one.reveal()))
  if (old === null && inForce.size <= 1) return toResult(desk, current, 'unchanged')
  if (token === undefined) throw rotating('The token of the new webhook is not known here.')
  desk.log.info(
    old === null
      ? `The old webhook is gone. Would take its token out of ${desk.envFile}.`
      : `Would delete webhook ${old.id}, whose place ${current.id} ` +
          `has taken, and take its token out of ${desk.envFile}.`,
  )
  await confirmOrRefuse(desk, { yes: request.yes, question: 'Finish?' })
  // First the webhook: without its token its deliveries would be refused.
  if (old !== null) await removeWebhook(desk, old)
  await keepTokens(desk, [token], { undo: null })
  remember(desk, { url: current.url, id: current.id, oldId: null })
  return toResult(desk, current, 'finished')
}

/** By what is remembered, else by their age. */
function tellApart(
  { remembered }: HookDesk,
  ours: readonly Webhook[],
): { old: Webhook | null; current: Webhook } {
  const [first, second, ...others] = ours
  if (first === undefined) throw unknown()
  if (second === undefined) return { old: null, current: first }
  if (others.length > 0) throw rotating('More than two webhooks are ours.')
  const byId = (old: Webhook, current: Webhook) => old.id === remembered.oldId || current.id === remembered.id
  const isOlder = (old: Webhook, current: Webhook) => (old.createdAt ?? '') < (current.createdAt ?? '')
  if (byId(first, second)) return { old: first, current: second }
  if (byId(second, first)) return { old: second, current: first }
  if (isOlder(first, second)) return { old: first, current: second }
  if (isOlder(second, first)) return { old: second, current: first }
  throw rotating('Which of the two webhooks is the old one cannot be told.')
}

function unknown(): RefusedError {
  return new RefusedError('WEBHOOK_UNKNOWN', 'No webhook of this account is known as ours.', {
    suggestions: [
      'aircall-sync webhook list',
      'aircall-sync webhook register --url https://calls.example.com/aircall',
    ],
  })
}

function rotating(message: string): RefusedError {
  return new RefusedError('WEBHOOK_ROTATING', `${message} Nothing was changed.`, {
    suggestions: ['aircall-sync webhook rotate --finish', 'delete the old one in the Aircall Dashboard'],
  })
}
