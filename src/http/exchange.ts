import type { Dispatcher } from 'undici'

/** What became of one request on the wire. */
export type Exchange =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Record<string, string>
      readonly text: string
    }
  /** `sent: false`: the connection never stood, so the server cannot have acted on it. */
  | { readonly kind: 'network'; readonly code: string; readonly sent: boolean; readonly cause: unknown }

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher
  readonly url: URL
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly headers: Record<string, string>
  readonly body: string | null
  /** For the whole exchange, headers and body together. */
  readonly timeoutMs: number
  readonly maxBodyBytes: number
}

class BodyTooLarge extends Error {
  readonly code = 'BODY_TOO_LARGE'
}

const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_CONN',
  'UND_ERR_PRX_TLS',
])

/** With the status by which the proxy refused the tunnel: 407 wants a user and a password. */
const PROXY_ANSWERED = 'PROXY_ANSWERED_'

/**
 * Sends one request and reads its body once, bounded in time and size. Redirects are not followed.
 *
 * By undici's `dispatch`, not its `request`: that one makes a stream and an abort
 * signal of every answer, which keep the answers before it alive until the next
 * full collection (bench/backfill.ts: a third of the memory, a tenth of the time).
 */
export function exchange(options: ExchangeOptions): Promise<Exchange> {
  return new Promise((resolve) => {
    const reader = new AnswerReader(options, resolve)
    const { dispatcher, url, method, headers, body } = options
    try {
      dispatcher.dispatch(
        { origin: url.origin, path: `${url.pathname}${url.search}`, method, headers, body },
        reader,
      )
    } catch (error) {
      reader.onResponseError(null, error as Error)
    }
  })
}

class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #maxBytes: number
  readonly #resolve: (exchange: Exchange) => void
  readonly #timer: NodeJS.Timeout
  readonly #chunks: Uint8Array[] = []
  #bytes = 0
  #status = 0
  #headers: Record<string, string> = {}
  #controller: Dispatcher.DispatchController | null = null
  #cut: Error | null = null

  constructor({ timeoutMs, maxBodyBytes }: ExchangeOptions, resolve: (exchange: Exchange) => void) {
    this.#maxBytes = maxBodyBytes
    this.#resolve = resolve
    this.#timer = setTimeout(
      () => this.#end(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })),
      timeoutMs,
    )
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#cut !== null) controller.abort(this.#cut)
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // 103 and the like come before the answer itself.
    if (status < 200) return
    this.#status = status
    this.#headers = flatten(headers)
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#maxBytes) this.#end(new BodyTooLarge(`body larger than ${this.#maxBytes} bytes`))
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer)
    const text = Buffer.concat(this.#chunks).toString('utf8')
    this.#resolve({ kind: 'answer', status: this.#status, headers: this.#headers, text })
  }

  onResponseError(_: unknown, error: Error): void {
    clearTimeout(this.#timer)
    const cause = this.#cut ?? error
    const codes = codesOf(cause)
    const isUp = wasUp(cause)
    const sent = !codes.some((code) => (NEVER_SENT.has(code) && !isUp) || code.startsWith(PROXY_ANSWERED))
    this.#resolve({ kind: 'network', code: codes.at(-1) ?? 'UNKNOWN', sent, cause })
  }

  /** Nothing more is downloaded, and whoever waits is told at once, also while a connection is still being made. */
  #end(reason: Error): void {
    this.#cut ??= reason
    this.onResponseError(null, reason)
    this.#controller?.abort(reason)
  }
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}

/** The codes of an error and of its causes, the most specific last: `fetch failed` helps nobody. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const own = codeByProxy(error) ?? ('code' in error && typeof error.code === 'string' ? error.code : null)
  return [...(own === null ? [] : [own]), ...codesOf(error.cause)]
}

/** A network that goes away has the same code on a connection that stood, in the middle of a request. */
function wasUp(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { syscall } = error as NodeJS.ErrnoException
  return syscall === 'read' || syscall === 'write' || wasUp(error.cause)
}

/** undici has one code for all that is aborted: that a proxy opened no tunnel stands in its words alone. */
function codeByProxy({ message }: Error): string | null {
  const status = /^Proxy response \((\d{3})\)/.exec(message)?.[1]
  return status === undefined ? null : `${PROXY_ANSWERED}${status}`
}
