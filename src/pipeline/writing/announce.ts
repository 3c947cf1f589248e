import { isMove } from '../../apply/item.ts'
import type { Announced } from '../../apply/session.ts'
import { digest } from '../../conversation/digest.ts'
import type { Intent } from '../../store/written/intents.ts'
import type { Session } from '../run/session.ts'

/** Keeps what is about to be sent: an answer that never comes must not turn our own text into somebody else's. */
export function announceItems({ store, clock, book }: Session, records: readonly Announced[]): void {
  const atMs = clock.nowMs()
  store.intents.announce(
    records.map(({ item, planhatId, before }): Intent => {
      const { payload, fields, callId, record, action } = item
      const move = isMove({ item, planhatId, before }) ? 'move' : 'update'
      return {
        runId: book.run.id,
        kind: planhatId === null ? 'create' : move,
        externalId: payload.externalId,
        callId,
        record,
        planhatId,
        companyId: payload.companyId,
        digest: digest(payload),
        payload,
        // A create that found its record sends all of it.
        fields: action === 'create' ? null : fields,
        before: planhatId === null ? null : (before ?? store.snapshot.get(planhatId)),
        atMs,
      }
    }),
  )
}
