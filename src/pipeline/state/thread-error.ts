import { FatalError, UsageError } from '../../errors.ts'

/** An error on its way between two threads, where only plain data passes: classes and causes do not. */
export interface PackedError {
  readonly kind: 'usage' | 'fatal' | 'other'
  readonly code: string
  readonly message: string
  readonly suggestions: readonly string[]
}

export function packError(error: unknown): PackedError {
  if (error instanceof UsageError || error instanceof FatalError) {
    const { code, message, suggestions } = error
    return { kind: error instanceof UsageError ? 'usage' : 'fatal', code, message, suggestions }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { kind: 'other', code: '', message, suggestions: [] }
}

export function unpackError({ kind, code, message, suggestions }: PackedError): Error {
  if (kind === 'other') return new Error(message)
  return kind === 'usage'
    ? new UsageError(code, message, { suggestions })
    : new FatalError(code, message, { suggestions })
}
