import type { Webhook } from '../../aircall/webhooks.ts'
import { checkEnvFile } from '../../config/env-file.ts'
import { RefusedError } from '../../errors.ts'
import { formatNoun } from '../../report/text/words.ts'
import { confirmOrRefuse } from '../run/confirm.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { type HookDesk, isTokenKnown, openHookDesk, remember, warnOfPlanhat } from './hook-desk.ts'
import { isSameUrl, readHookUrl } from './hook-url.ts'
import { createWebhook, keepTokens, removeWebhook, several, updateWebhook } from './send.ts'
import { isAsWanted, missingEvents } from './wanted.ts'

export interface HookChange {
  readonly envFile: string
  readonly yes: boolean
}

/** What a command about the webhook did; also the body of `--json`. */
export interface HookResult {
  readonly action: 'created' | 'adopted' | 'unchanged' | 'rotated' | 'finished' | 'removed'
  readonly id: string
  readonly url: string
  readonly active: boolean
  readonly events: readonly string[]
  readonly envFile: string
  /** The variable of the env file that holds the token. */
  readonly variable: string
}

/**
 * Makes the webhook with this address ours: the one that is there is adopted, else one is made. Its token goes into
 * the env file.
 * @throws UsageError WEBHOOK_URL, NEEDS_YES; RefusedError WEBHOOK_SEVERAL, WEBHOOK_LIMIT, WEBHOOK_TOKEN_HIDDEN,
 * NOT_CONFIRMED; FatalError ENV_FILE_UNWRITABLE, WEBHOOK_TOKEN: a webhook made just now is deleted again then.
 */
export async function registerWebhook(
  world: Surroundings,
  request: HookChange & { url: string },
): Promise<HookResult> {
  const url = readHookUrl(request.url)
  checkEnvFile(request.envFile)
  const desk = openHookDesk(world, { envFile: request.envFile, url })
  const all = await desk.webhooks.list(world.signal)
  const found = all.filter((one) => isSameUrl(one.url, url))
  if (found.length > 1) throw several(url, found)
  warnOfPlanhat(world, all, found)
  warnOfFormer(desk, all, url)
  const [existing] = found
  return existing === undefined
    ? create(desk, { ...request, url, all })
    : adopt(desk, existing, { ...request, url })
}

async function create(
  desk: HookDesk,
  { url, yes, all }: HookChange & { url: string; all: readonly Webhook[] },
): Promise<HookResult> {
  desk.log.info(
    `Would create a webhook to ${url} for ${formatNoun(desk.wanted.length, 'event')} ` +
      `(${desk.wanted.join(', ')}), and put its token into ${desk.envFile} as ${desk.settings.webhook.variable}.`,
  )
  await confirmOrRefuse(desk, { yes, question: 'Create it?' })
  const made = await createWebhook(desk, url, all)
  if (made.token === null) {
    await removeWebhook(desk, made)
    throw hidden(desk, made)
  }
  await keepTokens(desk, [made.token], { undo: made })
  remember(desk, { url, id: made.id, oldId: null })
  return toResult(desk, made, 'created')
}

async function adopt(
  desk: HookDesk,
  webhook: Webhook,
  { url, yes }: HookChange & { url: string },
): Promise<HookResult> {
  const isRight = isAsWanted(webhook, desk.wanted)
  if (isRight && isKept(desk, webhook)) {
    remember(desk, { url, id: webhook.id, oldId: null })
    return toResult(desk, webhook, 'unchanged')
  }
  if (webhook.token === null && !isTokenKnown(desk, webhook)) throw hidden(desk, webhook)
  desk.log.info(describeAdoption(desk, webhook))
  await confirmOrRefuse(desk, { yes, question: 'Adopt it?' })
  // The token first: a webhook that is awake delivers at once.
  if (webhook.token !== null) await keepTokens(desk, [webhook.token], { undo: null })
  const now = isRight ? webhook : await updateWebhook(desk, webhook, url)
  remember(desk, { url, id: webhook.id, oldId: null })
  desk.log.warn(
    'WEBHOOK_ADOPTED',
    'The token of an adopted webhook is known to whoever made it. A new one: aircall-sync webhook rotate',
  )
  return toResult(desk, now, 'adopted')
}

/** In force, and the only one. */
function isKept(desk: HookDesk, webhook: Webhook): boolean {
  const inForce = new Set(desk.tokens.map((token) => token.reveal()))
  return inForce.size === 1 && isTokenKnown(desk, webhook)
}

function describeAdoption(desk: HookDesk, webhook: Webhook): string {
  const missing = missingEvents(webhook, desk.wanted)
  const more = webhook.events.filter((event) => !desk.wanted.includes(event))
  const changes = [
    ...(webhook.active ? [] : ['make it active']),
    ...(missing.length === 0 ? [] : [`add ${missing.join(', ')}`]),
    ...(more.length === 0 ? [] : [`take out ${formatNoun(more.length, 'other event')}`]),
    `put its token into ${desk.envFile} as ${desk.settings.webhook.variable}`,
  ]
  const age = webhook.createdAt === null ? '' : `, made at ${webhook.createdAt}`
  return `Webhook ${webhook.id} has this address already${age}. Would adopt it: ${changes.join('; ')}.`
}

/** The one that was ours at another address is not touched, and goes on delivering. */
function warnOfFormer({ log, remembered }: HookDesk, all: readonly Webhook[], url: string): void {
  const former = all.find(({ id }) => id === remembered.id)
  if (former === undefined || isSameUrl(former.url, url)) return
  log.warn(
    'WEBHOOK_FORMER',
    `Webhook ${former.id} to ${former.url} was ours until now. It is not touched and ` +
      'goes on delivering: delete it in the Aircall Dashboard, unless somebody needs it.',
  )
}

function hidden(desk: HookDesk, webhook: Webhook): RefusedError {
  return new RefusedError(
    'WEBHOOK_TOKEN_HIDDEN',
    `Aircall does not show the token of webhook ${webhook.id}, so its deliveries cannot be known.`,
    {
      suggestions: [
        `set ${desk.settings.webhook.variable} in ${desk.envFile} to ` +
          'its token, if somebody has it, and run the same command again',
        'delete it in the Aircall Dashboard and run the same command again: a new one shows its token once',
      ],
    },
  )
}

export function toResult(desk: HookDesk, webhook: Webhook, action: HookResult['action']): HookResult {
  const { id, url, active, events } = webhook
  return { action, id, url, active, events, envFile: desk.envFile, variable: desk.settings.webhook.variable }
}
