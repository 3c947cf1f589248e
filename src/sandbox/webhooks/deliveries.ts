/**
 * Deliveries as docs/reference/webhooks-and-content.md section 2 has them: at least once, in no order, tried again
 * while no 200 comes.
 */
import type { Clock } from '../../domain.ts'
import type { RawCall } from '../aircall/types.ts'
import type { Switches } from '../switches.ts'
import { createRandom, hashParts, STREAM } from '../world/random.ts'
import type { WebhookBook } from './book.ts'
import type { Happenings } from './happenings.ts'
import { makePayload } from './payload.ts'

/** "Retried for 12 h". */
const RETRY_SECONDS = 12 * 3600
const TIMEOUT_MS = 5_000
const MAX_WAITING = 20_000
const MAX_LOG = 20_000
const PARALLEL = 20

export interface DeliveryEntry {
  readonly webhookId: string
  readonly event: string
  readonly callId: string
  readonly attempt: number
  /** 0 where no answer came. */
  readonly status: number
  readonly atMs: number
}

interface Waiting {
  readonly webhookId: string
  readonly event: string
  readonly call: RawCall
  readonly sinceMs: number
  dueMs: number
  attempt: number
}

/** Sends one body and gives the status, 0 for none. */
export type Post = (url: string, body: string) => Promise<number>

export interface DeliveriesOptions {
  readonly book: WebhookBook
  /** Made with the first webhook: without one nobody has to follow any call. */
  readonly follow: () => Happenings
  readonly clock: Clock
  readonly seed: number
  readonly switches: Pick<
    Switches,
    'deliveryDoubles' | 'deliveryJitterSeconds' | 'deliveryRetrySeconds' | 'disableAfterFailures'
  >
  readonly post?: Post
}

export class Deliveries {
  readonly log: DeliveryEntry[] = []
  readonly #o: DeliveriesOptions
  readonly #random: () => number
  readonly #failures = new Map<string, number>()
  #happenings: Happenings | null = null
  #waiting: Waiting[] = []

  constructor(o: DeliveriesOptions) {
    this.#o = o
    this.#random = createRandom(hashParts(o.seed, STREAM.deliveries, 0))
  }

  /** Deliveries that no 200 has come for yet. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Says that something happened to a call, whatever the clock says. */
  emit(event: string, call: RawCall): void {
    const nowMs = this.#o.clock.nowMs()
    for (const { webhook_id: webhookId, active, events } of this.#o.book.all()) {
      if (!active || !events.includes(event)) continue
      const copies = this.#random() < this.#o.switches.deliveryDoubles ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        const jitterMs = Math.floor(this.#random() * this.#o.switches.deliveryJitterSeconds * 1000)
        this.#waiting.push({ webhookId, event, call, sinceMs: nowMs, dueMs: nowMs + jitterMs, attempt: 0 })
      }
    }
    if (this.#waiting.length > MAX_WAITING) this.#waiting = this.#waiting.slice(-MAX_WAITING)
  }

  /** Takes up what has happened and sends what is due. Resolves when every answer is there. */
  async tick(): Promise<void> {
    this.#happenings = this.#o.book.all().length === 0 ? null : (this.#happenings ?? this.#o.follow())
    for (const { event, call } of this.#happenings?.next() ?? []) this.emit(event, call)
    const nowMs = this.#o.clock.nowMs()
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs)
    for (let at = 0; at < due.length; at += PARALLEL) {
      await Promise.all(due.slice(at, at + PARALLEL).map((one) => this.#deliver(one)))
    }
  }

  async #deliver(one: Waiting): Promise<void> {
    const webhook = this.#o.book.get(one.webhookId)
    if (webhook === null) {
      this.#drop(one)
      return
    }
    one.attempt += 1
    const timestamp = Math.floor(this.#o.clock.nowMs() / 1000)
    const body = JSON.stringify(makePayload(one, { token: webhook.token, timestamp }))
    const status = await (this.#o.post ?? postByFetch)(webhook.url, body)
    this.#note(one, status)
    const isDone = status >= 200 && status < 300
    this.#failures.set(one.webhookId, isDone ? 0 : (this.#failures.get(one.webhookId) ?? 0) + 1)
    if (isDone) {
      // "A success re-enables": what was sent before it was switched off goes on being tried.
      webhook.active = true
      this.#drop(one)
      return
    }
    const limit = this.#o.switches.disableAfterFailures
    if (limit !== null && (this.#failures.get(one.webhookId) ?? 0) >= limit) webhook.active = false
    const nowMs = this.#o.clock.nowMs()
    if (nowMs - one.sinceMs > RETRY_SECONDS * 1000) this.#drop(one)
    one.dueMs = nowMs + this.#o.switches.deliveryRetrySeconds * 1000 * one.attempt
  }

  #note({ webhookId, event, call, attempt }: Waiting, status: number): void {
    this.log.push({ webhookId, event, callId: String(call.id), attempt, status, atMs: this.#o.clock.nowMs() })
    if (this.log.length > MAX_LOG) this.log.splice(0, MAX_LOG / 2)
  }

  #drop(one: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== one)
  }
}

/** As Aircall sends it: no signature, no id, no attempt number. */
const postByFetch: Post = async (url, body) => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'axios/1.7.9',
        'aircall-origin': 'webhooks',
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}

/** Delivers by itself until it is stopped. */
export function runDeliveries(deliveries: Deliveries, everyMs: number): { stop(): Promise<void> } {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  const next = () => {
    if (isStopped) return
    timer = setTimeout(() => {
      running = deliveries.tick().then(next, next)
    }, everyMs)
    timer.unref()
  }
  next()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}
