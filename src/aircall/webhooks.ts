import { z } from 'zod'
import { Secret } from '../config/secret.ts'
import type { HttpClient } from '../http/client.ts'
import { parseAnswer, rethrowAuth } from './answer.ts'

/** A webhook of the account, whoever made it. Aircall shows neither its name nor, in every answer, its token. */
export interface Webhook {
  readonly id: string
  readonly url: string
  readonly active: boolean
  readonly events: readonly string[]
  /** ISO 8601, null where Aircall does not say. */
  readonly createdAt: string | null
  /** What every delivery has. Aircall lists those of other tools as well: it goes nowhere but into the env file. */
  readonly token: Secret | null
}

export interface WebhookClient {
  list(signal?: AbortSignal): Promise<Webhook[]>
  /** Not idempotent: after an `UnknownOutcomeError` list before anything is sent again. */
  create(
    o: { readonly url: string; readonly events: readonly string[] },
    signal?: AbortSignal,
  ): Promise<Webhook>
  /** Replaces address and list of events, and wakes it. */
  update(
    id: string,
    o: { readonly url: string; readonly events: readonly string[] },
    signal?: AbortSignal,
  ): Promise<Webhook>
  /** `gone`: it was not there any more. */
  remove(id: string, signal?: AbortSignal): Promise<'removed' | 'gone'>
}

/** As many as Aircall allows an account, four times over: a list that goes on longer is none. */
const MAX_PAGES = 8
const PAGE_SIZE = 50
const PATH = '/v1/webhooks'
/** Not returned by Aircall, but it names the webhook in its dashboard. */
const NAME = 'aircall-sync'

/** Live answers have the old integer id beside the new one (docs/reference/webhooks-and-content.md section 1). */
const idSchema = z.union([z.string().min(1), z.int().transform((id) => id.toFixed(0))])

const webhookSchema = z
  .object({
    webhook_id: idSchema.nullish(),
    id: idSchema.nullish(),
    url: z.string().nullish(),
    active: z.boolean().nullish(),
    events: z.array(z.string()).nullish(),
    created_at: z.union([z.number(), z.string()]).nullish(),
    token: z.string().nullish(),
  })
  .refine((one) => (one.webhook_id ?? one.id) != null, { path: ['webhook_id'], error: 'expected an id' })
  .transform(({ webhook_id: newId, id, url, active, events, created_at: created, token }): Webhook => {
    return {
      id: newId ?? id ?? '',
      url: url ?? '',
      active: active ?? true,
      events: events ?? [],
      createdAt: toIso(created ?? null),
      token: token ? new Secret(token) : null,
    }
  })

const envelopeSchema = z.object({ webhook: webhookSchema })
const listSchema = z.object({
  webhooks: z.array(webhookSchema),
  meta: z.object({ total: z.int().nonnegative(), per_page: z.int().positive().nullish() }).nullish(),
})

/** The account's webhooks. A 401 or 403 is a matter of credentials: FatalError AIRCALL_AUTH. */
export function createWebhookClient(http: HttpClient): WebhookClient {
  const send = (request: Parameters<HttpClient['request']>[0]) => http.request(request).catch(rethrowAuth)
  const one = async (method: 'POST' | 'PUT', path: string, body: unknown, signal?: AbortSignal) => {
    const { json } = await send({ method, path, body, signal })
    return parseAnswer(envelopeSchema, json, `${method} ${PATH}`).webhook
  }
  return {
    list: (signal) => listAll(send, signal),
    // Without `events` a create, and an update as well, subscribes to all 67.
    create: ({ url, events }, signal) => one('POST', PATH, { custom_name: NAME, url, events }, signal),
    update: (id, { url, events }, signal) =>
      one('PUT', pathOf(id), { custom_name: NAME, url, events, active: true }, signal),
    async remove(id, signal) {
      const { status } = await send({
        method: 'DELETE',
        path: pathOf(id),
        acceptStatus: [404],
        allowEmpty: true,
        signal,
      })
      return status === 404 ? 'gone' : 'removed'
    },
  }
}

/** No answer has links; a webhook that moves between two pages comes once. */
async function listAll(send: HttpClient['request'], signal?: AbortSignal): Promise<Webhook[]> {
  const found = new Map<string, Webhook>()
  for (let page = 1; page <= MAX_PAGES; page++) {
    const query = { page, per_page: PAGE_SIZE }
    const { json } = await send({ method: 'GET', path: PATH, query, signal })
    const { webhooks, meta } = parseAnswer(listSchema, json, `GET ${PATH}`)
    for (const webhook of webhooks) found.set(webhook.id, webhook)
    const read = page * (meta?.per_page ?? PAGE_SIZE)
    if (webhooks.length === 0 || (meta ? read >= meta.total : webhooks.length < PAGE_SIZE)) break
  }
  return [...found.values()]
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`
}

/** Milliseconds on the live account, ISO 8601 elsewhere; seconds are told by their size. */
function toIso(created: number | string | null): string | null {
  if (created === null) return null
  const number = Number(created)
  const ms = Number.isNaN(number) ? Date.parse(String(created)) : number < 1e11 ? number * 1000 : number
  return Number.isNaN(ms) || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString()
}
