import type { Evidence, Place, Sort } from '../learning/evidence.ts'
import type { Database } from './database.ts'
import { type Row, readInteger, readText, readTextOrNull, readWord } from './row.ts'

const SORTS: readonly Sort[] = ['call', 'voicemail']

const PUT = `INSERT INTO search_places (call_id, line, sort, started_at, scope) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (call_id) DO UPDATE SET line = excluded.line, sort = excluded.sort,
    started_at = excluded.started_at, scope = excluded.scope`

/** Open: asked for by nobody yet. A transcript that is pending or was refused says nothing of its line. */
const IS_OPEN = "(t.state IS NULL OR t.state IN ('not-asked', 'assumed'))"
const WITH_STATE = 'FROM search_places AS p LEFT JOIN transcripts AS t ON t.call_id = p.call_id'
const NEWEST_FIRST = 'ORDER BY p.started_at DESC, length(p.call_id) DESC, p.call_id DESC'
const OLDEST_FIRST = 'ORDER BY p.started_at, length(p.call_id), p.call_id'

const EVIDENCE = `SELECT p.line, p.sort, p.started_at / 86400 AS day,
    sum(coalesce(p.scope = ? AND ${IS_OPEN}, 0)) AS open,
    sum(coalesce(t.state = 'none', 0)) AS none, sum(coalesce(t.state = 'ready', 0)) AS ready
  ${WITH_STATE} GROUP BY p.line, p.sort, day`

/** Where the calls stand that can have a transcript: line, sort and time, to learn from what was asked. */
export class SearchPlaceStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /**
   * `scope`: the run that may ask for it when what is learnt leaves a chance;
   * null for a call that is evidence only.
   */
  put(callId: string, { line, sort, startedAt }: Place, scope: string | null): void {
    this.#db.run(PUT, callId, line, sort, startedAt, scope)
  }

  /** What was asked and what came, of all calls, and what this run may ask. */
  addEvidence(evidence: Evidence, scope: string): void {
    const read = (row: Row) => {
      const place: Place = {
        line: readTextOrNull(row, 'line'),
        sort: readWord(row, 'sort', SORTS),
        startedAt: readInteger(row, 'day') * 86_400,
      }
      for (const known of ['open', 'none', 'ready'] as const) {
        const count = readInteger(row, known)
        if (count > 0) evidence.add(place, known, count)
      }
    }
    this.#db.all(EVIDENCE, [scope], read)
  }

  /**
   * The first `count` open calls of the run's in this stretch of a stream, by
   * start and id. UNIX seconds, half-open.
   */
  open(
    o: { line: string | null; sort: Sort; since: number; until: number; count: number },
    scope: string,
  ): string[] {
    const sql = `SELECT p.call_id ${WITH_STATE} WHERE p.scope = ? AND p.line IS ? AND p.sort = ?
      AND p.started_at >= ? AND p.started_at < ?
      AND ${IS_OPEN} ${OLDEST_FIRST} LIMIT ?`
    return this.#db.all(sql, [scope, o.line, o.sort, o.since, o.until, o.count], readId)
  }

  /** Everything that this run may still ask. */
  countOpen(scope: string): number {
    return this.#db.count(`SELECT count(*) ${WITH_STATE} WHERE p.scope = ? AND ${IS_OPEN}`, scope)
  }

  countAssumed(): number {
    return this.#db.count("SELECT count(*) FROM transcripts WHERE state = 'assumed'")
  }

  /** What a run leaves open is assumed to have none. */
  assume(scope: string): void {
    this.#db.run(
      `INSERT INTO transcripts (call_id, state, asked_at_ms, attempts, body)
       SELECT p.call_id, 'assumed', NULL, 0, NULL ${WITH_STATE} WHERE p.scope = ? AND ${IS_OPEN}
       ON CONFLICT (call_id) DO UPDATE SET state = 'assumed'`,
      scope,
    )
  }

  /** For each stream with calls that this run left open: how many, and the newest of them. */
  assumedBy(scope: string): (Assumed & { readonly sort: Sort; readonly calls: number })[] {
    const sql = `SELECT p.call_id, p.line, p.sort, max(p.started_at) AS started_at, count(*) AS calls ${WITH_STATE}
      WHERE p.scope = ? AND t.state = 'assumed' GROUP BY p.line, p.sort ORDER BY calls DESC, p.line, p.sort`
    return this.#db.all(sql, [scope], (row) => ({
      ...readAssumed(row),
      sort: readWord(row, 'sort', SORTS),
      calls: readInteger(row, 'calls'),
    }))
  }

  /** Assumed calls, the newest first, older than the last one that was given. */
  assumed(o: { count: number; after?: { startedAt: number; callId: string } }): Assumed[] {
    const { startedAt, callId } = o.after ?? { startedAt: Number.MAX_SAFE_INTEGER, callId: '' }
    const sql = `SELECT p.call_id, p.line, p.started_at ${WITH_STATE} WHERE t.state = 'assumed'
      AND (p.started_at, length(p.call_id), p.call_id) < (?, ?, ?) ${NEWEST_FIRST} LIMIT ?`
    return this.#db.all(sql, [startedAt, callId.length, callId, o.count], readAssumed)
  }

  /** Assumed calls of a line in a stretch of time, both ends included. */
  assumedNear(o: { line: string | null; from: number; to: number }): Assumed[] {
    const sql = `SELECT p.call_id, p.line, p.started_at ${WITH_STATE} WHERE t.state = 'assumed' AND p.line IS ?
      AND p.started_at BETWEEN ? AND ? ${NEWEST_FIRST}`
    return this.#db.all(sql, [o.line, o.from, o.to], readAssumed)
  }
}

export interface Assumed {
  readonly callId: string
  readonly line: string | null
  readonly startedAt: number
}

function readId(row: Row): string {
  return readText(row, 'call_id')
}

function readAssumed(row: Row): Assumed {
  return { callId: readId(row), line: readTextOrNull(row, 'line'), startedAt: readInteger(row, 'started_at') }
}
