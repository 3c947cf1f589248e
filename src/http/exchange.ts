import { type Dispatcher, request } from 'undici'

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

/** Sends one request and reads its body once, bounded in time and size. Redirects are not followed. */
export async function exchange(options: ExchangeOptions): Promise<Exchange> {
  const cut = new AbortController()
  const timer = setTimeout(
    () => cut.abort(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })),
    options.timeoutMs,
  )
  try {
    const { statusCode, headers, body } = await request(options.url, {
      dispatcher: options.dispatcher,
      method: options.method,
      headers: options.headers,
      body: options.body,
      signal: cut.signal,
    })
    const text = await readText(body, options.maxBodyBytes)
    return { kind: 'answer', status: statusCode, headers: flatten(headers), text }
  } catch (error) {
    const cause = cut.signal.aborted ? cut.signal.reason : error
    const code = codeOf(cause)
    return { kind: 'network', code, sent: !NEVER_SENT.has(code), cause }
  } finally {
    clearTimeout(timer)
  }
}

async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    // Leaving the loop by an error destroys the stream, so nothing more is downloaded.
    if (bytes > maxBytes) throw new BodyTooLarge(`body larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
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
