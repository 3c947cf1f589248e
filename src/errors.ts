/**
 * Errors are named by what to do next, because that is what a person and a cron job need from them.
 * Each carries a stable `code` (listed in docs/errors.md with cause and remedy), an exit code
 * (docs/contract.md section 3) and the next commands to try. Messages never hold a secret, a whole phone
 * number or transcript text.
 */
export interface SyncErrorOptions {
  readonly suggestions?: readonly string[]
  readonly cause?: unknown
}

export abstract class SyncError extends Error {
  abstract readonly exitCode: number
  readonly code: string
  readonly suggestions: readonly string[]

  constructor(code: string, message: string, options: SyncErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.suggestions = options.suggestions ?? []
  }
}

/** The command line or an input file is wrong: fix the command. Exit 2. */
export class UsageError extends SyncError {
  readonly exitCode = 2
}

/** Network, rate limit or 5xx after all retries: run again, it continues. Exit 5. */
export class RetryableError extends SyncError {
  readonly exitCode = 5
}

/** A guard, a stale or foreign plan, an empty index or source: a person decides. Exit 6. */
export class RefusedError extends SyncError {
  readonly exitCode = 6
}

/** Credentials, permission, configuration, disk: fix it first. Exit 7. */
export class FatalError extends SyncError {
  readonly exitCode = 7
}

/** Another run holds the lock of this profile. Exit 11. */
export class LockedError extends SyncError {
  readonly exitCode = 11
}

/** One record cannot be read or written; the others go on. Never ends a run by itself (exit 3 at the end). */
export class RecordError extends SyncError {
  readonly exitCode = 3
}
