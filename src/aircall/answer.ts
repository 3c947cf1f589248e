import type { z } from 'zod'
import { FatalError, RetryableError } from '../errors.ts'
import { HttpError } from '../http/client.ts'
import { describeIssues } from './schema.ts'

/** Reads an answer's envelope. A body of another shape is an outage somewhere in between, not data. */
export function parseAnswer<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw new RetryableError('AIRCALL_SHAPE', `${what}: unexpected answer: ${describeIssues(parsed.error)}`, {
    suggestions: ['check AIRCALL_BASE_URL, then run the same command again'],
  })
}

/** A 401 or 403 is a matter of credentials; where it may mean something else, the caller looks at its cause. */
export function rethrowAuth(error: unknown): never {
  if (!(error instanceof HttpError) || (error.status !== 401 && error.status !== 403)) throw error
  throw new FatalError('AIRCALL_AUTH', `Aircall refused the credentials: ${error.message}`, {
    cause: error,
    suggestions: [
      'set AIRCALL_API_ID and AIRCALL_API_TOKEN to an API key of this company',
      'an admin makes one in the Aircall Dashboard under Integrations > API keys; its token is shown once',
    ],
  })
}
