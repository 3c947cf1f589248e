import { FatalError } from '../errors.ts'
import type { Database } from './database.ts'
import { PARTY_SQL } from './party.ts'
import { BY_END_USER, INDEX_SCHEMA } from './phone-index/schema.ts'

/**
 * `id_length` beside `id` sorts ids of digits as numbers: they exceed what a double holds.
 * `read_id` is the last read that saw the call, to prove a window complete.
 */
const CALLS = `
CREATE TABLE calls (
  id TEXT NOT NULL UNIQUE, id_length INTEGER NOT NULL, started_at INTEGER NOT NULL,
  in_progress INTEGER NOT NULL, read_id INTEGER, saved_at_ms INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX calls_in_order ON calls (started_at, id_length, id);
CREATE INDEX calls_in_progress ON calls (started_at) WHERE in_progress = 1;
CREATE TABLE reads (
  id INTEGER PRIMARY KEY AUTOINCREMENT, since INTEGER NOT NULL, until INTEGER NOT NULL,
  started_at_ms INTEGER NOT NULL, finished_at_ms INTEGER, windows TEXT NOT NULL
) STRICT;
CREATE TABLE transcripts (
  call_id TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, asked_at_ms INTEGER, attempts INTEGER NOT NULL, body BLOB
) STRICT;
CREATE INDEX transcripts_pending ON transcripts (call_id) WHERE state = 'pending';
`

const WRITES = `
CREATE TABLE ledger (
  external_id TEXT NOT NULL PRIMARY KEY, call_id TEXT NOT NULL, record TEXT NOT NULL, planhat_id TEXT NOT NULL,
  company_id TEXT NOT NULL, payload BLOB NOT NULL, run_id TEXT NOT NULL, written_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_by_call ON ledger (call_id);
CREATE TABLE runs (
  id TEXT NOT NULL PRIMARY KEY, command TEXT NOT NULL, mode TEXT NOT NULL, since INTEGER, until INTEGER,
  request TEXT NOT NULL, started_at_ms INTEGER NOT NULL, ended_at_ms INTEGER, exit_code INTEGER, summary TEXT
) STRICT;
CREATE TABLE writes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, external_id TEXT NOT NULL, call_id TEXT NOT NULL,
  record TEXT NOT NULL, planhat_id TEXT NOT NULL, kind TEXT NOT NULL, before BLOB, payload BLOB, at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX writes_by_run ON writes (run_id, seq);
CREATE INDEX writes_by_call ON writes (call_id);
CREATE TABLE plans (
  row_digest TEXT NOT NULL PRIMARY KEY, run_id TEXT NOT NULL, seq INTEGER NOT NULL, call_id TEXT NOT NULL,
  record TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL, cells TEXT NOT NULL, payload BLOB,
  planhat_id TEXT, held_digest TEXT, changes BLOB, payload_digest TEXT,
  outcome TEXT, outcome_code TEXT, outcome_at_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX plans_in_order ON plans (run_id, seq);
CREATE INDEX plans_by_call ON plans (call_id, record);
CREATE TABLE decisions (
  call_id TEXT NOT NULL PRIMARY KEY, end_user_id TEXT, company_id TEXT NOT NULL, run_id TEXT NOT NULL, at_ms INTEGER NOT NULL
) STRICT;
`

const HELD = `
CREATE TABLE held (
  planhat_id TEXT NOT NULL PRIMARY KEY, external_id TEXT, company_id TEXT, date_ms INTEGER, body BLOB NOT NULL
) STRICT;
CREATE INDEX held_by_external_id ON held (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX held_by_company ON held (company_id, date_ms);
CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;
`

/**
 * `erased` holds keyed hashes of what was erased and nothing to read it from. A ledger row that was `purged` still
 * says that its record was written, so that a person's deletion is known for one, but not what was in it.
 */
const PRIVACY = `
CREATE TABLE erased (kind TEXT NOT NULL, mac TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (kind, mac)) STRICT, WITHOUT ROWID;
ALTER TABLE ledger ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;
`

/**
 * A plan's row keeps what was shown, as an array in the order of the columns, and digests. The payload is built
 * again when the row is applied, so a copy of it was written for every record of every plan and never read.
 */
const LEAN_PLANS = `
CREATE TABLE lean_plans (
  row_digest TEXT NOT NULL PRIMARY KEY, run_id TEXT NOT NULL, seq INTEGER NOT NULL, call_id TEXT NOT NULL,
  record TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL, cells TEXT NOT NULL,
  payload_digest TEXT, held_digest TEXT
) STRICT;
INSERT INTO lean_plans SELECT row_digest, run_id, seq, call_id, record, action, reason, json_array(${[
  'decision',
  'action',
  'reason',
  'call_id',
  'record',
  'external_id',
  'date',
  'direction',
  'outcome',
  'duration_s',
  'agent',
  'number',
  'matched_by',
  'enduser',
  'enduser_id',
  'company',
  'company_id',
  'candidates',
  'subject',
  'excerpt',
  'changes',
]
  .map((column) => `cells ->> '${column}'`)
  .join(', ')}), payload_digest, held_digest FROM plans;
DROP TABLE plans;
ALTER TABLE lean_plans RENAME TO plans;
CREATE UNIQUE INDEX plans_in_order ON plans (run_id, seq);
CREATE INDEX plans_by_call ON plans (call_id, record);
`

/** What a person does not want in Planhat: skipped in a review, or taken back. Ids only; lifted words stay as such. */
const DECLINED = `
CREATE TABLE declined (
  call_id TEXT NOT NULL, record TEXT NOT NULL, why TEXT NOT NULL, run_id TEXT NOT NULL, at_ms INTEGER NOT NULL,
  lifted_at_ms INTEGER, PRIMARY KEY (call_id, record)
) STRICT, WITHOUT ROWID;
`

/** What reviewers said of numbers, and a plan's rows with two columns more: `candidate_names` and `calls_of_number`. */
const NUMBER_WORDS = `
CREATE TABLE number_words (
  number TEXT NOT NULL PRIMARY KEY, decision TEXT NOT NULL, end_user_id TEXT, company_id TEXT, run_id TEXT NOT NULL, at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
UPDATE plans SET cells = json_array(${[...Array(21).keys()]
  .flatMap((at) => [`cells ->> '$[${at}]'`, ...(at === 17 ? ["''", "''"] : [])])
  .join(', ')});
`

/** What is sent and not confirmed yet: kept from before the request until its outcome is booked. */
const INTENTS = `
CREATE TABLE intents (
  key TEXT NOT NULL PRIMARY KEY, run_id TEXT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL, call_id TEXT NOT NULL,
  record TEXT NOT NULL, planhat_id TEXT, company_id TEXT NOT NULL, digest TEXT NOT NULL, payload BLOB, fields TEXT, before BLOB,
  at_ms INTEGER NOT NULL
) STRICT;
`

/** What erasures still have to do, until nothing is left of it. */
const ERASURES = `
CREATE TABLE erasures (id INTEGER PRIMARY KEY AUTOINCREMENT, started_at_ms INTEGER NOT NULL, work TEXT NOT NULL) STRICT;
`

/** Where the calls stand that can have a transcript, so that it is learnt for each line since when it has any. */
const SEARCH_PLACES = `
CREATE TABLE search_places (
  call_id TEXT NOT NULL PRIMARY KEY, line TEXT, sort TEXT NOT NULL, started_at INTEGER NOT NULL, scope TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX search_places_by_stream ON search_places (line, sort, started_at);
CREATE INDEX search_places_by_start ON search_places (started_at);
`

/**
 * Who is on the other side of a call, by the digits that Aircall gives, and whether it was
 * passed on: the calls of a chain have the first in common. Those of an older state have it too.
 */
const PARTIES = `
ALTER TABLE calls ADD COLUMN party TEXT;
ALTER TABLE calls ADD COLUMN is_transferred INTEGER NOT NULL DEFAULT 0;
UPDATE calls SET party = ${PARTY_SQL} WHERE json_valid(body);
CREATE INDEX calls_by_party ON calls (party, started_at) WHERE party IS NOT NULL;
CREATE INDEX calls_transferred ON calls (party, started_at) WHERE is_transferred = 1;
`

/**
 * The same by day: calls come in by their time, and an index by number alone is rewritten all over with each page of
 * them, a third of the time in which a million calls were stored.
 */
const PARTIES_BY_DAY = `
DROP INDEX calls_by_party;
CREATE INDEX calls_by_day ON calls (started_at / 86400, party) WHERE party IS NOT NULL;
`

/** What Aircall's AI says of a call, one row a kind. */
const INSIGHTS = `
CREATE TABLE insights (
  call_id TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, asked_at_ms INTEGER NOT NULL, attempts INTEGER NOT NULL,
  body BLOB, PRIMARY KEY (call_id, kind)
) STRICT, WITHOUT ROWID;
`

/** In order; a state at version n has had the first n. Never edit one that was released: append. */
export const MIGRATIONS: readonly string[] = [
  CALLS + WRITES + HELD + INDEX_SCHEMA,
  PRIVACY,
  LEAN_PLANS,
  DECLINED,
  NUMBER_WORDS,
  INTENTS,
  ERASURES,
  SEARCH_PLACES,
  PARTIES,
  INSIGHTS,
  PARTIES_BY_DAY,
  BY_END_USER,
]

export function schemaVersion(db: Database): number {
  return db.count('PRAGMA user_version')
}

/** Brings an older state up to date, one transaction a step. */
export function migrate(db: Database): void {
  for (const [step, sql] of MIGRATIONS.entries()) {
    db.transaction(() => {
      // Read under the write lock: another process may have opened the same state a moment ago.
      if (schemaVersion(db) === step) db.exec(`${sql}; PRAGMA user_version = ${step + 1}`)
    })
  }
}

export function newerState(dir: string, version: number): FatalError {
  return new FatalError(
    'STATE_NEWER',
    `The state in ${dir} was made by a newer version (its schema ` +
      `is ${version}, this version knows ${MIGRATIONS.length}).`,
    { suggestions: ['Update aircall-sync, or name another state folder with --state-dir.'] },
  )
}
