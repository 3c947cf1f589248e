import { FatalError, RetryableError, SyncError } from '../errors.ts'

/** Primary result codes, https://www.sqlite.org/rescode.html; extended codes keep them in the low byte. */
const PERM = 3
const BUSY = 5
const LOCKED = 6
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26

const UNWRITABLE_ERRNO = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EEXIST',
  'EISDIR',
  'ENOENT',
  'EIO',
  'ELOOP',
])
const FULL_ERRNO = new Set(['ENOSPC', 'EDQUOT'])

type StateFailure = 'STATE_UNWRITABLE' | 'STATE_CORRUPT' | 'STATE_BUSY' | 'DISK_FULL'

/**
 * Names a failure of SQLite or of the file system by what to do about it. Anything else comes back
 * as it was: a defect must stay visible as one.
 */
export function explainStateFailure(error: unknown, dir: string): unknown {
  if (error instanceof SyncError) return error
  const kind = classify(error)
  return kind === null ? error : describe(kind, dir, error)
}

function classify(error: unknown): StateFailure | null {
  if (!(error instanceof Error)) return null
  const { code, errcode } = error as Error & { code?: string; errcode?: number }
  if (code === 'ERR_SQLITE_ERROR' && errcode !== undefined) return classifySqlite(errcode & 0xff)
  if (code !== undefined && FULL_ERRNO.has(code)) return 'DISK_FULL'
  if (code !== undefined && UNWRITABLE_ERRNO.has(code)) return 'STATE_UNWRITABLE'
  return null
}

function classifySqlite(primary: number): StateFailure | null {
  if (primary === FULL) return 'DISK_FULL'
  if (primary === CORRUPT || primary === NOTADB) return 'STATE_CORRUPT'
  if (primary === BUSY || primary === LOCKED) return 'STATE_BUSY'
  if ([PERM, READONLY, IOERR, CANTOPEN].includes(primary)) return 'STATE_UNWRITABLE'
  return null
}

function describe(kind: StateFailure, dir: string, cause: unknown): SyncError {
  switch (kind) {
    case 'DISK_FULL':
      return new FatalError(kind, `The disk that holds the state folder ${dir} is full.`, {
        suggestions: ['Free some space and run the same command again: it continues.'],
        cause,
      })
    case 'STATE_UNWRITABLE':
      return new FatalError(kind, `The state folder ${dir} cannot be read or written.`, {
        suggestions: ['Give this user the folder, or name another one with --state-dir.'],
        cause,
      })
    case 'STATE_BUSY':
      return new RetryableError(kind, `Another program keeps the state in ${dir} locked.`, {
        suggestions: ['Close what has state.sqlite open and run the same command again.'],
        cause,
      })
    case 'STATE_CORRUPT':
      return corruptState(dir, cause)
  }
}

/** The state is a cache and a memory: what was written stays in Planhat, so it can be built again. */
export function corruptState(dir: string, cause: unknown): FatalError {
  return new FatalError('STATE_CORRUPT', `The state in ${dir} is damaged.`, {
    suggestions: [
      'Move the folder away and run the same command again: it reads ' +
        'everything anew and recognises what Planhat already holds.',
      'Plans made before are lost with it: make them again before `apply`.',
    ],
    cause,
  })
}
