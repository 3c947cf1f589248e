import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../store/database.ts'
import { readText } from '../store/row.ts'
import { type Fact, INBOX_FILE, noteFact, openInboxFile, readFact } from './file.ts'

export interface InboxCounts {
  /** Calls with an event that no look has served yet. */
  readonly open: number
  /** Calls that are in order but for a text that Aircall has not yet. */
  readonly waiting: number
  readonly dead: number
  /** How long the oldest event waits, 0 for none. */
  readonly oldestMs: number
  /** How long the call that has been due the longest is due; back-off and the clock of the texts are no delay. */
  readonly overdueMs: number
}

/** What `listen status` knows from the file, without the listener. */
export interface InboxStanding extends InboxCounts {
  readonly lastEventAt: string | null
  readonly lastWriteAt: string | null
  readonly listenerUrl: string | null
  readonly listenerSince: string | null
  readonly deadCalls: readonly { readonly callId: string; readonly code: string }[]
}

const MAX_NAMED = 100

export function countInbox(db: Database, nowMs: number): InboxCounts {
  const count = (where: string) => db.count(`SELECT count(*) FROM calls WHERE ${where}`)
  const since = (what: string, where: string) =>
    Math.max(0, nowMs - (db.count(`SELECT min(${what}) FROM calls WHERE ${where}`) || nowMs))
  return {
    open: count('dead IS NULL AND waiting_since IS NOT NULL'),
    waiting: count('dead IS NULL AND waiting_since IS NULL'),
    dead: count('dead IS NOT NULL'),
    oldestMs: since('waiting_since', 'dead IS NULL AND waiting_since IS NOT NULL'),
    overdueMs: since('due', 'dead IS NULL'),
  }
}

/** Reads the inbox of a profile, also while a listener serves it; null where there has never been one. */
export function readInbox(dir: string, nowMs: number): InboxStanding | null {
  return withInbox(dir, (db) => ({
    ...countInbox(db, nowMs),
    lastEventAt: readFact(db, 'lastEventAt'),
    lastWriteAt: readFact(db, 'lastWriteAt'),
    listenerUrl: readFact(db, 'listenerUrl'),
    listenerSince: readFact(db, 'listenerSince'),
    deadCalls: db.all(
      'SELECT call_id, code FROM calls WHERE dead IS NOT NULL ORDER BY call_id LIMIT ?',
      [MAX_NAMED],
      (row) => ({ callId: readText(row, 'call_id'), code: String(row['code'] ?? 'UNKNOWN') }),
    ),
  }))
}

/** Some facts of a profile's inbox; all null where there has never been one. */
export function readFacts<F extends Fact>(dir: string, facts: readonly F[]): Record<F, string | null> {
  const read = withInbox(dir, (db) => facts.map((fact) => [fact, readFact(db, fact) || null] as const))
  return Object.fromEntries(read ?? facts.map((fact) => [fact, null])) as Record<F, string | null>
}

/** Notes facts, in a file that is made where there is none; null takes one back. */
export function noteFacts(dir: string, facts: Readonly<Partial<Record<Fact, string | null>>>): void {
  const db = openInboxFile(dir)
  try {
    db.exec('PRAGMA busy_timeout = 5000')
    db.transaction(() => {
      for (const [fact, value] of Object.entries(facts)) noteFact(db, fact as Fact, value ?? '')
    })
  } finally {
    db.close()
  }
}

/**
 * Removes calls whoever they are waiting for, so that a person who was erased is not taken up again. Returns how
 * many.
 */
export function forgetCalls(dir: string, callIds: Iterable<string>): number {
  const removed = withInbox(dir, (db) => {
    const count = db.transaction(() => {
      let deleted = 0
      for (const id of callIds) deleted += db.run('DELETE FROM calls WHERE call_id = ?', id)
      return deleted
    })
    compact(db)
    return count
  })
  return removed ?? 0
}

/** Removes calls, dead ones included, whose last event came before a moment. Returns how many. */
export function purgeInbox(dir: string, beforeMs: number): number {
  const removed = withInbox(dir, (db) => {
    const count = db.run('DELETE FROM calls WHERE last_event < ?', beforeMs)
    compact(db)
    return count
  })
  return removed ?? 0
}

/** How many calls a purge would remove. */
export function countOldCalls(dir: string, beforeMs: number): number {
  return withInbox(dir, (db) => db.count('SELECT count(*) FROM calls WHERE last_event < ?', beforeMs)) ?? 0
}

/**
 * Gives the deleted bytes back, in the file and in its WAL. A listener keeps no transaction open, so nothing holds it
 * up.
 */
function compact(db: Database): void {
  db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
}

function withInbox<T>(dir: string, work: (db: Database) => T): T | null {
  if (!existsSync(join(dir, INBOX_FILE))) return null
  const db = openInboxFile(dir)
  try {
    db.exec('PRAGMA busy_timeout = 5000')
    return work(db)
  } finally {
    db.close()
  }
}
