import type { AircallClient } from '../aircall/client.ts'
import { concealErased } from './erase/conceal.ts'
import { createPatience } from './patience.ts'
import type { Session } from './session.ts'

/** Calls that were still going on when an earlier run read them: asked for one by one, unless this run brought them. */
export async function refreshInProgress(session: Session, client: AircallClient): Promise<void> {
  const { store, clock, signal, run } = session
  const patience = createPatience(client)
  for (const { id } of store.calls.inProgress(run.startedAtMs)) {
    signal.throwIfAborted()
    try {
      const call = await client.getCall(id, signal)
      patience.answered()
      for (const known of concealErased(session, call === null ? [] : [call]))
        store.calls.save(known, clock.nowMs())
      // It was never written: a call has no record before it has ended.
      if (call === null) store.calls.remove([id])
    } catch (error) {
      const why = await patience.excuse(error)
      session.warn(
        'CALL_UNREADABLE',
        `Aircall call ${id}, which was going on, is left for the next run: ${why}`,
      )
    }
  }
}
