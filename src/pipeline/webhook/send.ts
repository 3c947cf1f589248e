/**
 * Changes at Aircall whose answer may be lost: looked up before anything is sent again, so that no second webhook is
 * made.
 */
import type { Webhook } from '../../aircall/webhooks.ts'
import { setEnvVariable } from '../../config/env-file.ts'
import type { Secret } from '../../config/secret.ts'
import { requireTokens } from '../../config/webhook-tokens.ts'
import { RefusedError } from '../../errors.ts'
import { UnknownOutcomeError } from '../../http/client.ts'
import type { HookDesk } from './hook-desk.ts'
import { isSameUrl } from './hook-url.ts'

const TRIES = 3
/** A request whose connection broke may still be on its way. */
const LATE_MS = 3_000
/** docs/reference/webhooks-and-content.md section 1. */
export const MAX_WEBHOOKS = 100

/**
 * Makes a webhook. @param before every webhook of the account as it was.
 * @throws RefusedError WEBHOOK_LIMIT, WEBHOOK_SEVERAL where others made one at this address meanwhile.
 */
export async function createWebhook(
  desk: HookDesk,
  url: string,
  before: readonly Webhook[],
): Promise<Webhook> {
  if (before.length >= MAX_WEBHOOKS) throw limitReached(before.length)
  for (let tries = 1; ; tries++) {
    const made = await createOnce(desk, url)
    if (!(made instanceof UnknownOutcomeError)) {
      if (tries > 1) await removeLate(desk, url, [...before, made])
      return made
    }
    const landed = await findLanded(desk, url, before)
    if (landed !== null) return landed
    if (tries >= TRIES) throw made
  }
}

function createOnce(desk: HookDesk, url: string): Promise<Webhook | UnknownOutcomeError> {
  return desk.webhooks.create({ url, events: desk.wanted }).catch((error: unknown) => {
    if (error instanceof UnknownOutcomeError) return error
    throw error
  })
}

/** What was made although its answer was lost; null where nothing was, or nothing of use. */
async function findLanded(desk: HookDesk, url: string, before: readonly Webhook[]): Promise<Webhook | null> {
  const [landed, ...others] = await listNew(desk, url, before)
  if (landed === undefined) return null
  if (others.length > 0) throw several(url, [landed, ...others])
  if (landed.token !== null) return landed
  // Aircall shows the token only to whoever makes the webhook: this one is of no use to anybody.
  await removeWebhook(desk, landed)
  return null
}

/** What was sent before, and has landed after all. */
async function removeLate(desk: HookDesk, url: string, known: readonly Webhook[]): Promise<void> {
  for (const late of await listNew(desk, url, known)) await removeWebhook(desk, late)
}

async function listNew(desk: HookDesk, url: string, known: readonly Webhook[]): Promise<Webhook[]> {
  await desk.clock.sleep(LATE_MS)
  const all = await desk.webhooks.list()
  return all.filter((one) => isSameUrl(one.url, url) && known.every(({ id }) => id !== one.id))
}

/** Wakes it and gives it the full list of events. */
export function updateWebhook(
  desk: Pick<HookDesk, 'webhooks' | 'wanted'>,
  webhook: Webhook,
  url = webhook.url,
): Promise<Webhook> {
  return insist(() => desk.webhooks.update(webhook.id, { url, events: desk.wanted }))
}

/** One that is gone already is removed. */
export async function removeWebhook(
  desk: Pick<HookDesk, 'webhooks'>,
  webhook: Pick<Webhook, 'id'>,
): Promise<void> {
  await insist(() => desk.webhooks.remove(webhook.id))
}

/**
 * Puts the tokens into the env file, and nowhere else. Where that fails, a webhook that was made just now is deleted
 * again: it would deliver to somebody who refuses it. @throws FatalError ENV_FILE_UNWRITABLE, WEBHOOK_TOKEN.
 */
export async function keepTokens(
  desk: HookDesk,
  tokens: readonly Secret[],
  o: { readonly undo: Webhook | null },
): Promise<void> {
  const { variable } = desk.settings.webhook
  try {
    requireTokens({ tokens, variable })
    setEnvVariable(desk.envFile, variable, tokens.map((token) => token.reveal()).join(','))
  } catch (error) {
    if (o.undo !== null) await removeWebhook(desk, o.undo)
    throw error
  }
  if (!desk.isOverruled) return
  desk.log.warn(
    'WEBHOOK_ENVIRONMENT',
    `${variable} is set in the environment itself, which wins over ` +
      `${desk.envFile}: take it out there, or set it to what the file says.`,
  )
}

async function insist<T>(send: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send()
    } catch (error) {
      // Sent twice, both of them come to the same.
      if (!(error instanceof UnknownOutcomeError) || tries >= TRIES) throw error
    }
  }
}

export function several(url: string, found: readonly Webhook[]): RefusedError {
  const ids = found.map(({ id }) => id).join(', ')
  return new RefusedError(
    'WEBHOOK_SEVERAL',
    `${found.length} webhooks have the address ${url}: ${ids}. Nothing was changed.`,
    {
      suggestions: [
        'delete all but one in the Aircall Dashboard (Integrations & API > Webhooks)',
        'while a token is being replaced: aircall-sync webhook rotate --finish',
      ],
    },
  )
}

function limitReached(count: number): RefusedError {
  return new RefusedError(
    'WEBHOOK_LIMIT',
    `The account has ${count} webhooks, and Aircall allows ${MAX_WEBHOOKS}.`,
    {
      suggestions: ['aircall-sync webhook list', 'delete one that nobody needs in the Aircall Dashboard'],
    },
  )
}
