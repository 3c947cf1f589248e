import type { Clock } from '../domain.ts'
import { RetryableError } from '../errors.ts'
import { HttpError, UnknownOutcomeError } from '../http/client.ts'
import type { PlanhatWriter } from '../planhat/client.ts'

const PAUSES_MS = [5_000, 15_000, 30_000]

/**
 * Deletes one record by Planhat's id. A deletion whose answer was lost may simply be sent again: one that is gone
 * counts as done.
 * @returns the refusal when Planhat does not let it be deleted, else null.
 * @throws RetryableError when no deletion is ever answered.
 */
export async function removeSurely(
  o: { writer: PlanhatWriter; clock: Clock; signal?: AbortSignal | undefined },
  id: string,
): Promise<HttpError | null> {
  const { writer, clock, signal } = o
  for (const pauseMs of PAUSES_MS) {
    try {
      await writer.remove(id)
      return null
    } catch (error) {
      if (error instanceof HttpError) return error
      if (!(error instanceof UnknownOutcomeError)) throw error
      await clock.sleep(pauseMs, signal)
    }
  }
  throw new RetryableError('PLANHAT_UNKNOWN_OUTCOME', `Planhat did not answer to the deletion of ${id}.`, {
    suggestions: ['Run the same command again later: it deletes it first.'],
  })
}
