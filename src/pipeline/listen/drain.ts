import type { OpenCall } from '../../inbox/schedule.ts'
import type { Listener } from './listener.ts'
import { withShift } from './shift.ts'
import { workCalls } from './work.ts'

/**
 * Written together. With a transcript for each this is a minute at 60 requests
 * a minute: as long as a command that meets it waits.
 */
const MOST_AT_ONCE = 60

/**
 * Works the calls that are due, at most a batch of them. What concerns all of them puts them back, untried.
 * @returns how many were worked. @throws LockedError, or what stopped the work as a whole.
 */
export async function drain(listener: Listener): Promise<number> {
  const { inbox } = listener
  const due = await inbox.take(MOST_AT_ONCE)
  if (due.length === 0) return 0
  let open: readonly OpenCall[] = due
  listener.memory.inHand = due
  try {
    const results = await withShift(listener, (shift) => workCalls(shift, due))
    open = []
    await inbox.settle(results)
    return due.length
  } finally {
    listener.memory.inHand = []
    if (open.length > 0) await inbox.giveBack(open)
  }
}
