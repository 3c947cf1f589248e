import type { Webhook, WebhookClient } from '../../aircall/webhooks.ts'
import { readEnvVariable } from '../../config/env-file.ts'
import type { Secret } from '../../config/secret.ts'
import { splitTokens } from '../../config/webhook-tokens.ts'
import { noteFacts, readFacts } from '../../inbox/standing.ts'
import { connectAircallAccount } from '../run/connect.ts'
import type { Surroundings } from '../run/surroundings.ts'
import { goesToPlanhat, isSameUrl } from './hook-url.ts'
import { wantedEvents } from './wanted.ts'

/** What every command about the webhook has before it. */
export interface HookDesk extends Surroundings {
  readonly webhooks: WebhookClient
  readonly wanted: readonly string[]
  /** Where the token is kept, and the tokens in force: of the environment and of that file. */
  readonly envFile: string
  readonly tokens: readonly Secret[]
  /** The environment itself says another token than the file does, and wins. */
  readonly isOverruled: boolean
  readonly remembered: Remembered
  /** `--url`, where the person names it. */
  readonly url: string | null
}

/** By its id and address our webhook is known again, also where Aircall shows no tokens. */
export interface Remembered {
  readonly url: string | null
  readonly id: string | null
  /** The one whose place it takes, until `rotate --finish`. */
  readonly oldId: string | null
}

export interface HookPlace {
  /** Absolute. */
  readonly envFile: string
  readonly url: string | null
}

/** @param webhooks of a client that a listener has already, so that both keep one limit. */
export function openHookDesk(
  world: Surroundings,
  { envFile, url }: HookPlace,
  webhooks: WebhookClient = connectAircallAccount(world).webhooks,
): HookDesk {
  const { webhook, stateDir, config } = world.settings
  const kept = splitTokens(readEnvVariable(envFile, webhook.variable))
  const facts = readFacts(stateDir, ['webhookUrl', 'webhookId', 'webhookOldId'])
  return {
    ...world,
    webhooks,
    wanted: wantedEvents(config.conversation.content.insights),
    envFile,
    tokens: [...webhook.tokens, ...kept],
    // Node itself reads a file that `--env-file` names: what it says there is not said by the environment.
    isOverruled: webhook.isInEnvironment && reveal(webhook.tokens) !== reveal(kept),
    remembered: { url: facts.webhookUrl, id: facts.webhookId, oldId: facts.webhookOldId },
    url,
  }
}

function reveal(tokens: readonly Secret[]): string {
  return tokens.map((token) => token.reveal()).join()
}

export function remember({ settings }: Surroundings, { url, id, oldId }: Remembered): void {
  noteFacts(settings.stateDir, { webhookUrl: url, webhookId: id, webhookOldId: oldId })
}

/** Whether a delivery of this webhook would be accepted. Where Aircall shows no token, being remembered has to do. */
export function isTokenKnown({ tokens, remembered }: HookDesk, webhook: Webhook): boolean {
  const token = webhook.token?.reveal()
  if (token === undefined) return tokens.length > 0 && isRemembered(remembered, webhook)
  return tokens.some((known) => known.reveal() === token)
}

function isRemembered({ id, oldId }: Remembered, webhook: Webhook): boolean {
  return webhook.id === id || webhook.id === oldId
}

/**
 * The webhooks of the account that are ours: remembered, or with a token in force, and at our address. One with
 * another address is never taken for ours, whatever else fits.
 */
export function findOurs(desk: HookDesk, all: readonly Webhook[]): Webhook[] {
  const address = desk.url ?? desk.remembered.url
  const here = address === null ? all : all.filter(({ url }) => isSameUrl(url, address))
  if (desk.url !== null) return [...here]
  return here.filter(
    (one) => isRemembered(desk.remembered, one) || (one.token !== null && isTokenKnown(desk, one)),
  )
}

/** Says that the live automation is fed as well, so that nobody wonders about double records. */
export function warnOfPlanhat(
  { log }: Surroundings,
  all: readonly Webhook[],
  ours: readonly Webhook[] = [],
): void {
  const others = all.filter((one) => one.active && goesToPlanhat(one) && !ours.includes(one))
  if (others.length === 0) return
  const ids = others.map(({ id }) => id).join(', ')
  log.warn(
    'WEBHOOK_PLANHAT',
    `${others.length === 1 ? 'Another webhook' : `${others.length} other webhooks`} of this account ` +
      `${others.length === 1 ? 'goes' : 'go'} to Planhat (${ids}): ` +
      'its automation writes the same records. Switch it off, or let it go first with listen --grace 2m.',
  )
}
