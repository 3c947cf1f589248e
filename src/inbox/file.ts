import { join } from 'node:path'
import { FatalError } from '../errors.ts'
import { ensurePrivateFile } from '../files/private.ts'
import { ensureStateFolder } from '../files/state-folder.ts'
import { Database } from '../store/database.ts'
import { explainStateFailure } from '../store/failure.ts'
import { readText } from '../store/row.ts'
import { SCHEMA } from './calls-table.ts'

export const INBOX_FILE = 'inbox.sqlite'
const SCHEMA_VERSION = 1
/** No fact of this name is ever read. */
const PROBE = 'probe'
/** Eight pages; a delivery changes six, or a few more where one of them is split. */
const PROBE_BYTES = 32_768
/** 16 MB: once in about a thousand deliveries a commit takes longer (bench/inbox.ts). */
const CHECKPOINT_PAGES = 4_000

/**
 * What other processes read: when an event came last, when Planhat was last written to, by whom this inbox is served,
 * which webhook of the account
 * delivers to it (never its token), up to when all calls are known to have been taken up, and of which index.
 */
export type Fact =
  | 'lastEventAt'
  | 'lastWriteAt'
  | 'listenerUrl'
  | 'listenerSince'
  | 'webhookUrl'
  | 'webhookId'
  | 'webhookOldId'
  | 'goodAt'
  | 'indexBuiltAt'

/**
 * Opens the file, made 0600 where it is not there. Every commit is synced; no statement stays open between two.
 * @throws STATE_UNWRITABLE, STATE_CORRUPT, STATE_NEWER, DISK_FULL (exit 7), STATE_BUSY (exit 5)
 */
export function openInboxFile(dir: string, maxPages?: number): Database {
  const path = join(dir, INBOX_FILE)
  try {
    ensureStateFolder(dir)
    ensurePrivateFile(path)
  } catch (error) {
    throw explainStateFailure(error, dir)
  }
  const db = new Database(path, { dir })
  try {
    // NORMAL may take the last commits back after a power cut (https://sqlite.org/pragma.html#pragma_synchronous).
    db.exec(
      `PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
    )
    const version = db.count('PRAGMA user_version')
    if (version > SCHEMA_VERSION) throw newerInbox(dir)
    if (version === 0) db.transaction(() => db.exec(`${SCHEMA}; PRAGMA user_version = ${SCHEMA_VERSION}`))
    if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`)
    // From here on a locked file is waited for without blocking the event loop.
    db.exec('PRAGMA busy_timeout = 0')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** What a listener noted for others; null where it has not. */
export function readFact(db: Database, fact: Fact): string | null {
  return db.one('SELECT value FROM facts WHERE name = ?', [fact], (row) => readText(row, 'value'))
}

export function noteFact(db: Database, fact: Fact, value: string): void {
  db.run('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)', fact, value)
}

/**
 * Writes more than a delivery takes, and takes it away again in the same transaction: where a disk is full, what a
 * delivery left behind in the log that was not stored may still have room for less.
 * @throws what hinders writing.
 */
export function probeWriting(db: Database): void {
  db.transaction(() => {
    db.run('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)', PROBE, 'x'.repeat(PROBE_BYTES))
    db.run('DELETE FROM facts WHERE name = ?', PROBE)
  })
}

function newerInbox(dir: string): FatalError {
  return new FatalError('STATE_NEWER', `The inbox in ${dir} was made by a newer version.`, {
    suggestions: ['Update aircall-sync, or name another state folder with --state-dir.'],
  })
}
