import type { AircallClient } from '../../aircall/client.ts'
import { acquireLock } from '../../store/lock.ts'
import { openStore } from '../../store/store.ts'
import { finishErasures } from '../erase/work-off.ts'
import { connectAircall, connectPlanhat, type PlanhatConnection } from '../run/connect.ts'
import type { Session } from '../run/session.ts'
import { LISTENER } from '../run/take-lock.ts'
import { enforceTenant } from '../run/tenant-pin.ts'
import { closeDay, openDay } from './day.ts'
import type { Listener } from './listener.ts'

/** One piece of work with the profile in hand. */
export interface Shift {
  readonly listener: Listener
  readonly session: Session
  readonly aircall: AircallClient
  readonly planhat: PlanhatConnection
}

/**
 * Works under the profile's lock, which other commands wait for: as short as the work is. The state is opened anew each
 * time, since others write it in between; so are the gates, which begin with a whole spacing, because a command that
 * ended a moment ago may just have used its turn.
 * @throws LockedError at once where another command has the profile; whatever `work` throws.
 */
export async function withShift<T>(listener: Listener, work: (shift: Shift) => Promise<T>): Promise<T> {
  const { settings, clock } = listener
  const lock = acquireLock(settings.stateDir, { command: LISTENER, nowMs: clock.nowMs() })
  try {
    const store = openStore(settings.stateDir)
    try {
      const session = openDay(listener, store)
      try {
        await enforceTenant(session, ['aircall', 'planhat'])
        const planhat = connectPlanhat(session)
        const aircall = connectAircall(session)
        await finishErasures(session, planhat)
        return await work({ listener, session, aircall, planhat })
      } finally {
        closeDay(listener, session)
      }
    } finally {
      store.close()
    }
  } finally {
    lock.release()
  }
}
