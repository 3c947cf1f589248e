import type { z } from 'zod'
import { RetryableError } from '../errors.ts'
import { describeIssues } from './schema.ts'

/** Reads an answer's envelope. A body of another shape is an outage somewhere in between, not data. */
export function parseAnswer<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw new RetryableError('AIRCALL_SHAPE', `${what}: unexpected answer: ${describeIssues(parsed.error)}`, {
    suggestions: ['check AIRCALL_BASE_URL, then run the same command again'],
  })
}
