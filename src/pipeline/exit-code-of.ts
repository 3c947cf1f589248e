import { SyncError } from '../errors.ts'

/** The exit code of contract section 3 for whatever ended a run. */
export function exitCodeOf(error: unknown, signal: AbortSignal): number {
  if (signal.aborted) return String(signal.reason).includes('SIGTERM') ? 143 : 130
  return error instanceof SyncError ? error.exitCode : 1
}
