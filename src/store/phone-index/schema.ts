/** The tables of the index, and the same under another name while a new one is built beside the old. */
const TABLES = (suffix: '' | '_next'): string => `
CREATE TABLE IF NOT EXISTS index_companies${suffix} (id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS index_end_users${suffix} (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT, email TEXT,
  company_id TEXT NOT NULL, country TEXT, archived INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS index_phones${suffix} (
  e164 TEXT NOT NULL, seq INTEGER NOT NULL, field TEXT NOT NULL, tier INTEGER NOT NULL, PRIMARY KEY (e164, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS index_proposals${suffix} (
  e164 TEXT NOT NULL, seq INTEGER NOT NULL, field TEXT NOT NULL, PRIMARY KEY (e164, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS index_unusable${suffix} (
  seq INTEGER NOT NULL, field TEXT NOT NULL, raw TEXT NOT NULL, reason TEXT NOT NULL, hint TEXT
);
`

const NAMES = [
  'index_companies',
  'index_end_users',
  'index_phones',
  'index_proposals',
  'index_unusable',
] as const

/** What the store creates when it opens. `index_info` is one row of JSON: the counts of the index in force. */
export const INDEX_SCHEMA = `${TABLES('')}
CREATE TABLE IF NOT EXISTS index_info (only INTEGER PRIMARY KEY CHECK (only = 1), info TEXT NOT NULL);
`

/**
 * Numbers come in no order: gathered first, then sorted into their tables once, which is several times faster.
 * A temporary table is written once, not twice as through the write-ahead log.
 */
export const OPEN_NEXT = `${dropAll('_next')}
DROP TABLE IF EXISTS temp.index_gathered;
${TABLES('_next')}
CREATE TEMP TABLE index_gathered (e164 TEXT NOT NULL, seq INTEGER NOT NULL, field TEXT NOT NULL, tier INTEGER NOT NULL);
`

export const SORT_NEXT = `
INSERT OR IGNORE INTO index_phones_next SELECT e164, seq, field, tier FROM index_gathered
  WHERE tier < 3 ORDER BY e164, seq, tier;
INSERT OR IGNORE INTO index_proposals_next SELECT e164, seq, field FROM index_gathered
  WHERE tier = 3 ORDER BY e164, seq;
DROP TABLE index_gathered;
`

/** What one End User has, asked for each who is proposed. Each swap makes them: renaming a table renames no index. */
export const BY_END_USER = `
CREATE INDEX IF NOT EXISTS index_phones_by_seq ON index_phones (seq);
CREATE INDEX IF NOT EXISTS index_unusable_by_seq ON index_unusable (seq);
`

export const SWAP_NEXT = `${dropAll('')}
${NAMES.map((name) => `ALTER TABLE ${name}_next RENAME TO ${name};`).join('\n')}
${BY_END_USER}`

export const DROP_NEXT = `${dropAll('_next')}
DROP TABLE IF EXISTS temp.index_gathered;
`

function dropAll(suffix: '' | '_next'): string {
  return NAMES.map((name) => `DROP TABLE IF EXISTS ${name}${suffix};`).join('\n')
}
