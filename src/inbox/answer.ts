/**
 * PURE. What a request gets for an answer, decided from top to bottom as the contract has it (section 9): stopping,
 * 404, 405, 413, 415, 400, 401, 200. After a right token nothing but a failing inbox is anything else than 200,
 * because Aircall switches a webhook off whose deliveries are refused (docs/reference/webhooks-and-content.md section
 * 2).
 */
import { type Hint, readHint } from './event.ts'
import type { TokenCheck } from './tokens.ts'

/** Real deliveries are a few kB. */
export const MAX_BODY_BYTES = 256 * 1024

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Empty for none. */
  readonly body: string
}

export interface Head {
  readonly method: string
  /** As it came: path and query, or an absolute address. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/**
 * What the answer to `GET /readyz` says. Trouble of the work itself leaves `ready` true: an event must still be
 * accepted.
 */
export interface Readiness {
  readonly ready: boolean
  readonly working: boolean
  readonly reasons: readonly string[]
}

/** What the answers depend on besides the request. */
export interface Standing {
  /** The path of the deliveries, such as `/aircall`. */
  readonly path: string
  readonly isStopping: boolean
  readonly readiness: () => Readiness
  /** Prometheus text. */
  readonly metrics: () => string
}

/**
 * `read`: a delivery, to be judged by its body. `count`: it will be refused, and its length decides with which
 * answer.
 */
export type HeadDecision =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'read' | 'count' }

export type BodyDecision =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** The token is right: put it on disk, then answer `ACCEPTED`. */
  | { readonly kind: 'accept'; readonly hint: Hint }

export const ACCEPTED: Answer = json(200, { ok: true })
/** Aircall tries again for 12 hours. */
export const NOT_STORED: Answer = { status: 503, headers: { 'retry-after': '30' }, body: '' }
const STOPPING: Answer = { status: 503, headers: { 'retry-after': '10' }, body: '' }
export const TOO_LARGE: Answer = plain(413)
export const TOO_SLOW: Answer = plain(408)
export const ENCODED: Answer = plain(415)

const OWN_PATHS = ['/healthz', '/readyz', '/metrics']

/** Decides by the head alone what can be decided by it. */
export function answerHead(head: Head, standing: Standing): HeadDecision {
  const path = pathOf(head.target)
  if (standing.isStopping && (!OWN_PATHS.includes(path) || cameThroughProxy(head))) return said(STOPPING)
  if (path === standing.path) return answerDelivery(head)
  if (!OWN_PATHS.includes(path) || cameThroughProxy(head)) return said(plain(404))
  if (head.method !== 'GET' && head.method !== 'HEAD') return said(plain(405, { allow: 'GET, HEAD' }))
  return said(answerOwn(path, standing))
}

function answerDelivery({ method, headers }: Head): HeadDecision {
  if (method !== 'POST') return said(plain(405, { allow: 'POST' }))
  if (Number(headers['content-length']) > MAX_BODY_BYTES) return said(TOO_LARGE)
  return { kind: headers['content-encoding'] === undefined ? 'read' : 'count' }
}

function answerOwn(path: string, { readiness, metrics, isStopping }: Standing): Answer {
  if (path === '/healthz') return text(200, 'ok\n')
  if (path === '/metrics') return text(200, metrics(), 'text/plain; version=0.0.4; charset=utf-8')
  const { ready, working, reasons } = readiness()
  const isReady = ready && !isStopping
  const why = isStopping ? [...reasons, 'stopping'] : reasons
  return json(isReady ? 200 : 503, { ready: isReady, working, reasons: why })
}

/** What lets a stranger in front of a proxy see how things stand stays for this machine. */
function cameThroughProxy({ headers }: Head): boolean {
  return Object.keys(headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'))
}

/** Decides by a whole body of at most `MAX_BODY_BYTES`. */
export function answerBody(body: string, isToken: TokenCheck): BodyDecision {
  const delivery = parseObject(body)
  if (delivery === null) return { kind: 'answer', answer: plain(400) }
  if (!isToken(delivery['token'])) return { kind: 'answer', answer: plain(401) }
  return { kind: 'accept', hint: readHint(delivery) }
}

function parseObject(body: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body.replace(/^\uFEFF/, ''))
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    return isObject ? (parsed as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** The path of a target, without its query; a proxy may send a whole address (RFC 9112 section 3.2.2). */
function pathOf(target: string): string {
  const [path = ''] = target.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/)
  return path === '' ? '/' : path
}

function said(answer: Answer): HeadDecision {
  return { kind: 'answer', answer }
}

function plain(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: '' }
}

function text(status: number, body: string, type = 'text/plain; charset=utf-8'): Answer {
  return { status, headers: { 'content-type': type }, body }
}

function json(status: number, value: unknown): Answer {
  return text(status, JSON.stringify(value), 'application/json; charset=utf-8')
}
