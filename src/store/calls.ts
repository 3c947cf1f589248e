import type { SQLInputValue } from 'node:sqlite'
import { CONTINUED_WITHIN_SECONDS } from '../conversation/chain.ts'
import type { Call, DateRange } from '../domain.ts'
import type { Database } from './database.ts'
import { rowsStatement } from './database.ts'
import { partyOf } from './party.ts'
import { ReadStore } from './reads.ts'
import { type Row, readInteger, readIntegerOrNull, readJson, readText } from './row.ts'
import { CALL } from './stored/content.ts'

const EVER: DateRange = { since: -1, until: Number.MAX_SAFE_INTEGER }

const UPSERT = rowsStatement(
  'INSERT INTO calls (id, id_length, started_at, in_progress, read_id, ' +
    'saved_at_ms, body, party, is_transferred) VALUES',
  9,
  `ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, in_progress = excluded.in_progress,
    read_id = coalesce(excluded.read_id, read_id), saved_at_ms = excluded.saved_at_ms, body = excluded.body,
    party = excluded.party, is_transferred = excluded.is_transferred`,
)

const IN_ORDER = `SELECT body FROM calls WHERE (started_at, id_length, id) > (?, ?, ?) AND started_at < ?`
const ORDER = 'ORDER BY started_at, id_length, id LIMIT ?'
const IN_BOUNDS = 'WHERE started_at > ? AND started_at <= ?'
const UNWRITTEN = 'AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.call_id = calls.id)'

/** Those that began before a call count only where they went on until it: of a busy number's day that is one or two. */
const NEIGHBOUR = `SELECT body FROM calls WHERE party = ? AND id != ? AND started_at BETWEEN ? AND ?
  AND (started_at >= ? OR body ->> 'endedAt' >= ?)`
const AROUND = {
  /** By the index `calls_transferred`. */
  passedOn: `${NEIGHBOUR} AND is_transferred = 1 ORDER BY started_at, id_length, id`,
  /** By the index `calls_by_day`: it wants its days one by one. */
  any: `${NEIGHBOUR} AND started_at / 86400 IN (SELECT value FROM json_each(?)) ORDER BY started_at, id_length, id`,
}
/** Nothing says how long a call may be; a recording ends after four hours (docs/reference/aircall-api.md section 4). */
const LONGEST_CALL_SECONDS = 86_400
const DAY_SECONDS = 86_400

type Span = Pick<Call, 'startedAt' | 'endedAt'>

/** As Aircall has them: `from` exclusive, `to` inclusive. */
interface Bounds {
  readonly from: number
  readonly to: number
}

/** The calls as Aircall gave them last, and how far each read of them came. Ids are text; their order is numeric. */
export class CallStore extends ReadStore {
  readonly #db: Database
  /** When calls were that were passed on, by number: where none is near, nothing is asked. As `Emptiness`. */
  #passedOn: Map<string, Span[]> | null = null

  constructor(db: Database) {
    super(db)
    this.#db = db
  }

  /** Stores one page in one transaction; a call seen before is replaced by what Aircall says now. */
  savePage(readId: number, calls: readonly Call[], nowMs: number): void {
    for (const call of calls) this.#notePassedOn(call)
    this.#db.transaction(() =>
      this.#db.runAll(
        UPSERT,
        calls.map((call) => valuesOf(call, readId, nowMs)),
      ),
    )
  }

  /** Stores one call that was asked for by itself: no proof of any window. */
  save(call: Call, nowMs: number): void {
    this.#notePassedOn(call)
    this.#db.runAll(UPSERT, [valuesOf(call, null, nowMs)])
  }

  get(id: string): Call | null {
    return this.#db.one('SELECT body FROM calls WHERE id = ?', [id], readCall)
  }

  /**
   * Calls with the same external number that may be of one chain with this one, by their start. Of two
   * calls of a chain one was passed on: beside a call that was not, only those that were are looked for.
   */
  around(call: Call): Call[] {
    const party = partyOf(call)
    if (party === null) return []
    const { id, startedAt, endedAt } = call
    const from = startedAt - LONGEST_CALL_SECONDS
    const to = Math.max(startedAt, endedAt ?? 0) + CONTINUED_WITHIN_SECONDS
    const until = startedAt - CONTINUED_WITHIN_SECONDS
    const bounds = [party, id, from, to, startedAt, until]
    if (isTransferred(call))
      return this.#db.all(AROUND.any, [...bounds, JSON.stringify(daysOf(from, to))], readCall)
    if (!this.#isPassedOn(party, { from, until, startedAt, to })) return []
    return this.#db.all(AROUND.passedOn, bounds, readCall)
  }

  /** Whether a call with this number was passed on that the queries of `around` would find. */
  #isPassedOn(party: string, near: { from: number; until: number; startedAt: number; to: number }): boolean {
    this.#passedOn ??= this.#readPassedOn()
    const isNear = ({ startedAt, endedAt }: Span) =>
      startedAt >= near.startedAt
        ? startedAt <= near.to
        : startedAt >= near.from && (endedAt ?? 0) >= near.until
    return this.#passedOn.get(party)?.some(isNear) === true
  }

  #readPassedOn(): Map<string, Span[]> {
    const spans = new Map<string, Span[]>()
    const sql = `SELECT party, started_at, body ->> 'endedAt' AS ended_at FROM calls
      WHERE is_transferred = 1 AND party IS NOT NULL`
    const read = (row: Row) => ({
      party: readText(row, 'party'),
      startedAt: readInteger(row, 'started_at'),
      endedAt: readIntegerOrNull(row, 'ended_at'),
    })
    for (const { party, ...span } of this.#db.all(sql, [], read)) addSpan(spans, party, span)
    return spans
  }

  #notePassedOn(call: Call): void {
    const party = isTransferred(call) ? partyOf(call) : null
    if (party !== null && this.#passedOn !== null) addSpan(this.#passedOn, party, call)
  }

  /** When the call was read from Aircall last, in UNIX milliseconds; null where it is not here. */
  savedAtMs(id: string): number | null {
    const sql = 'SELECT saved_at_ms FROM calls WHERE id = ?'
    return this.#db.one(sql, [id], (row) => readIntegerOrNull(row, 'saved_at_ms'))
  }

  /**
   * Ascending by start, then id as a number. Other statements may run between two calls. With `readId` only what
   * that read was given by Aircall: a call kept from an earlier run may be gone there.
   */
  iterate(range: DateRange | null, o: { readonly readId?: number } = {}): IterableIterator<Call> {
    const listed = o.readId === undefined ? '' : `AND abs(read_id) = ${Math.trunc(o.readId)}`
    return this.#walk(`${IN_ORDER} ${listed} ${ORDER}`, range ?? EVER)
  }

  /** Calls of any age that we never wrote a record for, for the standing re-match. */
  iterateUnwritten(): IterableIterator<Call> {
    return this.#walk(`${IN_ORDER} ${UNWRITTEN} ${ORDER}`, EVER)
  }

  count(range: DateRange | null): number {
    const { since, until } = range ?? EVER
    return this.#db.count('SELECT count(*) FROM calls WHERE started_at >= ? AND started_at < ?', since, until)
  }

  /** Distinct calls that this read saw in Aircall's bounds (`from` exclusive, `to` inclusive). */
  countSeen(readId: number, { from, to }: Bounds): number {
    return this.#db.count(`SELECT count(*) FROM calls ${IN_BOUNDS} AND read_id = ?`, from, to, readId)
  }

  /** The calls of the range that this read was given, also those of windows whose total did not agree. */
  countListed(readId: number, { from, to }: Bounds): number {
    return this.#db.count(`SELECT count(*) FROM calls ${IN_BOUNDS} AND abs(read_id) = ?`, from, to, readId)
  }

  /** A window is read again from its first page: what it brought so far counts no more, but is not forgotten yet. */
  setAside(readId: number, { from, to }: Bounds): void {
    this.#db.run(`UPDATE calls SET read_id = -read_id ${IN_BOUNDS} AND read_id = ?`, from, to, readId)
  }

  /** The second reading of a window was proved complete: what only the first one saw is gone from Aircall. */
  dropAside(readId: number, { from, to }: Bounds): void {
    this.#db.run(`UPDATE calls SET read_id = NULL ${IN_BOUNDS} AND read_id = ?`, from, to, -readId)
  }

  /** Whether Aircall listed the call in this read. */
  wasSeen(readId: number, id: string): boolean {
    return this.#db.count('SELECT count(*) FROM calls WHERE id = ? AND abs(read_id) = ?', id, readId) > 0
  }

  /** Calls that had not ended when they were read last, and were not read since that moment. */
  inProgress(savedBeforeMs: number): Call[] {
    // Left to itself SQLite reads every call in this order, rather than sort the few.
    const few =
      'SELECT body FROM calls INDEXED BY calls_in_progress WHERE in_progress = 1 AND saved_at_ms < ?'
    return this.#db.all(`${few} ORDER BY started_at, id_length, id`, [savedBeforeMs], readCall)
  }

  oldestStartedAt(): number | null {
    return this.#db.one('SELECT min(started_at) AS oldest FROM calls', [], (row) =>
      readIntegerOrNull(row, 'oldest'),
    )
  }

  /** Removes calls with everything kept about them: transcript, plan rows, writes, decision, ledger, intents. */
  remove(ids: readonly string[]): void {
    this.#db.transaction(() => {
      for (const id of ids) this.#removeOne(id)
    })
  }

  #removeOne(id: string): void {
    this.#db.run('DELETE FROM calls WHERE id = ?', id)
    for (const table of [
      'transcripts',
      'insights',
      'search_places',
      'ledger',
      'writes',
      'plans',
      'decisions',
      'declined',
      'intents',
    ]) {
      this.#db.run(`DELETE FROM ${table} WHERE call_id = ?`, id)
    }
  }

  #walk(sql: string, range: DateRange): IterableIterator<Call> {
    return this.#db.walk({
      sql,
      start: [range.since, -1, '', range.until],
      next: (last) => [last.startedAt, last.id.length, last.id, range.until],
      read: readCall,
    })
  }
}

function valuesOf(call: Call, readId: number | null, nowMs: number): SQLInputValue[] {
  const inProgress = call.status !== 'done' && call.endedAt === null ? 1 : 0
  const isPassedOn = isTransferred(call) ? 1 : 0
  const { id, startedAt } = call
  return [id, id.length, startedAt, inProgress, readId, nowMs, CALL.write(call), partyOf(call), isPassedOn]
}

/** The days since 1970 that these seconds touch. */
function daysOf(from: number, to: number): number[] {
  const first = Math.trunc(from / DAY_SECONDS)
  return Array.from({ length: Math.trunc(to / DAY_SECONDS) - first + 1 }, (_, n) => first + n)
}

function addSpan(spans: Map<string, Span[]>, party: string, { startedAt, endedAt }: Span): void {
  const known = spans.get(party)
  if (known === undefined) spans.set(party, [{ startedAt, endedAt }])
  else known.push({ startedAt, endedAt })
}

function isTransferred({ transferredBy, transferredTo }: Call): boolean {
  return transferredBy !== null || transferredTo !== null
}

function readCall(row: Row): Call {
  return CALL.read(readJson(row, 'body'))
}
