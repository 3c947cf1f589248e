import { existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { appendTo } from '../../files/append.ts'
import { PRIVATE, writeWhole } from '../../files/draft.ts'

/**
 * Who wrote which record when; no content and no digest of it: what a short text said could be found by
 * trying. What was there before and after is in the journal (`runs RUN_ID`), which `purge` and `erase` cover.
 */
export interface AuditEntry {
  readonly at: string
  readonly runId: string
  readonly kind: 'created' | 'updated' | 'deleted'
  /** Null for a copy that the write path took away again, and for what an erasure deleted. */
  readonly externalId: string | null
  readonly planhatId: string
  readonly companyId: string | null
}

/** Appends one line to the profile's audit log. */
export function appendAudit(stateDir: string, entry: AuditEntry): void {
  const line = JSON.stringify({ ...entry, by: whoRuns() })
  appendTo(pathOf(stateDir), `${line}\n`)
}

/**
 * Takes the external ids of these calls out of the log, which name them, and of every line the digests
 * that 0.1.0 wrote. That something was written, when, by which run and under which of Planhat's ids stays.
 */
export function scrubAudit(stateDir: string, callIds: ReadonlySet<string>): void {
  const path = pathOf(stateDir)
  if (!existsSync(path)) return
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  writeWhole(path, lines.map((line) => `${scrubLine(line, callIds)}\n`).join(''), PRIVATE)
}

function scrubLine(line: string, callIds: ReadonlySet<string>): string {
  const { before: _, after: __, externalId, ...rest } = JSON.parse(line) as Record<string, unknown>
  const named = String(externalId ?? '').match(/\d+/g) ?? []
  return JSON.stringify({
    ...rest,
    externalId: named.some((id) => callIds.has(id)) ? null : (externalId ?? null),
  })
}

const pathOf = (stateDir: string) => join(stateDir, 'audit.ndjson')

/** A container may run under a user id that has no name. */
function whoRuns(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
