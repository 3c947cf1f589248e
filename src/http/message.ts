import { FatalError } from '../errors.ts'
import type { Priority } from './gate.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Below the base URL, already percent-encoded, without a query. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
  readonly priority?: Priority
  /** Ends waiting and cuts a read. A write in flight is let finish, so that its outcome is known. */
  readonly signal?: AbortSignal | undefined
  /** Statuses that are returned instead of thrown. */
  readonly acceptStatus?: readonly number[]
  /** A 2xx without a body is an answer (`json` is null), not a fault. */
  readonly allowEmpty?: boolean
}

export interface HttpResponse {
  readonly status: number
  /** Null for an empty body, and for a refusal whose body is no JSON. */
  readonly json: unknown
  readonly text: string
  /** Names in lower case. */
  readonly headers: Record<string, string>
  /** The server's clock, from its `Date` header. */
  readonly dateMs: number | null
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** Plain http would send the credentials in clear: only to this machine itself. */
export function isSafeBase(base: URL): boolean {
  return base.protocol === 'https:' || (base.protocol === 'http:' && LOOPBACK.test(base.hostname))
}

/** What no path has: an id of an answer that would make the address another one. */
const DOTS = /^(\.|%2e){1,2}$/i

/**
 * The request's address; a path prefix of the base URL is kept, undefined
 * parameters are left out. @throws FatalError HTTP_PATH
 */
export function urlOf(base: URL, request: Pick<HttpRequest, 'path' | 'query'>): URL {
  if (request.path.split('/').some((part) => DOTS.test(part))) {
    throw new FatalError(
      'HTTP_PATH',
      'An id of a server is "." or "..", which would make another address of its path.',
      {
        suggestions: [
          'check the base URLs: no record of Aircall or Planhat has such an id',
          'aircall-sync doctor',
        ],
      },
    )
  }
  const url = new URL(`${base.pathname.replace(/\/+$/, '')}/${request.path.replace(/^\/+/, '')}`, base)
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.append(name, String(value))
  }
  return url
}

/** docs/reference/aircall-api.md section 1: POST, PUT and DELETE must send `application/json`. */
export function headersOf(
  request: Pick<HttpRequest, 'method'>,
  identity: { readonly authorization: string; readonly userAgent: string },
): Record<string, string> {
  const common = {
    accept: 'application/json',
    authorization: identity.authorization,
    'user-agent': identity.userAgent,
  }
  return request.method === 'GET' ? common : { ...common, 'content-type': 'application/json' }
}
