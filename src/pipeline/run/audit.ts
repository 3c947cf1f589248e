import { userInfo } from 'node:os'
import { join } from 'node:path'
import { appendTo } from '../../files/append.ts'

export interface AuditEntry {
  readonly at: string
  readonly runId: string
  readonly kind: 'created' | 'updated' | 'deleted'
  /** Null for a copy that the write path took away again. */
  readonly externalId: string | null
  readonly planhatId: string
  readonly companyId: string | null
  /** Digest of the record's compared content before and after; never the content itself. */
  readonly before: string | null
  readonly after: string | null
}

/** Appends one line to the profile's audit log: who wrote which record, when, and digests of before and after. */
export function appendAudit(stateDir: string, entry: AuditEntry): void {
  const line = JSON.stringify({ ...entry, by: whoRuns() })
  appendTo(join(stateDir, 'audit.ndjson'), `${line}\n`)
}

/** A container may run under a user id that has no name. */
function whoRuns(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
