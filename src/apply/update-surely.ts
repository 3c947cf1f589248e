import type { Clock } from '../domain.ts'
import { RetryableError } from '../errors.ts'
import { HttpError, UnknownOutcomeError } from '../http/client.ts'
import type { PlanhatWriter } from '../planhat/client.ts'
import type { Written } from '../planhat/writes.ts'

const PAUSES_MS = [5_000, 15_000, 30_000]

/**
 * Updates one record by Planhat's id. An update whose answer was lost may simply be sent again: it says the same.
 * @returns Planhat's answer, its refusal, or null when the record is gone.
 * @throws RetryableError when no update is ever answered.
 */
export async function updateSurely(
  o: { writer: PlanhatWriter; clock: Clock; signal?: AbortSignal | undefined },
  id: string,
  body: object,
): Promise<Written | HttpError | null> {
  const { writer, clock, signal } = o
  for (const pauseMs of PAUSES_MS) {
    try {
      return await writer.update(id, body, signal)
    } catch (error) {
      if (error instanceof HttpError) return error
      if (!(error instanceof UnknownOutcomeError)) throw error
      await clock.sleep(pauseMs, signal)
    }
  }
  throw new RetryableError('PLANHAT_UNKNOWN_OUTCOME', `Planhat did not answer to the update of ${id}.`, {
    suggestions: ['Run the same command again later: it continues.'],
  })
}
