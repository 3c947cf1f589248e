import type { AircallClient } from '../../aircall/client.ts'
import { noteUnread } from '../run/failures.ts'
import type { Session } from '../run/session.ts'
import { conceal } from './conceal.ts'
import { horizonOf } from './horizon.ts'
import { createPatience } from './patience.ts'

/** Calls that were still going on when an earlier run read them: asked for one by one, unless this run brought them. */
export async function refreshInProgress(session: Session, client: AircallClient): Promise<void> {
  const {
    store,
    clock,
    signal,
    book: { run },
  } = session
  const patience = createPatience(client)
  const edge = horizonOf(session)
  for (const { id, startedAt } of store.calls.inProgress(run.startedAtMs)) {
    // One that never ended is asked for no longer than Aircall keeps it.
    if (startedAt < edge) continue
    signal.throwIfAborted()
    try {
      const call = await client.getCall(id, signal)
      patience.answered()
      for (const known of conceal(session, call === null ? [] : [call]))
        store.calls.save(known, clock.nowMs())
      // Aircall has it no more, and it was never written: a call has no record before it has ended.
      if (call === null) store.calls.remove([id])
    } catch (error) {
      const why = await patience.excuse(error)
      noteUnread(session, id, `it was going on, and is left for the next run: ${why}`)
    }
  }
}
