import { errorText } from './error-text.ts'
import type { Exchange } from './exchange.ts'
import { type JsonBounds, readJson } from './json.ts'
import type { HttpRequest, HttpResponse } from './message.ts'
import type { Failure } from './retry.ts'

export interface FailedReading {
  readonly kind: 'failed'
  readonly failure: Failure
  /** One line that may be shown. */
  readonly why: string
  /** Null when no answer came. */
  readonly response: HttpResponse | null
  /** What the server said, redacted. */
  readonly said: string
  readonly cause: unknown
}

/** An exchange as the caller sees it: an answer to use, or a failure to decide about. */
export type Reading = { readonly kind: 'done'; readonly response: HttpResponse } | FailedReading

/** PURE. A 2xx must hold JSON; what a refusal holds is only quoted. */
export function readExchange(
  exchange: Exchange,
  request: Pick<HttpRequest, 'acceptStatus' | 'allowEmpty'>,
  limits: JsonBounds & { readonly secrets: readonly string[] },
): Reading {
  if (exchange.kind === 'network') {
    const { code, sent, cause } = exchange
    return {
      kind: 'failed',
      failure: { kind: 'network', sent, code },
      why: code,
      response: null,
      said: '',
      cause,
    }
  }
  const { status, headers, text } = exchange
  const body = readJson(text, limits)
  const json = body.ok ? body.json : null
  const response = { status, json, text, headers, dateMs: readDate(headers['date']) }
  const isSuccess = status >= 200 && status < 300
  if (isSuccess && (body.ok || mayBeEmpty(status, text, request.allowEmpty)))
    return { kind: 'done', response }
  if (!isSuccess && request.acceptStatus?.includes(status)) return { kind: 'done', response }
  if (isSuccess && !body.ok) {
    const why = `${status} with ${body.why}`
    const failure = { kind: 'body', code: body.isTooLarge ? 'BODY_TOO_LARGE' : 'BODY_BROKEN' } as const
    return { kind: 'failed', failure, why, response, said: body.why, cause: undefined }
  }
  const said = redirectText(response) ?? errorText(json, text, limits.secrets)
  const why = sayRefusal(status, said)
  return {
    kind: 'failed',
    failure: { kind: 'answer', status, headers },
    why,
    response,
    said,
    cause: undefined,
  }
}

/** Many servers repeat the name of the status in their own words. */
function sayRefusal(status: number, said: string): string {
  // An import of node:http also loads what its getters lead to, Node's own fetch: a tenth of the start of a command.
  const name = process.getBuiltinModule('node:http').STATUS_CODES[status] ?? ''
  if (said.toLowerCase().startsWith(name.toLowerCase())) return `${status} ${said}`.trim()
  return `${status} ${name}`.trim() + (said === '' ? '' : `: ${said}`)
}

function mayBeEmpty(status: number, text: string, allowEmpty: boolean | undefined): boolean {
  return text.trim() === '' && (status === 204 || allowEmpty === true)
}

/** Never followed: the credentials would go wherever the answer points. Only the host is named. */
function redirectText(response: HttpResponse): string | null {
  const { location } = response.headers
  if (response.status < 300 || response.status > 399 || location === undefined) return null
  const host = URL.canParse(location) ? new URL(location).host : 'another path'
  return `redirects to ${host}, which is not followed; correct the base URL`
}

function readDate(text: string | undefined): number | null {
  const ms = Date.parse(text ?? '')
  return Number.isNaN(ms) ? null : ms
}
