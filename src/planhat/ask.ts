import { FatalError, RetryableError } from '../errors.ts'
import { type HttpClient, HttpError } from '../http/client.ts'
import type { HttpRequest, HttpResponse } from '../http/message.ts'

/**
 * How often a list is asked for when Planhat answers 2xx with something else (docs/reference/planhat-api.md section 1).
 */
const LIST_ATTEMPTS = 4

/**
 * One request, with a refused token named as what it is. A write's 403 is left to the caller: it may concern
 * one record only.
 * @throws FatalError `PLANHAT_AUTH`; HttpError, UnknownOutcomeError, RetryableError as the HTTP client does.
 */
export async function ask(http: HttpClient, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await http.request(request)
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    if (error.status === 401) throw refusedToken(error, 'is not accepted')
    if (error.status === 403 && request.method === 'GET') throw refusedToken(error, 'may not read this')
    throw error
  }
}

/**
 * The rows of a list. A 2xx whose body is no array was seen by others and goes away when asked again
 * (docs/reference/planhat-api.md section 1).
 */
export async function askRows(http: HttpClient, request: Omit<HttpRequest, 'method'>): Promise<unknown[]> {
  for (let attempt = 1; attempt <= LIST_ATTEMPTS; attempt += 1) {
    const { json } = await ask(http, { method: 'GET', ...request })
    if (Array.isArray(json)) return json
  }
  throw new RetryableError(
    'PLANHAT_NOT_A_LIST',
    `GET ${request.path}: Planhat answered ${LIST_ATTEMPTS} times with something that is not a list.`,
    { suggestions: ['Run the same command again later: it continues.'] },
  )
}

function refusedToken(error: HttpError, what: string): FatalError {
  return new FatalError('PLANHAT_AUTH', `The Planhat token ${what}: ${error.message}`, {
    cause: error,
    suggestions: [
      'Check PLANHAT_API_TOKEN: Planhat > Settings > Private Apps > API Access Token, with permission on this object.',
      'A tenant in another region or the demo cluster needs PLANHAT_BASE_URL.',
    ],
  })
}
