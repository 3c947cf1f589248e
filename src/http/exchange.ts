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
])

/**
 * Sends one request and reads its body once, bounded in time and size. Redirects are not followed.
 *
 * By undici's `dispatch`, not its `request`: that one makes a stream and an abort signal of every answer, which keep the
 * answers before it alive until the next full collection (bench/backfill.ts: a third of the memory, a tenth of the time).
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
    const code = codeOf(cause)
    this.#resolve({ kind: 'network', code, sent: !NEVER_SENT.has(code), cause })
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

/** The most specific code of an error or of its causes: `fetch failed` helps nobody. */
function codeOf(error: unknown): string {
  let found = 'UNKNOWN'
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') found = at.code
  }
  return found
}
