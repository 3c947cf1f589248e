import {
  FatalError,
  LockedError,
  RecordError,
  RefusedError,
  RetryableError,
  SyncError,
  UsageError,
} from '../../errors.ts'

const CLASSES = { UsageError, RetryableError, RefusedError, FatalError, LockedError, RecordError }
type ClassName = keyof typeof CLASSES
const NAMES = Object.keys(CLASSES) as ClassName[]

/** An error on its way between two threads, where only plain data passes: classes and what hangs on them do not. */
export interface PackedError {
  /** What it says to do next; null for what is no error of this program. */
  readonly className: ClassName | null
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: string
  readonly suggestions: readonly string[]
  readonly cause: PackedError | null
}

export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) {
    const message = String(error)
    return { ...NOTHING, name: 'Error', message, stack: undefined, cause: null }
  }
  const { name, message, stack } = error
  const cause = error.cause instanceof Error ? packError(error.cause) : null
  if (!(error instanceof SyncError)) return { ...NOTHING, name, message, stack, cause }
  const { code, suggestions } = error
  const className = NAMES.find((one) => error instanceof CLASSES[one]) ?? null
  return { className, name, message, stack, code, suggestions, cause }
}

const NOTHING = { className: null, code: '', suggestions: [] } as const

/** The same class, code, message, stack and causes; a subclass arrives as the class that names what to do next. */
export function unpackError(packed: PackedError): Error {
  const { className, code, message, suggestions, name, stack } = packed
  const cause = packed.cause === null ? undefined : unpackError(packed.cause)
  const error =
    className === null
      ? new Error(message, cause === undefined ? {} : { cause })
      : new CLASSES[className](code, message, { suggestions, cause })
  error.name = name
  if (stack !== undefined) error.stack = stack
  return error
}
