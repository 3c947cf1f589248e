import { LockedError, RefusedError, SyncError } from '../../errors.ts'

/** What stops the work as a whole; events are accepted all the same. */
export interface Trouble {
  readonly code: string
  readonly message: string
  readonly sinceMs: number
  readonly untilMs: number
  readonly times: number
}

const SECOND = 1_000
const FIRST_PAUSE_MS = 30 * SECOND
const LONGEST_PAUSE_MS = 5 * 60 * SECOND
/** Another command has the profile: it is no trouble, and may be over at any moment. */
export const LOCKED_PAUSE_MS = 2 * SECOND

/** PURE. The trouble after one more failure: it is tried again after 30 s, doubling to 5 min. */
export function troubleAfter(
  before: Trouble | null,
  error: unknown,
  { nowMs, leastMs }: { readonly nowMs: number; readonly leastMs: number },
): Trouble {
  const times = (before?.times ?? 0) + 1
  const usual = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(times - 1, 10))
  const pause = Math.max(usual, leastMs)
  const { code, message } = describe(error)
  return { code, message, sinceMs: before?.sinceMs ?? nowMs, untilMs: nowMs + pause, times }
}

export function isLocked(error: unknown): boolean {
  return error instanceof LockedError
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof RefusedError) {
    const { code, message, suggestions } = error
    return { code, message: [message, ...suggestions.slice(0, 1)].join(' ') }
  }
  if (error instanceof SyncError) return { code: error.code, message: error.message }
  return { code: 'UNEXPECTED', message: error instanceof Error ? error.message : 'unknown' }
}
