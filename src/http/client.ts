import type { Dispatcher } from 'undici'
import type { Clock } from '../domain.ts'
import { FatalError, RetryableError } from '../errors.ts'
import { createDispatcher, type HttpsProxy } from './dispatcher.ts'
import { exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { giveUp } from './give-up.ts'
import { type HttpRequest, type HttpResponse, headersOf, isSafeBase, urlOf } from './message.ts'
import { type FailedReading, type Reading, readExchange } from './reading.ts'
import { secretsOf } from './redact.ts'
import { type Decision, decide } from './retry.ts'

/** Requests that really went out. `total` is `reads` + `writes`; `throttled` counts answers of 429. */
export interface RequestStats {
  total: number
  throttled: number
  retried: number
  reads: number
  writes: number
}

/** The server understood and said no. `message` and `bodyMessage` may be shown; `json` is raw and may not. */
export class HttpError extends FatalError {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly bodyMessage: string
  readonly json: unknown
  readonly headers: Record<string, string>

  constructor(
    request: Pick<HttpRequest, 'method' | 'path'>,
    answer: HttpResponse,
    why: string,
    bodyMessage: string,
  ) {
    super('HTTP_REFUSED', `${request.method} ${request.path}: ${why}`, {
      suggestions: [
        'check AIRCALL_BASE_URL and PLANHAT_BASE_URL, and what the key and the token may do',
        'aircall-sync doctor',
      ],
    })
    this.method = request.method
    this.path = request.path
    this.status = answer.status
    this.bodyMessage = bodyMessage
    this.json = answer.json
    this.headers = answer.headers
  }
}

/** A write whose answer was lost: the server may have acted on it. Look before sending it again. */
export class UnknownOutcomeError extends RetryableError {
  readonly method: string
  readonly path: string

  constructor(request: Pick<HttpRequest, 'method' | 'path'>, why: string, cause: unknown) {
    super('HTTP_OUTCOME_UNKNOWN', `${request.method} ${request.path}: the answer was lost (${why})`, {
      cause,
      suggestions: ['run the same command again: it looks what arrived before it sends anything twice'],
    })
    this.method = request.method
    this.path = request.path
  }
}

export interface HttpClient {
  /**
   * Sends a request through the gate and repeats it as `retry.ts` decides.
   * @throws HttpError, UnknownOutcomeError, RetryableError when tries end, the signal's reason when aborted.
   * A request that went out is never cut: it was paid for, and a stop keeps its answer.
   */
  request(request: HttpRequest): Promise<HttpResponse>
  readonly stats: RequestStats
  /** The rate of its gate, now. */
  readonly perMinute: number
}

export interface HttpClientOptions {
  readonly baseUrl: string
  readonly authorization: string
  readonly gate: Gate
  readonly clock: Clock
  readonly userAgent: string
  readonly proxy?: HttpsProxy | null
  readonly random?: () => number
  /** For one try, headers and body together. */
  readonly timeoutMs?: number
  readonly maxAttempts?: number
  readonly maxBodyBytes?: number
  readonly maxJsonDepth?: number
  readonly maxJsonValues?: number
  /** The header in which this API says when its limit is over, and the one that names the limit. */
  readonly resetHeader?: string
  readonly limitHeader?: string
  readonly onRetry?: (retry: {
    method: string
    path: string
    attempt: number
    waitMs: number
    why: string
  }) => void
}

type Ending = Exclude<Decision, { kind: 'again' | 'pause' }>

/** A page of 2,000 End Users with 200 fields each has 400,000; two millions of the smallest take 150 MB. */
const MAX_VALUES = 2_000_000

interface Tries {
  failures: number
  throttles: number
}

/** A client of one host. Several may share a gate; each counts its own requests. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  return new PacedClient(options)
}

class PacedClient implements HttpClient {
  readonly stats: RequestStats = { total: 0, throttled: 0, retried: 0, reads: 0, writes: 0 }
  readonly #options: HttpClientOptions
  readonly #base: URL
  readonly #secrets: readonly string[]
  #dispatcher: Promise<Dispatcher> | null = null

  constructor(options: HttpClientOptions) {
    this.#options = options
    this.#base = checkBase(options.baseUrl)
    this.#secrets = secretsOf(options.authorization)
  }

  get perMinute(): number {
    return this.#options.gate.perMinute
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const tries = { failures: 0, throttles: 0 }
    for (;;) {
      await this.#options.gate.enter(request.priority ?? 'detail', request.signal)
      const reading = await this.#send(request)
      if (reading.kind === 'done') return reading.response
      const isThrottle = reading.response?.status === 429
      tries[isThrottle ? 'throttles' : 'failures'] += 1
      if (isThrottle) this.stats.throttled += 1
      await this.#recover(request, reading, tries)
    }
  }

  async #send(request: HttpRequest): Promise<Reading> {
    const { timeoutMs = 30_000, maxBodyBytes = 64 * 1024 * 1024, maxJsonDepth = 64 } = this.#options
    const maxValues = this.#options.maxJsonValues ?? MAX_VALUES
    const isWrite = request.method !== 'GET'
    this.#dispatcher ??= createDispatcher(this.#options.proxy ?? null)
    const dispatcher = await this.#dispatcher
    this.stats.total += 1
    this.stats[isWrite ? 'writes' : 'reads'] += 1
    const answer = await exchange({
      dispatcher,
      url: urlOf(this.#base, request),
      method: request.method,
      headers: headersOf(request, this.#options),
      body: request.body === undefined ? null : JSON.stringify(request.body),
      timeoutMs,
      maxBodyBytes,
    })
    return readExchange(answer, request, { maxDepth: maxJsonDepth, maxValues, secrets: this.#secrets })
  }

  /** Waits until the request may be sent again, or throws what it ended with. */
  async #recover(request: HttpRequest, reading: FailedReading, tries: Tries): Promise<void> {
    const decision = this.#judge(request, reading, tries)
    if (decision.kind === 'pause') {
      this.#holdAll(request, reading, decision.untilMs)
      return
    }
    if (decision.kind !== 'again') throw this.#errorOf(request, reading, decision, tries)
    const { method, path, signal } = request
    const { waitMs } = decision
    this.stats.retried += 1
    this.#options.onRetry?.({ method, path, attempt: tries.failures, waitMs, why: reading.why })
    await this.#options.clock.sleep(waitMs, signal)
  }

  #judge(request: HttpRequest, reading: FailedReading, tries: Tries): Decision {
    const { clock, random = Math.random, maxAttempts = 7, resetHeader } = this.#options
    return decide({
      ...tries,
      failure: reading.failure,
      isWrite: request.method !== 'GET',
      maxAttempts,
      nowMs: clock.nowMs(),
      random: random(),
      resetHeader,
    })
  }

  #errorOf(request: HttpRequest, reading: FailedReading, decision: Ending, tries: Tries): Error {
    if (decision.kind === 'unknown-outcome')
      return new UnknownOutcomeError(request, reading.why, reading.cause)
    if (decision.kind === 'refused') {
      if (reading.response === null) throw new TypeError('only an answer refuses')
      return new HttpError(request, reading.response, reading.why, reading.said)
    }
    const what = `${request.method} ${request.path}`
    const count = tries.failures + tries.throttles
    return giveUp({ what, host: this.#base.host, reading, decision, tries: count })
  }

  #holdAll(request: HttpRequest, reading: FailedReading, untilMs: number): void {
    const { gate, limitHeader = '' } = this.#options
    const limit = reading.response?.headers[limitHeader.toLowerCase()]
    if (limit !== undefined) gate.lowerTo(Number(limit))
    gate.pauseUntil(untilMs, `${request.method} ${request.path}: ${reading.why}`)
  }
}

function checkBase(baseUrl: string): URL {
  if (!URL.canParse(baseUrl))
    throw new FatalError('HTTP_BASE_URL', 'The base URL is not an address such as https://host')
  const base = new URL(baseUrl)
  if (isSafeBase(base)) return base
  throw new FatalError('HTTP_INSECURE', `${base.host}: plain http would send the credentials in clear`, {
    suggestions: [
      'use https; plain http is accepted only for this machine itself (localhost, 127.0.0.1, ::1)',
    ],
  })
}
