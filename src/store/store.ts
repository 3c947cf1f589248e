import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensurePrivateFile } from '../files/private.ts'
import { checkStateFolder, ensureStateFolder } from '../files/state-folder.ts'
import { CallStore } from './calls.ts'
import { Database } from './database.ts'
import { DecisionStore } from './decisions.ts'
import { DeclinedStore } from './declined.ts'
import { ErasedStore } from './erased.ts'
import { ErasureStore } from './erasures.ts'
import { explainStateFailure } from './failure.ts'
import { InsightStore } from './insights.ts'
import { MetaStore } from './meta.ts'
import { MIGRATIONS, migrate, newerState, schemaVersion } from './migrations.ts'
import { NumberWordStore } from './number-words.ts'
import { OldStore } from './old.ts'
import { IndexStore } from './phone-index/phone-index.ts'
import { SnapshotStore } from './planhat-snapshot.ts'
import { PlanStore } from './plans.ts'
import { RunStore } from './runs.ts'
import { SearchPlaceStore } from './search-places.ts'
import { TranscriptStore } from './transcripts.ts'
import { IntentStore } from './written/intents.ts'
import { LedgerStore } from './written/ledger.ts'

/** Everything a later run needs, in one SQLite file of one folder. */
export interface Store {
  readonly dir: string
  readonly calls: CallStore
  readonly transcripts: TranscriptStore
  readonly insights: InsightStore
  readonly searchPlaces: SearchPlaceStore
  readonly index: IndexStore
  readonly ledger: LedgerStore
  readonly runs: RunStore
  readonly plans: PlanStore
  readonly intents: IntentStore
  readonly snapshot: SnapshotStore
  readonly decisions: DecisionStore
  readonly declined: DeclinedStore
  readonly numberWords: NumberWordStore
  readonly meta: MetaStore
  readonly erased: ErasedStore
  readonly erasures: ErasureStore
  readonly old: OldStore
  /** All or nothing, also across rooms of the store; may be nested. `work` must not be async. */
  transaction<T>(work: () => T): T
  /**
   * Gives deleted bytes back, so that what was erased is left neither in the file nor in its write-ahead log.
   * @returns false while another process reads the state: what it reads cannot be given back yet.
   */
  compact(): boolean
  close(): void
}

/**
 * Opens the state of one profile, creating it 0700/0600 when it is not there yet.
 *
 * `readOnly` promises to change nothing that is stored; a state that is missing or older is still
 * brought up to date first. Errors: STATE_UNWRITABLE, STATE_CORRUPT, STATE_NEWER, DISK_FULL.
 */
export function openStore(dir: string, o: { readOnly?: boolean } = {}): Store {
  const path = join(dir, 'state.sqlite')
  checkStateFolder(dir)
  const readOnly = o.readOnly === true && isCurrent(path, dir)
  if (!readOnly) prepareFiles(path, dir)
  const db = new Database(path, { dir, readOnly })
  try {
    migrateOrRefuse(db, dir)
    if (o.readOnly) db.exec('PRAGMA query_only = ON')
    return assemble(db, dir)
  } catch (error) {
    db.close()
    throw error
  }
}

function migrateOrRefuse(db: Database, dir: string): void {
  const version = schemaVersion(db)
  if (version > MIGRATIONS.length) throw newerState(dir, version)
  if (version < MIGRATIONS.length) migrate(db)
}

function prepareFiles(path: string, dir: string): void {
  try {
    ensureStateFolder(dir)
    ensurePrivateFile(path)
  } catch (error) {
    throw explainStateFailure(error, dir)
  }
}

/** A read-only connection cannot migrate, so it is used only where nothing is left to migrate. */
function isCurrent(path: string, dir: string): boolean {
  if (!existsSync(path)) return false
  const db = new Database(path, { dir, readOnly: true })
  try {
    return schemaVersion(db) >= MIGRATIONS.length
  } finally {
    db.close()
  }
}

function assemble(db: Database, dir: string): Store {
  const meta = new MetaStore(db)
  return {
    dir,
    calls: new CallStore(db),
    transcripts: new TranscriptStore(db),
    insights: new InsightStore(db),
    searchPlaces: new SearchPlaceStore(db),
    index: new IndexStore(db.raw),
    ledger: new LedgerStore(db),
    runs: new RunStore(db, dir),
    plans: new PlanStore(db),
    intents: new IntentStore(db),
    snapshot: new SnapshotStore(db, meta),
    decisions: new DecisionStore(db),
    declined: new DeclinedStore(db),
    numberWords: new NumberWordStore(db),
    meta,
    erased: new ErasedStore(db, dir),
    erasures: new ErasureStore(db),
    old: new OldStore(db),
    transaction: (work) => db.transaction(work),
    compact: () => db.compact(),
    close: () => db.close(),
  }
}
