/** The webhooks of the embedded account, with the traps of docs/reference/webhooks-and-content.md section 1. */
import { createHash } from 'node:crypto'
import type { Clock } from '../../domain.ts'
import { pageOf } from '../aircall/paging.ts'
import { type Answer, type Ask, answer } from '../exchange.ts'
import type { Switches } from '../switches.ts'
import { ALL_EVENTS, isKnownEvent } from './events.ts'

const MAX_WEBHOOKS = 100

export interface RawWebhook {
  /** Deprecated, and still there. */
  readonly id: number
  readonly webhook_id: string
  readonly direct_link: string
  /** UNIX milliseconds. */
  readonly created_at: number
  url: string
  active: boolean
  events: string[]
  readonly token: string
}

export interface WebhookBookOptions {
  readonly clock: Clock
  readonly seed: number
  readonly switches: Pick<Switches, 'webhookTokens'>
}

/** Not what a request is made of: an answer for it. */
class Refusal extends Error {
  readonly answer: Answer

  constructor(troubleshoot: string) {
    super(troubleshoot)
    this.answer = answer(400, { error: 'Bad Request', troubleshoot })
  }
}

export class WebhookBook {
  readonly #o: WebhookBookOptions
  readonly #webhooks = new Map<string, RawWebhook>()
  #made = 0

  constructor(o: WebhookBookOptions) {
    this.#o = o
  }

  all(): RawWebhook[] {
    return [...this.#webhooks.values()]
  }

  /** By either of its ids. */
  get(id: string): RawWebhook | null {
    return this.#webhooks.get(id) ?? this.all().find((one) => String(one.id) === id) ?? null
  }

  /** Makes one as the dashboard does: with every event on. */
  add(url: string, events: readonly string[] = ALL_EVENTS): RawWebhook {
    const number = 7_000_001 + this.#made
    const hash = createHash('sha256').update(`${this.#o.seed}:${this.#made}`).digest('hex')
    this.#made += 1
    const id =
      `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-` +
      `8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
    const webhook: RawWebhook = {
      id: number,
      webhook_id: id,
      direct_link: `https://api.aircall.io/v1/webhooks/${id}`,
      created_at: this.#o.clock.nowMs(),
      url,
      active: true,
      events: [...events],
      token: hash.slice(32, 64),
    }
    this.#webhooks.set(id, webhook)
    return webhook
  }

  remove(id: string): void {
    this.#webhooks.delete(id)
  }

  /** Answers below `/v1/webhooks`. */
  serve(ask: Ask, id: string | undefined): Answer {
    try {
      if (id === undefined) return this.#serveAll(ask)
      const webhook = this.get(id)
      if (webhook === null) return answer(404, { error: 'Not Found', troubleshoot: 'no such webhook' })
      return this.#serveOne(ask, webhook)
    } catch (error) {
      if (error instanceof Refusal) return error.answer
      throw error
    }
  }

  #serveAll(ask: Ask): Answer {
    if (ask.method === 'GET') return this.#list(ask)
    if (ask.method !== 'POST') return notAllowed()
    const body = readBody(ask)
    if (this.#webhooks.size >= MAX_WEBHOOKS) throw new Refusal('maximum number of webhooks reached')
    // A second request with the same address makes a second webhook.
    return answer(201, { webhook: this.add(readUrl(body), readEvents(body)) })
  }

  /** The live list has no link keys and no names, and every token in clear. */
  #list(ask: Ask): Answer {
    const page = pageOf(
      ask,
      'webhooks',
      this.all().map((one) => this.#shown(one)),
    )
    if (page.status !== 200) return page
    const { meta, ...rest } = page.body as { meta: Record<string, unknown> }
    const { next_page_link: _next, previous_page_link: _previous, ...counts } = meta
    return answer(200, { ...rest, meta: counts })
  }

  #serveOne(ask: Ask, webhook: RawWebhook): Answer {
    if (ask.method === 'GET') return answer(200, { webhook: this.#shown(webhook) })
    if (ask.method === 'DELETE') {
      this.remove(webhook.webhook_id)
      return { status: 204, body: undefined }
    }
    if (ask.method !== 'PUT') return notAllowed()
    const body = readBody(ask)
    if (body['url'] !== undefined) webhook.url = readUrl(body)
    if (typeof body['active'] === 'boolean') webhook.active = body['active']
    webhook.events = changeEvents(webhook.events, readEvents(body), ask.query.get('events_action'))
    return answer(200, { webhook: this.#shown(webhook) })
  }

  #shown(webhook: RawWebhook): Omit<RawWebhook, 'token'> {
    if (this.#o.switches.webhookTokens === 'shown') return webhook
    const { token: _hidden, ...rest } = webhook
    return rest
  }
}

function changeEvents(held: readonly string[], named: readonly string[], action: string | null): string[] {
  if (action === 'add') return [...new Set([...held, ...named])]
  if (action === 'remove') return held.filter((event) => !named.includes(event))
  // Without a list an update subscribes to everything, as a create does.
  return [...named]
}

function readBody(ask: Ask): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(ask.body)
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new Refusal('invalid JSON')
}

/** A certificate cannot be checked here; plain http is for this machine. */
function readUrl({ url }: Record<string, unknown>): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : null
  if (parsed === null) throw new Refusal('url is missing or invalid')
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(parsed.hostname)
  if (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLocal)) return url as string
  throw new Refusal('url must be https')
}

function readEvents({ events }: Record<string, unknown>): readonly string[] {
  if (events === undefined || events === null) return ALL_EVENTS
  if (!Array.isArray(events)) throw new Refusal('events must be a list')
  const unknown = events.find((event) => !isKnownEvent(event))
  if (unknown !== undefined) throw new Refusal(`unknown event ${String(unknown)}`)
  return events.length === 0 ? ALL_EVENTS : (events as string[])
}

function notAllowed(): Answer {
  return answer(405, { error: 'Method Not Allowed' })
}
