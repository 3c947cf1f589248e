import type { AircallClient } from '../../aircall/client.ts'
import { RecordError, RetryableError } from '../../errors.ts'

/** So many failures without an answer between them are looked into, and so many more are taken for an outage. */
const DOUBT_AFTER = 3
const OUTAGE_AFTER = 12

/** Tells one path that fails for ever from an outage: the first costs one record, the second ends the run. */
export interface Patience {
  /** A request was answered. */
  answered(): void
  /** Returns why this one may be left out. @throws the error itself when it is not about this one alone. */
  excuse(error: unknown): Promise<string>
}

export function createPatience(client: Pick<AircallClient, 'ping'>): Patience {
  let inARow = 0
  return {
    answered() {
      inARow = 0
    },
    async excuse(error) {
      if (error instanceof RecordError) return error.message
      // A used-up allowance is nobody's defect: waiting is what helps.
      if (!(error instanceof RetryableError) || error.code === 'HTTP_THROTTLED') throw error
      inARow += 1
      if (inARow >= OUTAGE_AFTER) throw error
      if (inARow >= DOUBT_AFTER) await client.ping()
      return error.message
    },
  }
}
